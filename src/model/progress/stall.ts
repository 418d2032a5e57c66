import type { Backfill } from '../Backfill.ts';
import { findFailingDeliveryCheck, isFailingCheck } from '../deliveryFailure.ts';
import type { Sink } from '../Sink.ts';
import { getIdleMs, getIdleSince, getStallThresholdMs, normalIdleMs, unknownPaceIdleMs } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** Why a backfill doesn't progress, as far as the API shows. `error` is the server's text. */
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
  /** No page was read for longer than counting or a slow start explain. */
  | { readonly kind: 'notReading' }
  /** A Sequin Stream advances only as its messages are received and acknowledged. */
  | { readonly kind: 'noConsumer' }
  /** It progresses at the moment, but stalled `count` times within the last hour. */
  | { readonly kind: 'recurring'; readonly count: number }
  | { readonly kind: 'unknown' };

/** A stall of a backfill: the cause and the start. */
export interface Stall {
  readonly cause: StallCause;
  /** The last activity, in server time (milliseconds since the epoch); of failing deliveries, their start. */
  readonly idleSince: number;
}

/** Whether a backfill may be idle for this cause without a problem. {@link diagnoseCause} limits for how long. */
export function isHarmless({ kind }: StallCause): boolean {
  return kind === 'counting' || kind === 'readerStarting';
}

/**
 * A shorter idle time before the first observation may be a difference between clocks. It counts only once the backfill
 * was observed for {@link normalIdleMs}.
 */
const trustedIdleMs = 24 * 3600_000;

interface StallInput {
  readonly backfill: Backfill;
  readonly sink: Sink;
  readonly track: ProgressTrack | undefined;
  /** Since when the delivery check of the sink fails, if it does. */
  readonly deliveryFailingSince?: number | undefined;
  /** When the backfill was first observed. Without it, every idle time counts. */
  readonly firstObservedAt?: number | undefined;
}

/**
 * Detects whether a backfill should progress and doesn't. Undefined while its idle time is explained. A cause that is
 * evident from the backfill or the sink is reported at once, even without a track.
 * @param now the server's time, in milliseconds since the epoch, like the other times
 */
export function detectStall(
  { backfill, sink, track, deliveryFailingSince, firstObservedAt = 0 }: StallInput,
  now: number,
): Stall | undefined {
  const idleSince = track === undefined ? backfill.updatedAt : getIdleSince(track);
  const evidentCause = findEvidentCause(backfill, sink);
  if (evidentCause !== undefined) {
    const isDelivery = evidentCause.kind === 'deliveryFailing';
    return { cause: evidentCause, idleSince: isDelivery ? (deliveryFailingSince ?? idleSince) : idleSince };
  }
  if (backfill.state !== 'active') {
    return undefined;
  }
  const idleMs = track === undefined ? now - backfill.updatedAt : getIdleMs(track, now);
  if (sink.status === 'disabled') {
    return idleMs > normalIdleMs ? { cause: { kind: 'sinkDisabled' }, idleSince } : undefined;
  }
  const isTrusted = now - idleSince > trustedIdleMs || now - firstObservedAt > normalIdleMs;
  if (track?.pausedSince !== null || !isTrusted) {
    return undefined;
  }
  const cause = diagnoseCause(backfill, sink, idleMs);
  // Without a cause, a slow page is the most likely explanation.
  const unknownPaceMs = cause.kind === 'unknown' ? unknownPaceIdleMs : normalIdleMs;
  return idleMs > getStallThresholdMs(track, backfill, unknownPaceMs) ? { cause, idleSince } : undefined;
}

/** A cause that is evident without observation. */
function findEvidentCause(backfill: Backfill, sink: Sink): StallCause | undefined {
  if (backfill.state === 'failed') {
    return hasNoProgress(backfill) ? { kind: 'noPrimaryKey' } : undefined;
  }
  if (backfill.state !== 'active') {
    return undefined;
  }
  if (backfill.droppedTable !== undefined) {
    return { kind: 'tableDropped' };
  }
  if (sink.status === 'paused') {
    return { kind: 'sinkPaused' };
  }
  const deliveryCheck = findFailingDeliveryCheck(sink);
  return deliveryCheck === undefined || mentionsFullBuffer(deliveryCheck.error)
    ? undefined
    : { kind: 'deliveryFailing', error: deliveryCheck.error };
}

/** Whether no row was counted or read yet. */
export function hasNoProgress({ rowsInitial, rowsProcessed }: Backfill): boolean {
  return rowsInitial === null && Number(rowsProcessed) === 0;
}

/**
 * Diagnoses the most likely cause: failing checks first, then what follows from the backfill and its sink. Neither
 * counting nor a slow start explains that nothing is read for minutes: pages are read while the rows are counted.
 */
function diagnoseCause(backfill: Backfill, sink: Sink, idleMs: number): StallCause {
  const failingChecks = (sink.health?.checks ?? []).filter(isFailingCheck);
  const bufferCheck =
    failingChecks.find(({ name }) => name === 'Messages pending delivery') ??
    failingChecks.find(({ error }) => mentionsFullBuffer(error));
  if (bufferCheck !== undefined) {
    return { kind: 'bufferFull', error: bufferCheck.error };
  }
  const fetchCheck = failingChecks.find(
    ({ name }) => name === 'Backfill fetch process' || name === 'Message ingestion',
  );
  if (fetchCheck !== undefined) {
    return { kind: 'fetchFailing', error: fetchCheck.error };
  }
  const [otherCheck] = failingChecks;
  if (otherCheck !== undefined) {
    return { kind: 'checkFailing', name: otherCheck.name, error: otherCheck.error };
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

/** Whether an error mentions a full buffer. Sequin has no check for it, but other checks fail with such errors. */
function mentionsFullBuffer(error: string | null): boolean {
  return error !== null && /\bbuffer|payload_size_limit|memory limit/i.test(error);
}
