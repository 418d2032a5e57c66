import { type Backfill, isTableDropped } from '../Backfill.ts';
import { findFailingDeliveryCheck, isFailingCheck } from '../deliveryFailure.ts';
import { healthCheckNames, type Sink } from '../Sink.ts';
import { getIdleMs, getIdleSince, getStallThresholdMs, normalIdleMs, unknownPaceIdleMs } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** Why a backfill doesn't progress reliably, as far as the API shows. `error` is the server's text. */
export type StallCause =
  /** The table has no primary key. Sequin accepts such a backfill, which then fails. */
  | { readonly kind: 'noPrimaryKey' }
  /** The table was dropped. The backfill stays active, and the sink stays healthy. */
  | { readonly kind: 'tableDropped' }
  | { readonly kind: 'sinkPaused' }
  /**
   * The sink is disabled. A running backfill continues until replication restarts, and then stops until the sink is
   * active.
   */
  | { readonly kind: 'sinkDisabled' }
  /** Pages count as processed even if their messages are only kept for a retry. */
  | { readonly kind: 'deliveryFailing'; readonly error: string | null }
  | { readonly kind: 'bufferFull'; readonly error: string | null }
  | { readonly kind: 'fetchFailing'; readonly error: string | null }
  /** Another check of the sink is failing. */
  | { readonly kind: 'checkFailing'; readonly name: string; readonly error: string | null }
  /** The server is still counting the table's rows. */
  | { readonly kind: 'counting' }
  /** The server hasn't read the first page yet. */
  | { readonly kind: 'readerStarting' }
  /** The sink was resumed or edited, and its reader is starting again. */
  | { readonly kind: 'resuming' }
  /** The server hasn't read the first page within the time that counting or a slow start can take. */
  | { readonly kind: 'notReading' }
  /** A Sequin Stream advances only as its messages are received and acknowledged. */
  | { readonly kind: 'noConsumer' }
  /**
   * The backfill stalled, or its deliveries failed, `count` times within the last hour. It may be progressing at the
   * moment. {@link detectStall} doesn't detect this cause, because it doesn't know the history.
   */
  | { readonly kind: 'recurring'; readonly count: number }
  /**
   * All `count` running backfills of a database have stopped, while backfills of another database continue.
   * {@link detectStall} doesn't detect this cause, because it checks a single backfill.
   */
  | {
      readonly kind: 'databaseStalled';
      readonly database: string;
      readonly count: number;
      readonly error: string | null;
    }
  | { readonly kind: 'unknown' };

/** A stall of a backfill: its cause and its start. */
export interface Stall {
  readonly cause: StallCause;
  /**
   * The time of the last activity; for failing deliveries, the time at which they began to fail. The server's time, in
   * milliseconds since the epoch.
   */
  readonly idleSince: number;
}

/** Whether the cause is a normal wait, and not a problem. A wait that takes too long has another cause. */
export function isNormalWait({ kind }: StallCause): boolean {
  return kind === 'counting' || kind === 'readerStarting' || kind === 'resuming';
}

/**
 * An idle time up to this, in milliseconds, may result from clock skew. It counts only after the backfill has been
 * observed for {@link normalIdleMs}.
 */
const maxClockSkewMs = 24 * 3600_000;

interface StallInput {
  readonly backfill: Backfill;
  readonly sink: Sink;
  readonly track: ProgressTrack | undefined;
  /** The time at which the sink's delivery check began to fail; undefined if the check doesn't fail. */
  readonly deliveryFailingSince?: number | undefined;
  /** The time at which the backfill was first observed. Without this time, every idle time counts. */
  readonly firstObservedAt?: number | undefined;
}

/**
 * Detects that a backfill should progress but doesn't. Undefined while the idle time is normal. A cause that is evident
 * from the backfill or the sink is reported at once, even without a track.
 * @param now the server's time in milliseconds since the epoch, like all times in `input`
 */
export function detectStall(input: StallInput, now: number): Stall | undefined {
  const { backfill, sink, track } = input;
  const evidentStall = findEvidentStall(input);
  if (evidentStall !== undefined || backfill.state !== 'active') {
    return evidentStall;
  }
  if (sink.status === 'disabled') {
    const idleMs = track === undefined ? now - backfill.updatedAt : getIdleMs(track, now);
    const idleSince = getLastActivity(input);
    return idleMs > normalIdleMs ? { cause: { kind: 'sinkDisabled' }, idleSince } : undefined;
  }
  return detectObservedStall(input, now);
}

/**
 * Detects that an active backfill was observed without progress for longer than a slow page, or another normal wait,
 * can explain.
 */
