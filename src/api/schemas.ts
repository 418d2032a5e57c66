import * as v from 'valibot';
import type { Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { destinationAddress } from './destination.ts';
import type { Listing, SinkAnswer } from './SequinApi.ts';

// What the server sends becomes values of the model here, and is checked on the way. Only the fields
// that are used are looked at, and words of a newer server are kept, so that it can go on growing.

const time = v.pipe(
  v.string(),
  v.transform((text) => Date.parse(text)),
  v.number('is not a time'),
);
/** A count that JSON.parse would round arrives as a bigint: see `parseJson`. */
const rowCount = v.union([
  v.pipe(v.number(), v.integer(), v.minValue(0)),
  v.pipe(v.bigint(), v.minValue(0n)),
]);
const orNull = <S extends v.GenericSchema>(schema: S) => v.nullish(schema, null);
const names = orNull(v.array(v.string()));

const backfillFields = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  state: v.string(),
  table: orNull(v.string()),
  sort_column: orNull(v.string()),
  rows_initial_count: orNull(rowCount),
  rows_processed_count: rowCount,
  rows_ingested_count: rowCount,
  inserted_at: time,
  updated_at: time,
  completed_at: orNull(time),
  canceled_at: orNull(time),
});

function toBackfill(sinkId: string, fields: v.InferOutput<typeof backfillFields>): Backfill {
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

const health = v.object({
  status: v.string(),
  checks: v.optional(
    v.array(v.object({ name: v.string(), status: v.string(), error: orNull(v.string()) })),
    [],
  ),
});

const source = v.pipe(
  v.object({
    include_schemas: names,
    exclude_schemas: names,
    include_tables: names,
    exclude_tables: names,
  }),
  v.transform((fields) => ({
    includeSchemas: fields.include_schemas,
    excludeSchemas: fields.exclude_schemas,
    includeTables: fields.include_tables,
    excludeTables: fields.exclude_tables,
  })),
);

const sinkFields = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.string(),
  status: v.string(),
  database: orNull(v.string()),
  destination: v.looseObject({ type: v.string() }),
  source: orNull(source),
  tables: orNull(v.array(v.object({ name: v.string() }))),
  health: orNull(health),
  // Neither has a default: whether something was told at all is a fact of its own.
  active_backfills: v.nullish(v.array(v.unknown())),
  /** What there was before 0.8.20 in its place: a backfill, or null. */
  active_backfill: v.optional(v.unknown()),
});

function toSink(fields: v.InferOutput<typeof sinkFields>): Sink {
  const { type } = fields.destination;
  return {
    id: fields.id,
    name: fields.name,
    status: fields.status,
    database: fields.database,
    destination: { type, address: destinationAddress(type, fields.destination) },
    source: fields.source,
    tables: (fields.tables ?? []).map(({ name }) => name),
    health: fields.health,
  };
}

/** Tells what was left out of an answer, and why; for the log. */
export type OnLeftOut = (what: string, problem: string) => void;

function problemOf(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  return `${v.getDotPath(issues[0]) ?? 'the whole'}: ${issues[0].type} expected ${issues[0].expected ?? '?'}`;
}

/** Thrown when an answer has not the shape that it must have. */
export class ShapeError extends Error {}

/** @throws ShapeError */
export function decodeBackfill(sinkId: string, json: unknown): Backfill {
  const result = v.safeParse(backfillFields, json);
  if (!result.success) {
    throw new ShapeError(problemOf(result.issues));
  }
  return toBackfill(sinkId, result.output);
}

/** @throws ShapeError when the sink itself is not understood; a bad backfill in it is left out. */
export function decodeSink(json: unknown, onLeftOut: OnLeftOut): SinkAnswer {
  const result = v.safeParse(sinkFields, json);
  if (!result.success) {
    throw new ShapeError(problemOf(result.issues));
  }
  const sink = toSink(result.output);
  const open = openIn(result.output);
  const decoded =
    open && decodeItems(open, 'active backfill', onLeftOut, (item) => decodeBackfill(sink.id, item));
  return { sink, openBackfills: decoded?.items };
}

/** What a sink's answer tells of its open backfills; undefined where it tells nothing of them. */
function openIn({
  active_backfills: all,
  active_backfill: one,
}: v.InferOutput<typeof sinkFields>): readonly unknown[] | undefined {
  if (all) {
    return all;
  }
  if (one !== undefined && one !== null) {
    return [one];
  }
  return all === undefined && one === undefined ? undefined : [];
}

/** @throws ShapeError when it is no list at all; a bad item is left out and counted. */
export function decodeList<T>(
  json: unknown,
  what: string,
  onLeftOut: OnLeftOut,
  decode: (item: unknown) => T,
): Listing<T> {
  const result = v.safeParse(v.object({ data: v.array(v.unknown()) }), json);
  if (!result.success) {
    throw new ShapeError(problemOf(result.issues));
  }
  return decodeItems(result.output.data, what, onLeftOut, decode);
}

function decodeItems<T>(
  list: readonly unknown[],
  what: string,
  onLeftOut: OnLeftOut,
  decode: (item: unknown) => T,
): Listing<T> {
  const items = list
    .map((item) => decodeItem(item, what, onLeftOut, decode))
    .filter((item) => item !== undefined);
  return { items, leftOut: list.length - items.length };
}

/** One item of a list; undefined, and told, where it is not understood. */
export function decodeItem<T>(
  item: unknown,
  what: string,
  onLeftOut: OnLeftOut,
  decode: (item: unknown) => T,
): T | undefined {
  try {
    return decode(item);
  } catch (error) {
    if (!(error instanceof ShapeError)) {
      throw error;
    }
    onLeftOut(what, error.message);
    return undefined;
  }
}

const version = v.object({ version: v.string() });

/** The version in the answer of `/info/version`; undefined where there is none. */
export function decodeVersion(json: unknown): string | undefined {
  const result = v.safeParse(version, json);
  return result.success ? result.output.version : undefined;
}

const errorBody = v.object({
  summary: v.optional(v.string()),
  validation_errors: v.optional(v.record(v.string(), v.unknown())),
});

/** What the body of an error says: the server's summary, and its messages field by field. */
export function decodeError(json: unknown): {
  readonly summary: string | undefined;
  readonly fields: ReadonlyMap<string, readonly string[]>;
} {
  const result = v.safeParse(errorBody, json);
  const fields = new Map<string, readonly string[]>();
  if (result.success) {
    for (const [name, messages] of Object.entries(result.output.validation_errors ?? {})) {
      fields.set(name, messagesIn(messages));
    }
  }
  return { summary: result.success ? result.output.summary : undefined, fields };
}

/**
 * The texts in a validation error, which may be nested objects of lists (seen for a sink's destination). What
 * lies deeper than such errors do is left out.
 */
function messagesIn(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  if (typeof value === 'object' && value !== null && depth < 10) {
    return Object.entries(value).flatMap(([name, inner]) =>
      messagesIn(inner, depth + 1).map((message) => (Array.isArray(value) ? message : `${name} ${message}`)),
    );
  }
  return [];
}
