import type { Backfill } from '../Backfill.ts';
import { type DeliveryFailure, findFailingDeliveryCheck, getEarliestStart } from '../deliveryFailure.ts';
import type { ProgressHistory } from '../history/history.ts';
import type { Sink } from '../Sink.ts';
import type { ProgressEstimate } from './estimate.ts';
import { normalIdleMs } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import { detectStall, hasNoProgress, isNormalWait, type Stall } from './stall.ts';

/** The status that every view and every notification shows for a backfill. */
export type BackfillStatus =
  /** Running, but no row has been read or counted yet. */
  | 'counting'
  | 'running'
  /** Active without progress, or with progress that doesn't reach the destination: see {@link Stall.cause}. */
  | 'stalled'
  | 'paused'
  | 'completed'
  /** Completed while messages couldn't be delivered. */
  | 'completedWithDeliveryErrors'
  | 'cancelled'
  | 'failed'
  /** A state that a newer server added. */
  | 'unknown';

/** Everything that determines the status of a backfill. */
export interface StatusInput {
  readonly backfill: Backfill;
  readonly sink: Sink | undefined;
  readonly track: ProgressTrack | undefined;
  readonly history: ProgressHistory | undefined;
  /** The observed failures of the sink's delivery check, oldest first. */
  readonly deliveryFailures: readonly DeliveryFailure[];
}

/**
 * A warning that messages of a completed backfill may be undelivered. `error` is the error of the sink's delivery
 * check.
 */
export interface DeliveryWarning {
  readonly error: string | null;
}

/** The status of a backfill, and the reason for it. */
export interface DerivedStatus {
  readonly status: BackfillStatus;
  /** Why the backfill is stalled or failed or, while it is counting or running, why it is waiting. */
  readonly stall?: Stall | undefined;
  /** Set for `completedWithDeliveryErrors`. */
  readonly deliveryWarning?: DeliveryWarning | undefined;
}

/** The status of a backfill and, while it is running, its estimate. */
export interface LiveStatus extends DerivedStatus {
  /**
   * Undefined before the first observation, while the backfill is stalled or the data is stale, and whenever
   * `estimateProgress` returns undefined.
   */
  readonly estimate: ProgressEstimate | undefined;
  /**
   * The server's time until which the status is known. This is now, except for an unfinished backfill with stale data:
   * then, it is the time of the last observation.
   */
  readonly knownUntil: number;
}

/** Derives the status at `now`, the server's time in milliseconds since the epoch. */
export function deriveStatus(input: StatusInput, now: number): DerivedStatus {
  const { backfill } = input;
  switch (backfill.state) {
    case 'active': {
      const stall = findStall(input, now) ?? findRecurringStall(input, now) ?? findResumingSink(input, now);
      const normalStatus = hasNoProgress(backfill) ? 'counting' : 'running';
      const status = stall === undefined || isNormalWait(stall.cause) ? normalStatus : 'stalled';
      return { status, stall };
    }
    case 'failed':
      return { status: 'failed', stall: findStall(input, now) };
    case 'completed': {
      const deliveryWarning = findDeliveryWarning(input);
      return deliveryWarning === undefined
        ? { status: 'completed' }
        : { status: 'completedWithDeliveryErrors', deliveryWarning };
    }
    case 'paused':
    case 'cancelled':
      return { status: backfill.state };
    default:
      return { status: 'unknown' };
  }
}

function findStall(
  { backfill, sink, track, history, deliveryFailures }: StatusInput,
  now: number,
): Stall | undefined {
  if (sink === undefined) {
    return undefined;
  }
  const failure = deliveryFailures.at(-1);
  const deliveryFailingSince = failure?.until === null ? failure.since : undefined;
  const firstObservedAt = history?.firstObservedAt;
  return detectStall({ backfill, sink, track, deliveryFailingSince, firstObservedAt }, now);
}

/**
 * A backfill that stalled at least this many times within {@link recurrenceMs} milliseconds is expected to stall again.
 */
const minRecurrences = 2;
const recurrenceMs = 3600_000;
/** After this time without a stall, in milliseconds, a backfill counts as recovered from its earlier stalls. */
const recoveryMs = 15 * 60_000;

/**
 * Detects that a backfill stalled, or that its deliveries failed, several times within an hour. The backfill counts as
 * stalled until it has recovered, even while it progresses between two stalls.
 */
function findRecurringStall(
  { backfill, track, history, deliveryFailures }: StatusInput,
  now: number,
): Stall | undefined {
  const stalls = (history?.events ?? []).filter((event) => event.kind === 'stalled');
  if (stalls.length + deliveryFailures.length < minRecurrences) {
    return undefined;
  }
  const failures = deliveryFailures.map(({ since, until }) => ({ from: since, to: until ?? now }));
  const startedAt = Math.max(backfill.insertedAt, track?.startedAt ?? 0);
  const recent = [...stalls, ...failures]
    // A time in the future was recorded before a clock was set back.
    .filter(({ from, to }) => to > now - recurrenceMs && to <= now && from >= startedAt)
    .sort((a, b) => a.from - b.from);
  let count = 0;
  let latestEnd = -Infinity;
  for (const { from, to } of recent) {
    // A failing destination also stops the progress. Such a stall and the failure count as one.
    count += from > latestEnd ? 1 : 0;
    latestEnd = Math.max(latestEnd, to);
  }
  return count >= minRecurrences && now - latestEnd < recoveryMs
    ? { cause: { kind: 'recurring', count }, idleSince: recent[0]?.from ?? now }
    : undefined;
}

/**
 * Detects that the sink was resumed or edited, and that no row has been processed since. On a real server, the first
 * rows are processed within 15 s (recordings y17d and y17e).
 */
function findResumingSink({ history }: StatusInput, now: number): Stall | undefined {
  const restart = history?.events.findLast(
    (event) => event.kind === 'paused' || event.kind === 'resumed' || event.kind === 'restarted',
  );
  const isSinkRestart =
    restart !== undefined &&
    ((restart.kind === 'resumed' && restart.by === 'sink') ||
      (restart.kind === 'restarted' && restart.cause === 'sinkEdited'));
  const isOver = (history?.samples.at(-1)?.at ?? 0) > (restart?.at ?? 0);
  return isSinkRestart && !isOver && now - restart.at < normalIdleMs
    ? { cause: { kind: 'resuming' }, idleSince: restart.at }
    : undefined;
}

/**
 * Finds a reason why messages of a completed backfill may be undelivered. Sequin counts a page as processed even if it
 * has only kept the page's messages for a retry. A failure that began after the backfill completed isn't a reason.
 */
function findDeliveryWarning({ backfill, sink, deliveryFailures }: StatusInput): DeliveryWarning | undefined {
  const check = sink && findFailingDeliveryCheck(sink);
  const failure = deliveryFailures.at(-1);
  const completedAt = backfill.completedAt ?? backfill.updatedAt;
  return check !== undefined && failure?.until === null && completedAt >= getEarliestStart(failure)
    ? { error: check.error }
    : undefined;
}
