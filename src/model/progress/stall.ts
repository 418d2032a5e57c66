import type { Backfill } from '../Backfill.ts';
import type { SinkHealth, Sink } from '../Sink.ts';
import { getStallThresholdMs, getIdleMs, getIdleSince } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** Why a backfill doesn't progress, as far as the API shows. `error` is the server's text. */
export type StallCause =
  /** The table has no primary key: Sequin accepts such a backfill and then fails it. */
  | { readonly kind: 'noPrimaryKey' }
  | { readonly kind: 'sinkPaused' }
  | { readonly kind: 'sinkDisabled' }
  | { readonly kind: 'deliveryFailing'; readonly error: string | null }
  | { readonly kind: 'bufferFull'; readonly error: string | null }
  | { readonly kind: 'fetchFailing'; readonly error: string | null }
  /** The server is still counting the table's rows. */
  | { readonly kind: 'counting' }
  /** A Sequin Stream advances only as its messages are received and acknowledged. */
  | { readonly kind: 'nobodyReceives' }
  | { readonly kind: 'readerStarting' }
  | { readonly kind: 'unknown' };

type HealthCheck = SinkHealth['checks'][number];

/** A stall of a backfill: the cause and the start. */
export interface Stall {
  readonly cause: StallCause;
  /** The last activity, in server time (milliseconds since the epoch). */
  readonly idleSince: number;
}

/**
 * Detects whether a backfill should progress and doesn't. Undefined while its idle time is explained.
 * A cause that is evident from the state or the sink is reported at once, even without a track.
 * @param now the server's time, in milliseconds since the epoch
 */
export function detectStall(
  track: ProgressTrack | undefined,
  backfill: Backfill,
  sink: Sink,
  now: number,
): Stall | undefined {
  const evidentCause = findEvidentCause(backfill, sink);
  if (evidentCause !== undefined) {
    return { cause: evidentCause, idleSince: track === undefined ? backfill.updatedAt : getIdleSince(track) };
  }
  if (
    backfill.state !== 'active' ||
    track?.pausedSince !== null ||
    getIdleMs(track, now) <= getStallThresholdMs(track, backfill)
  ) {
    return undefined;
  }
  return { cause: diagnoseCause(backfill, sink), idleSince: getIdleSince(track) };
}

/** A cause that is evident without observation. */
function findEvidentCause(backfill: Backfill, sink: Sink): StallCause | undefined {
  if (backfill.state === 'failed' && hasNoProgress(backfill)) {
    return { kind: 'noPrimaryKey' };
  }
  if (backfill.state === 'active' && sink.status === 'disabled') {
    return { kind: 'sinkDisabled' };
  }
  if (backfill.state === 'active' && sink.status === 'paused') {
    return { kind: 'sinkPaused' };
  }
  return undefined;
}

function hasNoProgress(backfill: Backfill): boolean {
  return backfill.rowsInitial === null && Number(backfill.rowsProcessed) === 0;
}

/**
 * Diagnoses the most likely cause: failing checks first, then what follows from the backfill and its sink.
 */
function diagnoseCause(backfill: Backfill, sink: Sink): StallCause {
  const failingChecks = (sink.health?.checks ?? []).filter(isFailingCheck);
  const findCheck = (...names: string[]): HealthCheck | undefined =>
    failingChecks.find(({ name }) => names.includes(name));
  const bufferCheck =
    findCheck('Messages pending delivery') ?? failingChecks.find(({ error }) => mentionsFullBuffer(error));
  const deliveryCheck = findCheck('Message delivery');
  const fetchCheck = findCheck('Backfill fetch process', 'Message ingestion');
  // Undelivered messages fill the buffer, and a full buffer stops fetching, so the first failing check in
  // this order is the cause.
  if (deliveryCheck !== undefined && deliveryCheck !== bufferCheck) {
    return { kind: 'deliveryFailing', error: deliveryCheck.error };
  }
  if (bufferCheck !== undefined) {
    return { kind: 'bufferFull', error: bufferCheck.error };
  }
  if (fetchCheck !== undefined) {
    return { kind: 'fetchFailing', error: fetchCheck.error };
  }
  if (hasNoProgress(backfill)) {
    return { kind: 'counting' };
  }
  if (sink.destination.type === 'sequin_stream') {
    return { kind: 'nobodyReceives' };
  }
  return { kind: Number(backfill.rowsProcessed) === 0 ? 'readerStarting' : 'unknown' };
}

function isFailingCheck({ status }: HealthCheck): boolean {
  return status === 'error' || status === 'warning';
}

/**
 * Whether an error mentions a full buffer. Sequin has no check for it, but other checks fail with such
 * errors.
 */
function mentionsFullBuffer(error: string | null): boolean {
  return error !== null && /\bbuffer|payload_size_limit|memory limit/i.test(error);
}

/** A reason to check a backfill although it completed. */
export interface DeliveryWarning {
  readonly kind: 'completedWithFailingChecks';
  /** The number of failing checks of the sink. */
  readonly failingCheckCount: number;
}

/**
 * Detects failing checks after completion. Completed doesn't mean delivered: a page counts once it is handed
 * over, even if it is only kept for a retry.
 * The checks are current ones, so their relevance decreases with the time since completion.
 */
export function detectDeliveryWarning(backfill: Backfill, sink: Sink): DeliveryWarning | undefined {
  const failingCheckCount = (sink.health?.checks ?? []).filter(({ status }) => status === 'error').length;
  return backfill.state === 'completed' && failingCheckCount > 0
    ? { kind: 'completedWithFailingChecks', failingCheckCount }
    : undefined;
}
