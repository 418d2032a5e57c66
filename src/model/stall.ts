import type { Backfill } from './Backfill.ts';
import { patienceMs, silenceMs, silentSince } from './rhythm.ts';
import type { Health, Sink } from './Sink.ts';
import type { Track } from './track.ts';

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

type HealthCheck = Health['checks'][number];

/** That a backfill does not move, why, and since when. */
export interface Stall {
  readonly cause: StallCause;
  /** The last sign of life, in server ms since the epoch. */
  readonly since: number;
}

/**
 * Whether it should move and does not; undefined while its rhythm explains that it is silent. What is plain
 * from the sink or the state is said at once, and without a track.
 * @param now the server's time, in milliseconds since the epoch
 */
export function stallOf(
  track: Track | undefined,
  backfill: Backfill,
  sink: Sink,
  now: number,
): Stall | undefined {
  const plain = plainCause(backfill, sink);
  if (plain !== undefined) {
    return { cause: plain, since: track === undefined ? backfill.updatedAt : silentSince(track) };
  }
  if (
    backfill.state !== 'active' ||
    track?.heldSince !== null ||
    silenceMs(track, now) <= patienceMs(track, backfill)
  ) {
    return undefined;
  }
  return { cause: causeOf(backfill, sink), since: silentSince(track) };
}

/** What needs no watching to be known. */
function plainCause(backfill: Backfill, sink: Sink): StallCause | undefined {
  if (backfill.state === 'failed' && isUntouched(backfill)) {
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

function isUntouched(backfill: Backfill): boolean {
  return backfill.rowsInitial === null && Number(backfill.rowsProcessed) === 0;
}

/** The likeliest cause of a silence: first what the server names an error, then what follows from the rest. */
function causeOf(backfill: Backfill, sink: Sink): StallCause {
  const checks = (sink.health?.checks ?? []).filter(isFailing);
  const named = (...names: string[]): HealthCheck | undefined =>
    checks.find(({ name }) => names.includes(name));
  const full = named('Messages pending delivery') ?? checks.find(({ error }) => tellsOfBuffer(error));
  const delivery = named('Message delivery');
  const fetching = named('Backfill fetch process', 'Message ingestion');
  // What is not delivered fills the buffer, and what does not fit there is not fetched: the first is the cause.
  if (delivery !== undefined && delivery !== full) {
    return { kind: 'deliveryFailing', error: delivery.error };
  }
  if (full !== undefined) {
    return { kind: 'bufferFull', error: full.error };
  }
  if (fetching !== undefined) {
    return { kind: 'fetchFailing', error: fetching.error };
  }
  if (isUntouched(backfill)) {
    return { kind: 'counting' };
  }
  if (sink.destination.type === 'sequin_stream') {
    return { kind: 'nobodyReceives' };
  }
  return { kind: Number(backfill.rowsProcessed) === 0 ? 'readerStarting' : 'unknown' };
}

function isFailing({ status }: HealthCheck): boolean {
  return status === 'error' || status === 'warning';
}

/** Sequin has no check of its own for a full buffer; the error of one that fails for it tells. */
function tellsOfBuffer(error: string | null): boolean {
  return error !== null && /\bbuffer|payload_size_limit|memory limit/i.test(error);
}

/** Something to look at although the backfill is done. */
export interface Attention {
  readonly kind: 'completedWithFailingChecks';
  /** How many checks of the sink fail. */
  readonly count: number;
}

/**
 * Completed does not mean delivered: a page counts once it was handed on, even if it is only kept for a retry.
 * It tells of the checks as they are now: long after the end they say little of it.
 */
export function attentionOf(backfill: Backfill, sink: Sink): Attention | undefined {
  const count = (sink.health?.checks ?? []).filter(({ status }) => status === 'error').length;
  return backfill.state === 'completed' && count > 0
    ? { kind: 'completedWithFailingChecks', count }
    : undefined;
}
