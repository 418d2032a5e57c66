import * as v from 'valibot';
import type { Sink } from '../model/Sink.ts';
import { decodeBackfill } from './decodeBackfill.ts';
import { decodeItems, type OnItemSkipped } from './decodeList.ts';
import { toDestination } from './destination.ts';
import { idSchema, listOf, optional, parseOrThrow, textSchema } from './schema.ts';
import type { SinkWithBackfills } from './SequinApi.ts';

const healthSchema = v.object({
  status: textSchema,
  checks: optional(listOf(v.object({ name: textSchema, status: textSchema, error: optional(textSchema) }))),
});

const sourceSchema = v.pipe(
  v.object({
    include_schemas: optional(listOf(textSchema)),
    exclude_schemas: optional(listOf(textSchema)),
    include_tables: optional(listOf(textSchema)),
    exclude_tables: optional(listOf(textSchema)),
  }),
  v.transform((fields) => ({
    includeSchemas: fields.include_schemas,
    excludeSchemas: fields.exclude_schemas,
    includeTables: fields.include_tables,
    excludeTables: fields.exclude_tables,
  })),
);

const nonNegativeIntegerSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const sinkSchema = v.object({
  id: idSchema,
  name: optional(textSchema),
  status: textSchema,
  database: optional(textSchema),
  destination: optional(v.looseObject({ type: textSchema })),
  source: optional(sourceSchema),
  // Sequin reports a dropped table with the name null. `listOf` leaves such a table out.
  tables: optional(listOf(v.object({ name: textSchema }))),
  actions: optional(listOf(textSchema)),
  filter: optional(textSchema),
  transform: optional(textSchema),
  enrichment: optional(textSchema),
  routing: optional(textSchema),
  batch_size: optional(nonNegativeIntegerSchema),
  message_grouping: optional(v.boolean()),
  max_retry_count: optional(nonNegativeIntegerSchema),
  load_shedding_policy: optional(textSchema),
  timestamp_format: optional(textSchema),
  health: optional(healthSchema),
  // Has no default, so that a missing field can be distinguished from an empty one.
  active_backfills: v.fallback(v.nullish(v.array(v.unknown())), undefined),
  /** Sequin before 0.8.20 has this field instead of `active_backfills`. The value is one backfill, or null. */
  active_backfill: v.optional(v.unknown()),
});

function toSink(fields: v.InferOutput<typeof sinkSchema>): Sink {
  const { id, name, status, database, destination, source, tables, health } = fields;
  return {
    id,
    name: name ?? id,
    status,
    database,
    destination: toDestination(destination ?? { type: 'unknown' }),
    source,
    tables: (tables ?? []).map((table) => table.name),
    settings: {
      actions: fields.actions,
      filter: fields.filter,
      transform: fields.transform,
      enrichment: fields.enrichment,
      routing: fields.routing,
      batchSize: fields.batch_size,
      messageGrouping: fields.message_grouping,
      maxRetryCount: fields.max_retry_count,
      loadSheddingPolicy: fields.load_shedding_policy,
      timestampFormat: fields.timestamp_format,
    },
    health: health && { status: health.status, checks: health.checks ?? [] },
  };
}

/**
 * Decodes a sink. Skips its invalid backfills.
 * @throws ShapeError if the sink itself is invalid
 */
export function decodeSink(json: unknown, onItemSkipped: OnItemSkipped): SinkWithBackfills {
  const fields = parseOrThrow(sinkSchema, json);
  return decodeBackfills(toSink(fields), getUnfinishedBackfills(fields), onItemSkipped);
}

/** Decodes the unfinished backfills of a decoded sink, and skips the invalid ones. */
export function decodeBackfills(
  sink: Sink,
  backfills: readonly unknown[] | undefined,
  onItemSkipped: OnItemSkipped,
): SinkWithBackfills {
  const decoded =
    backfills && decodeItems(backfills, 'backfill', onItemSkipped, (item) => decodeBackfill(sink.id, item));
  return {
    sink,
    unfinishedBackfills: decoded?.items,
    ...(decoded !== undefined && decoded.skipped > 0 && { skippedBackfills: decoded.skipped }),
  };
}

/** The unfinished backfills in a sink's response; undefined if the response doesn't have a valid field for them. */
function getUnfinishedBackfills({
  active_backfills: backfills,
  active_backfill: singleBackfill,
}: v.InferOutput<typeof sinkSchema>): readonly unknown[] | undefined {
  if (backfills || (backfills === undefined && singleBackfill === undefined)) {
    return backfills;
  }
  return singleBackfill === undefined || singleBackfill === null ? [] : [singleBackfill];
}
