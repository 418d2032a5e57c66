import * as v from 'valibot';
import type { Backfill } from '../model/Backfill.ts';
import { idSchema, optional, parseOrThrow, ShapeError, textSchema, timestampSchema } from './schema.ts';

/** The largest count in Postgres. Counts that `JSON.parse` would round are bigints: see `parseLosslessJson`. */
const maxRowCount = 2n ** 63n - 1n;
const rowCountSchema = v.union([
  v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number(maxRowCount))),
  v.pipe(v.bigint(), v.minValue(0n), v.maxValue(maxRowCount)),
]);

const backfillSchema = v.object({
  id: idSchema,
  state: textSchema,
  /** Missing before Sequin 0.8.20; null once the table is dropped. */
  table: v.optional(optional(textSchema)),
  sort_column: optional(textSchema),
  rows_initial_count: optional(rowCountSchema),
  rows_processed_count: rowCountSchema,
  rows_ingested_count: optional(rowCountSchema),
  inserted_at: optional(timestampSchema),
  updated_at: optional(timestampSchema),
  completed_at: optional(timestampSchema),
  canceled_at: optional(timestampSchema),
});

/** @throws ShapeError if both the start time and the time of the last update are missing or invalid */
function toBackfill(sinkId: string, fields: v.InferOutput<typeof backfillSchema>): Backfill {
  const insertedAt = fields.inserted_at ?? fields.updated_at;
  if (insertedAt === null) {
    throw new ShapeError('inserted_at: not a time');
  }
  return {
    id: fields.id,
    sinkId,
    state: fields.state,
    table: fields.table ?? null,
    ...(fields.table === null && { droppedTable: null }),
    sortColumn: fields.sort_column,
    rowsInitial: fields.rows_initial_count,
    rowsProcessed: fields.rows_processed_count,
    // The counts of ingested and processed rows were equal in every run of a real server.
    rowsIngested: fields.rows_ingested_count ?? fields.rows_processed_count,
    insertedAt,
    updatedAt: fields.updated_at ?? insertedAt,
    completedAt: fields.completed_at,
    canceledAt: fields.canceled_at,
  };
}

/** @throws ShapeError if the backfill is invalid */
export function decodeBackfill(sinkId: string, json: unknown): Backfill {
  return toBackfill(sinkId, parseOrThrow(backfillSchema, json));
}
