import * as v from 'valibot';
import type { Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { formatDestinationAddress } from './destinationAddress.ts';
import type { Listing, SinkWithBackfills } from './SequinApi.ts';

// Validates the server's responses and converts them to values of the model. Only fields that are used are validated,
// and unknown states and types are kept, so that newer servers work.

const timestampSchema = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.number('not a time'),
);
/** A count that JSON.parse would round is a bigint: see `parseLosslessJson`. */
const rowCountSchema = v.union([
  v.pipe(v.number(), v.integer(), v.minValue(0)),
  v.pipe(v.bigint(), v.minValue(0n)),
]);
const nullishToNull = <S extends v.GenericSchema>(schema: S) => v.nullish(schema, null);
const nameListSchema = nullishToNull(v.array(v.string()));

const backfillSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  state: v.string(),
  table: nullishToNull(v.string()),
  sort_column: nullishToNull(v.string()),
  rows_initial_count: nullishToNull(rowCountSchema),
  rows_processed_count: rowCountSchema,
  rows_ingested_count: rowCountSchema,
  inserted_at: timestampSchema,
  updated_at: timestampSchema,
  completed_at: nullishToNull(timestampSchema),
  canceled_at: nullishToNull(timestampSchema),
});

function toBackfill(sinkId: string, fields: v.InferOutput<typeof backfillSchema>): Backfill {
  return {
    id: fields.id,
    sinkId,
    state: fields.state,
    table: fields.table,
    sortColumn: fields.sort_column,
    rowsInitial: fields.rows_initial_count,
    rowsProcessed: fields.rows_processed_count,
    rowsIngested: fields.rows_ingested_count,
    insertedAt: fields.inserted_at,
    updatedAt: fields.updated_at,
    completedAt: fields.completed_at,
    canceledAt: fields.canceled_at,
  };
}

const healthSchema = v.object({
  status: v.string(),
  checks: v.optional(
    v.array(v.object({ name: v.string(), status: v.string(), error: nullishToNull(v.string()) })),
    [],
  ),
});

const sourceSchema = v.pipe(
  v.object({
    include_schemas: nameListSchema,
    exclude_schemas: nameListSchema,
    include_tables: nameListSchema,
    exclude_tables: nameListSchema,
  }),
  v.transform((fields) => ({
    includeSchemas: fields.include_schemas,
    excludeSchemas: fields.exclude_schemas,
    includeTables: fields.include_tables,
    excludeTables: fields.exclude_tables,
  })),
);

const sinkSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.string(),
  status: v.string(),
  database: nullishToNull(v.string()),
  destination: v.looseObject({ type: v.string() }),
  source: nullishToNull(sourceSchema),
  tables: nullishToNull(v.array(v.object({ name: v.string() }))),
  health: nullishToNull(healthSchema),
  // No defaults, to distinguish a missing field from an empty one.
  active_backfills: v.nullish(v.array(v.unknown())),
  /** Before Sequin 0.8.20, instead of `active_backfills`: one backfill, or null. */
  active_backfill: v.optional(v.unknown()),
});

function toSink(fields: v.InferOutput<typeof sinkSchema>): Sink {
  const { type } = fields.destination;
  return {
    id: fields.id,
    name: fields.name,
    status: fields.status,
    database: fields.database,
    destination: { type, address: formatDestinationAddress(type, fields.destination) },
    source: fields.source,
    tables: (fields.tables ?? []).map(({ name }) => name),
    health: fields.health,
  };
}

/** Called for each skipped item of a response; `problem` is for the log. */
export type OnItemSkipped = (itemType: string, problem: string) => void;

function describeIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  return `${v.getDotPath(issues[0]) ?? 'root'}: ${issues[0].type} expected ${issues[0].expected ?? '?'}`;
}

/** A response doesn't match its schema. */
export class ShapeError extends Error {}

/** @throws ShapeError if the backfill is invalid */
export function decodeBackfill(sinkId: string, json: unknown): Backfill {
  const result = v.safeParse(backfillSchema, json);
  if (!result.success) {
    throw new ShapeError(describeIssue(result.issues));
  }
  return toBackfill(sinkId, result.output);
}

