import type { DerivedStatus } from '../model/progress/backfillStatus.ts';

/**
 * The server's time, in ms, since which a backfill is stalled; undefined if it isn't. Without causes that the history
 * records as a pause of the sink or as past stalls.
 */
export function getStalledSince({ status, stall }: DerivedStatus): number | undefined {
  const isRecorded = stall?.cause.kind === 'sinkPaused' || stall?.cause.kind === 'recurring';
  return status === 'stalled' && !isRecorded ? stall?.idleSince : undefined;
}
