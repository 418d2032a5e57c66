import type { Backfill, RowCount } from './Backfill.ts';

type FieldValue = string | RowCount | null;

/** Every field that the API tells of a backfill, in its order and its forms. */
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

/** A backfill as the API tells it. `sinkName` is the name as the server has it. */
export function toApiJson(backfill: Backfill, sinkName: string): Record<string, FieldValue> {
  return Object.fromEntries(
    Object.entries(fieldReaders).map(([name, readField]) => [name, readField(backfill, sinkName)]),
  );
}

/** The API's answer about one backfill, as text. */
export function formatBackfillJson(backfill: Backfill, sinkName: string): string {
  return stringifyLossless(toApiJson(backfill, sinkName));
}

/** The API's answer about all backfills of a sink, as text. */
export function formatHistoryJson(backfills: readonly Backfill[], sinkName: string): string {
  return stringifyLossless({ data: backfills.map((backfill) => toApiJson(backfill, sinkName)) });
}

/** A count beyond 2^53 is written as the number that it is: the counterpart of `parseJson`. */
function stringifyLossless(json: unknown): string {
  return JSON.stringify(
    json,
    (_key, value: unknown) =>
      typeof value === 'bigint' ? (JSON as typeof JSON & JsonWithRawJson).rawJSON(String(value)) : value,
    2,
  );
}

/** In V8 since 11.4; TypeScript does not know it yet. */
interface JsonWithRawJson {
  rawJSON(text: string): unknown;
}

function formatIsoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function formatIsoMicroseconds(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace('Z', '000Z');
}