/**
 * Decodes a sink. Skips its invalid backfills.
 * @throws ShapeError if the sink itself is invalid
 */
export function decodeSink(json: unknown, onItemSkipped: OnItemSkipped): SinkWithBackfills {
  const result = v.safeParse(sinkSchema, json);
  if (!result.success) {
    throw new ShapeError(describeIssue(result.issues));
  }
  const sink = toSink(result.output);
  const unfinished = getUnfinishedBackfills(result.output);
  const decoded =
    unfinished &&
    decodeItems(unfinished, 'active backfill', onItemSkipped, (item) => decodeBackfill(sink.id, item));
  return { sink, unfinishedBackfills: decoded?.items };
}

/** The unfinished backfills in a sink's response; undefined if it doesn't report any, not even none. */
function getUnfinishedBackfills({
  active_backfills: backfills,
  active_backfill: singleBackfill,
}: v.InferOutput<typeof sinkSchema>): readonly unknown[] | undefined {
  if (backfills) {
    return backfills;
  }
  if (singleBackfill !== undefined && singleBackfill !== null) {
    return [singleBackfill];
  }
  return backfills === undefined && singleBackfill === undefined ? undefined : [];
}

/**
 * Decodes a list. Skips and counts its invalid items.
 * @throws ShapeError if the response isn't a list
 */
export function decodeList<T>(
  json: unknown,
  itemType: string,
  onItemSkipped: OnItemSkipped,
  decode: (item: unknown) => T,
): Listing<T> {
  const result = v.safeParse(v.object({ data: v.array(v.unknown()) }), json);
  if (!result.success) {
    throw new ShapeError(describeIssue(result.issues));
  }
  return decodeItems(result.output.data, itemType, onItemSkipped, decode);
}

function decodeItems<T>(
  list: readonly unknown[],
  itemType: string,
  onItemSkipped: OnItemSkipped,
  decode: (item: unknown) => T,
): Listing<T> {
  const items = list
    .map((item) => decodeItem(item, itemType, onItemSkipped, decode))
    .filter((item) => item !== undefined);
  return { items, skipped: list.length - items.length };
}

/** Decodes one item of a list; reports an invalid item to `onItemSkipped` and returns undefined. */
export function decodeItem<T>(
  item: unknown,
  itemType: string,
  onItemSkipped: OnItemSkipped,
  decode: (item: unknown) => T,
): T | undefined {
  try {
    return decode(item);
  } catch (error) {
    if (!(error instanceof ShapeError)) {
      throw error;
    }
    onItemSkipped(itemType, error.message);
    return undefined;
  }
}

const versionSchema = v.object({ version: v.string() });

/** Decodes the response of `/info/version`; undefined if it has no version. */
export function decodeVersion(json: unknown): string | undefined {
  const result = v.safeParse(versionSchema, json);
  return result.success ? result.output.version : undefined;
}

const errorBodySchema = v.object({
  summary: v.optional(v.string()),
  validation_errors: v.optional(v.record(v.string(), v.unknown())),
});

/** Decodes the body of an error: the server's summary, and its messages by field. */
export function decodeError(json: unknown): {
  readonly summary: string | undefined;
  readonly fields: ReadonlyMap<string, readonly string[]>;
} {
  const result = v.safeParse(errorBodySchema, json);
  const fields = new Map<string, readonly string[]>();
  if (result.success) {
    for (const [name, messages] of Object.entries(result.output.validation_errors ?? {})) {
      fields.set(name, collectMessages(messages));
    }
  }
  return { summary: result.success ? result.output.summary : undefined, fields };
}

/**
 * Collects the texts of a validation error, which may be nested objects of lists (seen for a sink's destination).
 * Ignores texts below the depth that such errors have.
 */
function collectMessages(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (typeof value === 'object' && value !== null && depth < 10) {
    return Object.entries(value).flatMap(([name, nested]) =>
      collectMessages(nested, depth + 1).map((message) =>
        Array.isArray(value) ? message : `${name} ${message}`,
      ),
    );
  }
  return [];
}
