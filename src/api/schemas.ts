import * as v from 'valibot';
import type { Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { formatDestinationAddress } from './destinationAddress.ts';
import type { Listing, SinkWithBackfills } from './SequinApi.ts';

// What the server sends becomes values of the model here, and is checked on the way. Only the fields
// that are used are looked at, and words of a newer server are kept, so that it can go on growing.

const timestampSchema = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.number('is not a time'),
);
/** A count that JSON.parse would round arrives as a bigint: see `parseJson`. */
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
  // Neither has a default: whether something was told at all is a fact of its own.
  active_backfills: v.nullish(v.array(v.unknown())),
  /** What there was before 0.8.20 in its place: a backfill, or null. */
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

/** Tells what was left out of an answer, and why; for the log. */
export type OnItemSkipped = (itemType: string, problem: string) => void;

function describeIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  return `${v.getDotPath(issues[0]) ?? 'the whole'}: ${issues[0].type} expected ${issues[0].expected ?? '?'}`;
}

/** Thrown when an answer has not the shape that it must have. */
export class ShapeError extends Error {}

/** @throws ShapeError */
export function decodeBackfill(sinkId: string, json: unknown): Backfill {
  const result = v.safeParse(backfillSchema, json);
  if (!result.success) {
    throw new ShapeError(describeIssue(result.issues));
  }
  return toBackfill(sinkId, result.output);
}

/** @throws ShapeError when the sink itself is not understood; a bad backfill in it is left out. */
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

/** What a sink's answer tells of its open backfills; undefined where it tells nothing of them. */
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

/** @throws ShapeError when it is no list at all; a bad item is left out and counted. */
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

/** One item of a list; undefined, and told, where it is not understood. */
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

/** The version in the answer of `/info/version`; undefined where there is none. */
export function decodeVersion(json: unknown): string | undefined {
  const result = v.safeParse(versionSchema, json);
  return result.success ? result.output.version : undefined;
}

const errorBodySchema = v.object({
  summary: v.optional(v.string()),
  validation_errors: v.optional(v.record(v.string(), v.unknown())),
});

/** What the body of an error says: the server's summary, and its messages field by field. */
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
 * The texts in a validation error, which may be nested objects of lists (seen for a sink's destination). What
 * lies deeper than such errors do is left out.
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
