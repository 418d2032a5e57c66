import { type Backfill, isTableDropped } from '../Backfill.ts';
import { findFailingDeliveryCheck, isFailingCheck } from '../deliveryFailure.ts';
import { healthCheckNames, type Sink } from '../Sink.ts';
import { getIdleMs, getIdleSince, getStallThresholdMs, normalIdleMs, unknownPaceIdleMs } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** Why a backfill doesn't progress reliably, as far as the API shows. `error` is the server's text. */
export type StallCause =
  /** The table has no primary key: Sequin accepts such a backfill and then fails it. */
  | { readonly kind: 'noPrimaryKey' }
  /** The table was dropped. The backfill stays active, and the sink healthy. */
  | { readonly kind: 'tableDropped' }
  | { readonly kind: 'sinkPaused' }
  /** A running backfill continues until replication restarts, and then stops until the sink is active. */
  | { readonly kind: 'sinkDisabled' }
  /** Pages count as processed although their messages are only kept for a retry. */
  | { readonly kind: 'deliveryFailing'; readonly error: string | null }
  | { readonly kind: 'bufferFull'; readonly error: string | null }
  | { readonly kind: 'fetchFailing'; readonly error: string | null }
  /** Another check of the sink fails. */
  | { readonly kind: 'checkFailing'; readonly name: string; readonly error: string | null }
  /** The server is still counting the table's rows. */
  | { readonly kind: 'counting' }
  /** The server hasn't read the first page yet. */
  | { readonly kind: 'readerStarting' }
  /** The sink was resumed or edited, and its reader is starting again. */
  | { readonly kind: 'resuming' }
  /** No page has been read for longer than counting or a slow start takes. */
  | { readonly kind: 'notReading' }
  /** A Sequin Stream advances only as its messages are received and acknowledged. */
  | { readonly kind: 'noConsumer' }
  /**
   * The backfill may progress at the moment, but it stalled, or its deliveries failed, `count` times within the last hour.
   * {@link detectStall} doesn't detect this, which follows from the history.
   */
  | { readonly kind: 'recurring'; readonly count: number }
  /**
   * All `count` running backfills of a database have stopped, while others continue. {@link detectStall} looks at one
   * backfill and doesn't detect this.
   */
  | {
      readonly kind: 'databaseStalled';
      readonly database: string;
      readonly count: number;
      readonly error: string | null;
    }
  | { readonly kind: 'unknown' };

/** A stall of a backfill: the cause and the start. */
export interface Stall {
  readonly cause: StallCause;
  /**
   * The last activity, in server time (milliseconds since the epoch); for failing deliveries, when they began failing.
   */
  readonly idleSince: number;
}

/** Whether the cause is a normal wait rather than a problem. {@link diagnoseCause} limits how long the wait is normal. */
export function isNormalWait({ kind }: StallCause): boolean {
  return kind === 'counting' || kind === 'readerStarting' || kind === 'resuming';
}

/**
 * An idle time up to this, in milliseconds, may come from clock skew. It counts only after the backfill was observed for
 * {@link normalIdleMs}.
 */
const maxClockSkewMs = 24 * 3600_000;

interface StallInput {
  readonly backfill: Backfill;
  readonly sink: Sink;
  readonly track: ProgressTrack | undefined;
  /** When the sink's delivery check began to fail; undefined while it doesn't fail. */
  readonly deliveryFailingSince?: number | undefined;
  /** When the backfill was first observed. Without it, every idle time counts. */
  readonly firstObservedAt?: number | undefined;
}

/**
 * Detects whether a backfill should progress and doesn't. Undefined while its idle time is explained. A cause that is
 * evident from the backfill or the sink is reported at once, even without a track.
 * @param now the server's time, in milliseconds since the epoch, like the other times
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

/** Detects that an active backfill was observed without progress for longer than explained. */
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

/** Finds a stall whose cause is evident without observation. */
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

/** The last activity of the backfill, as far as observed. */
function getLastActivity({ backfill, track }: StallInput): number {
  return track === undefined ? backfill.updatedAt : getIdleSince(track);
}

/** Whether no row was counted or read yet. */
export function hasNoProgress({ rowsInitial, rowsProcessed }: Backfill): boolean {
  return rowsInitial === null && Number(rowsProcessed) === 0;
}

/**
 * Diagnoses the most likely cause: failing checks first, then the state of the backfill and its sink. Counting or a slow
 * start can't explain several minutes without reads, because Sequin reads pages while it counts.
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

/** What the failing checks of a sink mean, the most specific first; undefined if none fails. */
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

/** Whether an error mentions a full buffer. Sequin has no check for it, but other checks fail with such errors. */
function mentionsFullBuffer(error: string | null): boolean {
  return error !== null && /\bbuffer|payload_size_limit|memory limit/i.test(error);
}
