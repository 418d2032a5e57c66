import type { Backfill } from './Backfill.ts';
import { type BackfillState, roundToSeconds, truncateToSeconds } from './sequinTypes.ts';
import type { World } from './World.ts';

/** A backfill that started in the past and makes no more progress. */
export interface PastBackfill {
  table: string | null;
  /** By default, `completed`. */
  state?: BackfillState;
  hoursAgo: number;
  minutesLong?: number;
  rows: number;
  /** The fraction of rows processed, 0 to 1; by default, 1. */
  progress?: number;
}

/** Adds a backfill to a sink's history, with the timestamps that its state requires. */
export function addPastBackfill(world: World, sink: string, past: PastBackfill): Backfill {
  const { table, state = 'completed', hoursAgo, minutesLong = 4, rows, progress = 1 } = past;
  const insertedAt = world.clock.now() - hoursAgo * 3_600_000;
  const updatedAt = insertedAt + minutesLong * 60_000;
  const done = Math.floor(rows * progress);
  return world.addBackfill(sink, {
    table,
    state,
    inserted_at: truncateToSeconds(insertedAt),
    updated_at: truncateToSeconds(updatedAt),
    completed_at: state === 'completed' ? roundToSeconds(updatedAt) : null,
    canceled_at: state === 'cancelled' ? roundToSeconds(updatedAt) : null,
    rows_initial_count: state === 'failed' ? null : rows,
    rows_processed_count: done,
    rows_ingested_count: done,
  });
}
