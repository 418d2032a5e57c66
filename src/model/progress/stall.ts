import type { Backfill } from '../Backfill.ts';
import type { SinkHealth, Sink } from '../Sink.ts';
import { getStallThresholdMs, getIdleMs, getIdleSince } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** Why a backfill does not move, as far as the API shows. An `error` is the server's own text. */
export type StallCause =
  /** Its table has no primary key: Sequin takes such a backfill and fails it. */
  | { readonly kind: 'noPrimaryKey' }
  | { readonly kind: 'sinkPaused' }
  | { readonly kind: 'sinkDisabled' }
  | { readonly kind: 'deliveryFailing'; readonly error: string | null }
  | { readonly kind: 'bufferFull'; readonly error: string | null }
  | { readonly kind: 'fetchFailing'; readonly error: string | null }
  /** The table's rows are still being counted. */
  | { readonly kind: 'counting' }
  /** A Sequin Stream moves only as somebody receives and acknowledges its messages. */
  | { readonly kind: 'nobodyReceives' }
  | { readonly kind: 'readerStarting' }
  | { readonly kind: 'unknown' };

type HealthCheck = SinkHealth['checks'][number];

/** That a backfill does not move, why, and since when. */
export interface Stall {
  readonly cause: StallCause;
  /** The last sign of life, in server ms since the epoch. */
  readonly idleSince: number;
}

/**
 * Whether it should move and does not; undefined while its rhythm explains that it is silent. What is plain
 * from the sink or the state is said at once, and without a track.
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

/** What needs no watching to be known. */
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

/** The likeliest cause of a silence: first what the server names an error, then what follows from the rest. */
function diagnoseCause(backfill: Backfill, sink: Sink): StallCause {
  const failingChecks = (sink.health?.checks ?? []).filter(isFailingCheck);
  const findCheck = (...names: string[]): HealthCheck | undefined =>
    failingChecks.find(({ name }) => names.includes(name));
  const bufferCheck =
    findCheck('Messages pending delivery') ?? failingChecks.find(({ error }) => mentionsFullBuffer(error));
  const deliveryCheck = findCheck('Message delivery');
  const fetchCheck = findCheck('Backfill fetch process', 'Message ingestion');
  // What is not delivered fills the buffer, and what does not fit there is not fetched: the first is the cause.
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

/** Sequin has no check of its own for a full buffer; the error of one that fails for it tells. */
function mentionsFullBuffer(error: string | null): boolean {
  return error !== null && /\bbuffer|payload_size_limit|memory limit/i.test(error);
}

/** Something to look at although the backfill is done. */
export interface DeliveryWarning {
  readonly kind: 'completedWithFailingChecks';
  /** How many checks of the sink fail. */
  readonly failingCheckCount: number;
}

/**
 * Completed does not mean delivered: a page counts once it was handed on, even if it is only kept for a retry.
 * It tells of the checks as they are now: long after the end they say little of it.
 */
export function detectDeliveryWarning(backfill: Backfill, sink: Sink): DeliveryWarning | undefined {
  const failingCheckCount = (sink.health?.checks ?? []).filter(({ status }) => status === 'error').length;
  return backfill.state === 'completed' && failingCheckCount > 0
    ? { kind: 'completedWithFailingChecks', failingCheckCount }
    : undefined;
}
