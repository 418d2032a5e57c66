import type { RowCount } from '../Backfill.ts';

/**
 * The observed progress of a backfill from its start to its finish, for a chart and a timeline. Limited in size,
 * however long the backfill runs. Can be stored as JSON, except for counts beyond 2^53. All times are the server's, in
 * milliseconds since the epoch.
 */
export interface ProgressHistory {
  /** The progress over time. The first sample is the start, with 0 rows, and the last one the latest counter update. */
  readonly samples: readonly Sample[];
  /** The events, sorted by their start. `created` is first, and `finished` is last. */
  readonly events: readonly HistoryEvent[];
  /** The time of the last observation, or up to `observationStepMs` before it. */
  readonly observedAt: number;
  /** The time of the first observation. */
  readonly firstObservedAt: number;
}

/** A time at which the counters were updated, and the rows processed by then. */
export interface Sample {
  readonly at: number;
  readonly rows: number;
}

/** The time of an event. */
export interface EventTime {
  readonly at: number;
  /**
   * Set if the exact time is unknown: the event happened between `notBefore` and `at`. Missing if the time is known to
   * within a few seconds.
   */
  readonly notBefore?: number;
}

export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** What was paused: the backfill itself, or its sink. */
type PauseTarget = 'itself' | 'sink';

/**
 * Why the table reader restarted. A restart of the server isn't a cause, because the API doesn't report it, and it
 * looks like any other idle time.
 */
export const restartCauses = [
  /** The backfill's sink was edited. */
  'sinkEdited',
  /** The backfill was paused and resumed between two observations. */
  'resumed',
  /** The server reports fewer rows than before. */
  'countersReset',
  /** Something else interrupted the reader, such as an edit of another sink of the same database. */
  'interrupted',
] as const;

export type RestartCause = (typeof restartCauses)[number];

export type HistoryEvent =
  | { readonly kind: 'created'; readonly at: number }
  /** The server finished counting the table's rows. */
  | ({ readonly kind: 'counted'; readonly rows: RowCount } & EventTime)
  | ({ readonly kind: 'firstRows' } & EventTime)
  | ({ readonly kind: 'paused'; readonly by: PauseTarget } & EventTime)
  | ({ readonly kind: 'resumed'; readonly by: PauseTarget } & EventTime)
  | ({ readonly kind: 'restarted'; readonly cause: RestartCause } & EventTime)
  /** No progress for longer than a slow page can explain. Recorded once the stall is over. */
  | ({ readonly kind: 'stalled' } & TimeRange)
  /** No observation for longer than {@link unobservedThresholdMs} while the backfill was unfinished. */
  | ({ readonly kind: 'unobserved' } & TimeRange)
  /** `state` is the final state. */
  | ({ readonly kind: 'finished'; readonly state: string } & EventTime);

/**
 * If two observations are further apart than this, in milliseconds, the time between them counts as unobserved. The
 * usual causes are that VS Code was closed, the machine was asleep, or the server was unreachable.
 */
export const unobservedThresholdMs = 120_000;

/** Lists the ids of the backfills whose histories include the finish, in descending order of the finish time. */
export function listFinishedIds(histories: ReadonlyMap<string, ProgressHistory>): string[] {
  const finished = [...histories].flatMap(([id, { events }]) => {
    const lastEvent = events.at(-1);
    return lastEvent?.kind === 'finished' ? [{ id, at: lastEvent.at }] : [];
  });
  return finished.sort((a, b) => b.at - a.at).map(({ id }) => id);
}

/** Lists the pauses of a backfill and of its sink, in order. For a pause in progress, `to` is infinite. */
export function listPauses({ events }: ProgressHistory): TimeRange[] {
  const pauses: TimeRange[] = [];
  let from: number | undefined;
  for (const event of events) {
    if (event.kind === 'paused') {
      from ??= event.at;
    } else if ((event.kind === 'resumed' || event.kind === 'finished') && from !== undefined) {
      pauses.push({ from, to: event.at });
      from = undefined;
    }
  }
  return from === undefined ? pauses : [...pauses, { from, to: Infinity }];
}

/**
 * Shifts the times of a history by `ms` milliseconds, to apply a correction of the estimated server time. Doesn't shift
 * the start, because the server reports it. Returns the history of a finished backfill unchanged.
 */
export function shiftHistory(history: ProgressHistory, ms: number): ProgressHistory {
  const { samples, events, observedAt, firstObservedAt } = history;
  if (events.at(-1)?.kind === 'finished') {
    return history;
  }
  const createdAt = samples[0]?.at ?? 0;
  const shift = (at: number): number => (at === createdAt ? at : Math.max(createdAt, at + ms));
  return {
    samples: samples.map(({ at, rows }) => ({ at: shift(at), rows })),
    events: events.map((event) =>
      'from' in event
        ? { ...event, from: shift(event.from), to: shift(event.to) }
        : {
            ...event,
            at: shift(event.at),
            ...('notBefore' in event && { notBefore: shift(event.notBefore) }),
          },
    ),
    observedAt: shift(observedAt),
    firstObservedAt: shift(firstObservedAt),
  };
}
