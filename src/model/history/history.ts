import type { RowCount } from '../Backfill.ts';

/**
 * What was observed of one backfill from its create to its end, for a chart and a timeline. A value of bounded
 * size however long the backfill runs; JSON keeps it as it is, but for a count beyond 2^53. All times are the
 * server's, in milliseconds since the epoch.
 */
export interface ProgressHistory {
  /** How far it was at which moments: first its create, with no rows, last its latest counter write. */
  readonly samples: readonly Sample[];
  /** What happened to it, in the order in which it began. */
  readonly events: readonly HistoryEvent[];
  /** Until when it was watched, to within {@link observationStepMs}. */
  readonly observedAt: number;
}

/** A moment at which the counters were written, and the rows that were processed by then. */
export interface Sample {
  readonly at: number;
  readonly rows: number;
}

/** When something happened. */
export interface EventTime {
  readonly at: number;
  /** Where nobody knows exactly: it happened after this and not later than `at`. Missing where that is some seconds. */
  readonly notBefore?: number;
}

export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Whose pause it is: the backfill's own, or its sink's, which may also be disabled. */
type PauseOrigin = 'itself' | 'sink';

/** Why the reader began again. The API does not tell of a restart of the server: it is a silence like any other. */
export type RestartCause =
  /** Which interrupts all backfills of the sink's source. */
  | 'sinkEdited'
  /** Paused and resumed between two looks. */
  | 'resumed'
  /** Fewer rows are told than before. */
  | 'countersSetBack';

export type HistoryEvent =
  | { readonly kind: 'created'; readonly at: number }
  /** The server had counted the table's rows. */
  | ({ readonly kind: 'counted'; readonly rows: RowCount } & EventTime)
  | ({ readonly kind: 'firstRows' } & EventTime)
  | ({ readonly kind: 'paused'; readonly by: PauseOrigin } & EventTime)
  | ({ readonly kind: 'resumed'; readonly by: PauseOrigin } & EventTime)
  | ({ readonly kind: 'restarted'; readonly cause: RestartCause } & EventTime)
  /** It stood still for longer than its rhythm explains; known once it moves again. */
  | ({ readonly kind: 'stalled' } & TimeRange)
  /** Nobody looked for longer than {@link unseenMs} while it was open. */
  | ({ readonly kind: 'unseen' } & TimeRange)
  /** `state` is the one that it ended in. */
  | ({ readonly kind: 'ended'; readonly state: string } & EventTime);

/** Nobody looked at all: the editor was closed, the machine slept, the server did not answer. */
export const unobservedThresholdMs = 120_000;

/** The backfills of which the end is told, by id, the latest end first. */
export function listFinishedIds(histories: ReadonlyMap<string, ProgressHistory>): string[] {
  const finished = [...histories].flatMap(([id, { events }]) => {
    const lastEvent = events.at(-1);
    return lastEvent?.kind === 'ended' ? [{ id, at: lastEvent.at }] : [];
  });
  return finished.sort((a, b) => b.at - a.at).map(({ id }) => id);
}

/** For how long it rested by somebody's will, as far as that was seen, in milliseconds. */
export function sumPausedMs({ events }: ProgressHistory): number {
  let pausedMs = 0;
  let pausedSince: number | undefined;
  for (const event of events) {
    if (event.kind === 'paused') {
      pausedSince ??= event.at;
    } else if (event.kind === 'resumed' || event.kind === 'ended') {
      pausedMs += Math.max(0, event.at - (pausedSince ?? event.at));
      pausedSince = undefined;
    }
  }
  return pausedMs;
}
