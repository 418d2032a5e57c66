import type { Backfill, RowCount } from './Backfill.ts';

type FieldValue = string | RowCount | null;

/** Functions that return the fields of a backfill as the API formats them, in the order of the API. */
const fieldReaders: Readonly<Record<string, (backfill: Backfill, sinkName: string) => FieldValue>> = {
  id: ({ id }) => id,
  table: ({ table }) => table,
  state: ({ state }) => state,
  inserted_at: ({ insertedAt }) => formatIsoSeconds(insertedAt),
  updated_at: ({ updatedAt }) => formatIsoSeconds(updatedAt),
  completed_at: ({ completedAt }) => formatIsoMicroseconds(completedAt),
  rows_processed_count: ({ rowsProcessed }) => rowsProcessed,
  rows_initial_count: ({ rowsInitial }) => rowsInitial,
  rows_ingested_count: ({ rowsIngested }) => rowsIngested,
  canceled_at: ({ canceledAt }) => formatIsoMicroseconds(canceledAt),
  sink_consumer: (_backfill, sinkName) => sinkName,
  sort_column: ({ sortColumn }) => sortColumn,
};

export const apiFields: readonly string[] = Object.keys(fieldReaders);

/** Converts a backfill to the API's JSON. `sinkName` is the sink's name on the server. */
export function toApiJson(backfill: Backfill, sinkName: string): Record<string, FieldValue> {
  return Object.fromEntries(
    Object.entries(fieldReaders).map(([name, readField]) => [name, readField(backfill, sinkName)]),
  );
}

/** Formats a backfill like the body of the API's response to a request for one backfill. */
export function formatBackfillJson(backfill: Backfill, sinkName: string): string {
  return stringifyLossless(toApiJson(backfill, sinkName));
}

/** Formats backfills like the body of the API's response to a request for all backfills of a sink. */
export function formatBackfillsJson(backfills: readonly Backfill[], sinkName: string): string {
  return stringifyLossless({ data: backfills.map((backfill) => toApiJson(backfill, sinkName)) });
}

/** Converts a value to JSON with exact numbers, even beyond 2^53. The counterpart of `parseLosslessJson`. */
function stringifyLossless(json: unknown): string {
  return JSON.stringify(
    json,
    (_key, value: unknown) =>
      typeof value === 'bigint' ? (JSON as typeof JSON & JsonWithRawJson).rawJSON(String(value)) : value,
    2,
  );
}

/** V8 has `JSON.rawJSON` since version 11.4, but TypeScript's types don't include it. */
interface JsonWithRawJson {
  rawJSON(text: string): unknown;
}

function formatIsoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function formatIsoMicroseconds(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace('Z', '000Z');
}
