import type { Backfill } from './Backfill.ts';
import { type BackfillState, cutToSeconds, roundedToSeconds } from './sequinTypes.ts';
import type { World } from './World.ts';

/** A backfill that began in the past and does not move any more. */
export interface PastBackfill {
  table: string | null;
  /** `completed` unless told. */
  state?: BackfillState;
  hoursAgo: number;
  minutesLong?: number;
  rows: number;
  /** How much of the rows it got done, 0 to 1; all unless told. */
  progress?: number;
}

/** Adds a backfill to a sink's history, with the times that its state calls for. */
export function addPastBackfill(world: World, sink: string, past: PastBackfill): Backfill {
  const { table, state = 'completed', hoursAgo, minutesLong = 4, rows, progress = 1 } = past;
  const insertedAt = world.clock.now() - hoursAgo * 3_600_000;
  const updatedAt = insertedAt + minutesLong * 60_000;
  const done = Math.floor(rows * progress);
  return world.addBackfill(sink, {
    table,
    state,
    inserted_at: cutToSeconds(insertedAt),
    updated_at: cutToSeconds(updatedAt),
    completed_at: state === 'completed' ? roundedToSeconds(updatedAt) : null,
    canceled_at: state === 'cancelled' ? roundedToSeconds(updatedAt) : null,
    rows_initial_count: state === 'failed' ? null : rows,
    rows_processed_count: done,
    rows_ingested_count: done,
  });
}
