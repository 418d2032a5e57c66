import * as v from 'valibot';
import type { Backfill } from '../model/Backfill.ts';
import type { ConfigPlan } from '../model/ConfigPlan.ts';
import type { Database } from '../model/Database.ts';
import type { Sink } from '../model/Sink.ts';
import { toDestination } from './destination.ts';
import type { Listing, SinkWithBackfills } from './SequinApi.ts';

// Validates the server's responses and converts them to values of the model. Only fields that are used are validated,
// and unknown states and types are kept, so that newer servers work. Only ids, states and processed rows must be valid;
// any other field is read as unknown if it is invalid, so that one odd value doesn't hide a sink or a backfill.

/** Reads an invalid or missing value as null. */
const optional = <T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T | null> =>
  v.fallback(v.nullable(schema), null);

/** A list without its invalid items. */
const listOf = <T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T[]> =>
  v.pipe(
    v.array(optional(schema)),
    v.transform((items) => items.filter((item) => item !== null)),
  );

/** Text without lone surrogates, which can be neither encoded in a URL nor saved as UTF-8. */
const textSchema = v.pipe(
  v.string(),
  v.transform((text) => text.toWellFormed()),
);

/**
 * Sequin's ids are UUIDs. `.` and `..` would address another resource in the path of a URL. A slash or a tilde could make
 * the key of a row equal to that of another one (`getRefKey`, `getRowId`).
 */
const idSchema = v.pipe(
  v.string(),
  v.regex(/^(?!\.{0,2}$)[^/~]{0,200}$/, 'not an id'),
  v.check((id) => id.isWellFormed(), 'not well-formed'),
);

/** The end of the year 9999, in milliseconds since the epoch. Later times have no common format. */
const maxTime = Date.UTC(10_000, 0) - 1;
const timestampSchema = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.number('not a time'),
  v.minValue(0),
  v.maxValue(maxTime),
);

/** The largest count of Postgres. A count that JSON.parse would round is a bigint: see `parseLosslessJson`. */
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

/** @throws ShapeError if neither the time of the start nor that of the last update is valid */
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

const settingCountSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const sinkSchema = v.object({
  id: idSchema,
  name: optional(textSchema),
  status: textSchema,
  database: optional(textSchema),
  destination: optional(v.looseObject({ type: textSchema })),
  source: optional(sourceSchema),
  // Sequin reports a dropped table with the name null.
  tables: optional(listOf(v.object({ name: textSchema }))),
  actions: optional(listOf(textSchema)),
  filter: optional(textSchema),
  transform: optional(textSchema),
  enrichment: optional(textSchema),
  routing: optional(textSchema),
  batch_size: optional(settingCountSchema),
  message_grouping: optional(v.boolean()),
  max_retry_count: optional(settingCountSchema),
  load_shedding_policy: optional(textSchema),
  timestamp_format: optional(textSchema),
  health: optional(healthSchema),
  // No defaults, to distinguish a missing field from an empty one.
  active_backfills: v.fallback(v.nullish(v.array(v.unknown())), undefined),
  /** Before Sequin 0.8.20, instead of `active_backfills`: one backfill, or null. */
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

const databaseSchema = v.object({
  id: idSchema,
  name: textSchema,
  hostname: optional(textSchema),
  port: optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
  database: optional(textSchema),
});

/**
 * Called for each skipped item of a response. `problem` is for the log: the only text of the server in it is the id of
 * the item, if that is a UUID.
 */
export type OnItemSkipped = (itemType: string, problem: string) => void;

function describeIssue([issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const { received, expected, type } = issue;
  return `${v.getDotPath(issue) ?? 'root'}: ${received === 'undefined' ? 'missing' : `expected ${expected ?? type}`}`;
}

/** A response doesn't match its schema. */
export class ShapeError extends Error {}

/** @throws ShapeError if the backfill is invalid */
export function decodeBackfill(sinkId: string, json: unknown): Backfill {
  return toBackfill(sinkId, parseOrThrow(backfillSchema, json));
}

/** @throws ShapeError if the database is invalid */
export function decodeDatabase(json: unknown): Database {
  return parseOrThrow(databaseSchema, json);
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
 * @throws ShapeError if the response isn't a list, or a list of other things
 */
export function decodeList<T>(
  json: unknown,
  itemType: string,
  onItemSkipped: OnItemSkipped,
  decode: (item: unknown) => T,
): Listing<T> {
  const { data } = parseOrThrow(v.object({ data: v.array(v.unknown()) }), json);
  if (data.length > 0 && !data.some(isResource)) {
    throw new ShapeError('no item has an id and a state');
  }
  return decodeItems(data, itemType, onItemSkipped, decode);
}

/** Whether a list may come from Sequin, even if its items are invalid: its items are sinks, backfills or databases. */
function isResource(item: unknown): boolean {
  return (
    typeof item === 'object' &&
    item !== null &&
    'id' in item &&
    ('status' in item || 'state' in item || 'hostname' in item)
  );
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
    const { output: id, success } = v.safeParse(v.object({ id: v.pipe(v.string(), v.uuid()) }), item);
    onItemSkipped(itemType, success ? `${id.id}: ${error.message}` : error.message);
    return undefined;
  }
}

/** Decodes the Date header, in whole seconds, to milliseconds since the epoch; undefined if it is missing or invalid. */
export function decodeServerTime(header: unknown): number | undefined {
  return v.parse(optional(timestampSchema), header) ?? undefined;
}

const resourceSchema = v.nullable(v.record(v.string(), v.unknown()));

const configPlanSchema = v.object({
  changes: v.array(v.object({ resource_type: textSchema, old: resourceSchema, new: resourceSchema })),
  actions: optional(listOf(v.object({ description: textSchema }))),
});

/** @throws ShapeError if any change is invalid: without it, the plan would hide what is going to happen */
export function decodeConfigPlan(json: unknown): ConfigPlan {
  const { changes, actions } = parseOrThrow(configPlanSchema, json);
  return {
    changes: changes.map(({ resource_type: resourceType, ...change }) => ({ resourceType, ...change })),
    actions: (actions ?? []).map(({ description }) => description),
  };
}

/**
 * Checks that a configuration was applied. Reads nothing else: the resources have database passwords in clear text.
 * @throws ShapeError if the response isn't Sequin's
 */
export function checkConfigApplied(json: unknown): void {
  parseOrThrow(v.object({ resources: v.array(v.unknown()) }), json);
}

/**
 * Checks the response to a test of a database or a refresh of its tables. Sequin reports a failure with status 422.
 * @throws ShapeError if the response doesn't report success
 */
export function checkActionSucceeded(json: unknown): void {
  parseOrThrow(v.object({ success: v.literal(true) }), json);
}

/** @throws ShapeError if the response has no configuration */
export function decodeConfigExport(json: unknown): string {
  return parseOrThrow(v.object({ yaml: textSchema }), json).yaml;
}

/** @throws ShapeError if the value doesn't match the schema */
function parseOrThrow<T>(schema: v.GenericSchema<unknown, T>, json: unknown): T {
  const result = v.safeParse(schema, json);
  if (!result.success) {
    throw new ShapeError(describeIssue(result.issues));
  }
  return result.output;
}

const versionSchema = v.object({ version: textSchema });

/** Decodes the response of `/info/version`; undefined if it has no version. */
export function decodeVersion(json: unknown): string | undefined {
  const result = v.safeParse(versionSchema, json);
  return result.success ? result.output.version : undefined;
}

const errorBodySchema = v.object({
  summary: optional(textSchema),
  /** Instead of a summary, why a connection test of a database failed. */
  reason: v.optional(optional(textSchema)),
  validation_errors: optional(v.record(v.string(), v.unknown())),
});

/** Decodes the body of an error: the server's summary, and its messages by field. */
export function decodeError(json: unknown): {
  readonly summary: string | undefined;
  readonly fields: ReadonlyMap<string, readonly string[]>;
} {
  const body = v.parse(optional(errorBodySchema), json);
  return {
    summary: body?.summary ?? body?.reason ?? undefined,
    fields: new Map(
      Object.entries(body?.validation_errors ?? {}).map(([name, messages]) => [
        name,
        collectMessages(messages),
      ]),
    ),
  };
}

/**
 * Collects the texts of a validation error, which may be nested objects of lists (seen for a sink's destination).
 * Ignores texts below the depth that such errors have.
 */
function collectMessages(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') {
    return [value.toWellFormed()];
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