function detectObservedStall(
  { backfill, sink, track, firstObservedAt = 0 }: StallInput,
  now: number,
): Stall | undefined {
  if (track === undefined) {
    return undefined;
  }
  const idleSince = getIdleSince(track);
  const isIdleTimeReliable = now - idleSince > maxClockSkewMs || now - firstObservedAt > normalIdleMs;
  if (track.pausedSince !== null || !isIdleTimeReliable) {
    return undefined;
  }
  const idleMs = getIdleMs(track, now);
  const cause = diagnoseCause(backfill, sink, idleMs);
  // Without a cause, a slow page is the most likely explanation.
  const unknownPaceMs = cause.kind === 'unknown' ? unknownPaceIdleMs : normalIdleMs;
  return idleMs > getStallThresholdMs(track, backfill, unknownPaceMs) ? { cause, idleSince } : undefined;
}

/** Finds a stall whose cause is evident without observing the progress. */
function findEvidentStall(input: StallInput): Stall | undefined {
  const { backfill, sink } = input;
  const idleSince = getLastActivity(input);
  if (backfill.state === 'failed') {
    return hasNoProgress(backfill) ? { cause: { kind: 'noPrimaryKey' }, idleSince } : undefined;
  }
  if (backfill.state !== 'active') {
    return undefined;
  }
  if (isTableDropped(backfill)) {
    return { cause: { kind: 'tableDropped' }, idleSince };
  }
  if (sink.status === 'paused') {
    return { cause: { kind: 'sinkPaused' }, idleSince };
  }
  const deliveryCheck = findFailingDeliveryCheck(sink);
  return deliveryCheck === undefined || mentionsFullBuffer(deliveryCheck.error)
    ? undefined
    : {
        cause: { kind: 'deliveryFailing', error: deliveryCheck.error },
        idleSince: input.deliveryFailingSince ?? idleSince,
      };
}

/** The time of the last observed activity of the backfill. */
function getLastActivity({ backfill, track }: StallInput): number {
  return track === undefined ? backfill.updatedAt : getIdleSince(track);
}

/** Whether no row has been counted or read yet. */
export function hasNoProgress({ rowsInitial, rowsProcessed }: Backfill): boolean {
  return rowsInitial === null && Number(rowsProcessed) === 0;
}

/**
 * Diagnoses the most likely cause. Failing checks come first, then the state of the backfill and its sink. Neither
 * counting nor a slow start explains several minutes without reads, because Sequin reads pages while it counts.
 */
function diagnoseCause(backfill: Backfill, sink: Sink, idleMs: number): StallCause {
  const checkCause = diagnoseChecks(sink);
  if (checkCause !== undefined) {
    return checkCause;
  }
  if (sink.destination.type === 'sequin_stream' && !hasNoProgress(backfill)) {
    return { kind: 'noConsumer' };
  }
  if (Number(backfill.rowsProcessed) > 0) {
    return { kind: 'unknown' };
  }
  if (idleMs > unknownPaceIdleMs) {
    return { kind: 'notReading' };
  }
  return { kind: backfill.rowsInitial === null ? 'counting' : 'readerStarting' };
}

/** The cause that the failing checks of a sink show, the most specific check first; undefined if no check fails. */
export function diagnoseChecks(sink: Sink): StallCause | undefined {
  const failingChecks = (sink.health?.checks ?? []).filter(isFailingCheck);
  const bufferCheck =
    failingChecks.find(({ name }) => name === healthCheckNames.pendingMessages) ??
    failingChecks.find(({ error }) => mentionsFullBuffer(error));
  if (bufferCheck !== undefined) {
    return { kind: 'bufferFull', error: bufferCheck.error };
  }
  const deliveryCheck = findFailingDeliveryCheck(sink);
  if (deliveryCheck !== undefined) {
    return { kind: 'deliveryFailing', error: deliveryCheck.error };
  }
  const fetchCheck = failingChecks.find(
    ({ name }) => name === healthCheckNames.backfillFetch || name === healthCheckNames.ingestion,
  );
  if (fetchCheck !== undefined) {
    return { kind: 'fetchFailing', error: fetchCheck.error };
  }
  const [otherCheck] = failingChecks;
  return otherCheck && { kind: 'checkFailing', name: otherCheck.name, error: otherCheck.error };
}

/** Whether an error mentions a full buffer. Checks with another purpose can also fail with such an error. */
function mentionsFullBuffer(error: string | null): boolean {
  return error !== null && /\bbuffer|payload_size_limit|memory limit/i.test(error);
}
