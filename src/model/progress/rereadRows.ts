import { type Backfill, getUniqueRowsProcessed } from '../Backfill.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** The rows that the backfill has read again after interruptions, as far as observed or evident from the count. */
export function getRereadRows(backfill: Backfill, progressTrack: ProgressTrack | undefined): number {
  return Math.max(
    progressTrack?.rereadRows ?? 0,
    Number(backfill.rowsProcessed) - getUniqueRowsProcessed(backfill),
  );
}
