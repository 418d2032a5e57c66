import type { Backfill } from './Backfill.ts';
import { type BackfillState, roundToSeconds, truncateToSeconds } from './sequinTypes.ts';
import type { World } from './World.ts';

/** A backfill without further progress: finished, paused, or active while its sink is paused or disabled. */
export interface StoppedBackfill {
  /** By default, the first table of the sink's source. */
  table?: string | null;
  /** By default, `completed`. */
  state?: BackfillState;
  /** The hours since the backfill started. */
  hoursAgo: number;
  /** The minutes from the start to the last change; by default, 4. */
  minutesLong?: number;
  /** The number of rows in the table when the backfill started. */
  rows: number;
  /** The fraction of rows processed, 0 to 1; by default, 1. */
  progress?: number;
}

/** Adds a backfill without further progress to a sink, with the timestamps that its state requires. */
export function addStoppedBackfill(world: World, sink: string, stopped: StoppedBackfill): Backfill {
  const { table, state = 'completed', hoursAgo, minutesLong = 4, rows, progress = 1 } = stopped;
  const insertedAt = world.clock.now() - hoursAgo * 3_600_000;
  const updatedAt = insertedAt + minutesLong * 60_000;
  const processedRows = Math.floor(rows * progress);
  return world.addBackfill(sink, {
    ...(table !== undefined && { table }),
    state,
    inserted_at: truncateToSeconds(insertedAt),
    updated_at: truncateToSeconds(updatedAt),
    completed_at: state === 'completed' ? roundToSeconds(updatedAt) : null,
    canceled_at: state === 'cancelled' ? roundToSeconds(updatedAt) : null,
    rows_initial_count: state === 'failed' ? null : rows,
    rows_processed_count: processedRows,
    rows_ingested_count: processedRows,
  });
}
