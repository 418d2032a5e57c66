import { type Backfill, getUniqueRowsProcessed } from '../Backfill.ts';
import type { ProgressTrack } from './ProgressTrack.ts';

/** The rows that the backfill has read again after interruptions, as far as observed or evident from the count. */
export function getRereadRows(backfill: Backfill, progressTrack: ProgressTrack | undefined): number {
  // The rows of a page are an average if several pages lie between two observations.
  const observedRows = Math.round(progressTrack?.rereadRows ?? 0);
  return Math.max(observedRows, Number(backfill.rowsProcessed) - getUniqueRowsProcessed(backfill));
}
