import type { DerivedStatus } from '../model/progress/backfillStatus.ts';

/**
 * The start of the stall of a backfill, in the server's time in milliseconds since the epoch; undefined if it isn't
 * stalled, and for causes that its history records already: a pause of the sink, and earlier stalls.
 */
export function getStalledSince({ status, stall }: DerivedStatus): number | undefined {
  const isRecorded = stall?.cause.kind === 'sinkPaused' || stall?.cause.kind === 'recurring';
  return status === 'stalled' && !isRecorded ? stall?.idleSince : undefined;
}
