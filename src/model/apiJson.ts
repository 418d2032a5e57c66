import type { Backfill, RowCount } from './Backfill.ts';

type Value = string | RowCount | null;

/** Every field that the API tells of a backfill, in its order and its forms. */
const fields: Readonly<Record<string, (backfill: Backfill, sinkName: string) => Value>> = {
  id: ({ id }) => id,
  table: ({ table }) => table,
  state: ({ state }) => state,
  inserted_at: ({ insertedAt }) => toSeconds(insertedAt),
  updated_at: ({ updatedAt }) => toSeconds(updatedAt),
  completed_at: ({ completedAt }) => toMicroseconds(completedAt),
  rows_processed_count: ({ rowsProcessed }) => rowsProcessed,
  rows_initial_count: ({ rowsInitial }) => rowsInitial,
  rows_ingested_count: ({ rowsIngested }) => rowsIngested,
  canceled_at: ({ canceledAt }) => toMicroseconds(canceledAt),
  sink_consumer: (_backfill, sinkName) => sinkName,
  sort_column: ({ sortColumn }) => sortColumn,
};

export const apiFields: readonly string[] = Object.keys(fields);

/** A backfill as the API tells it. `sinkName` is the name as the server has it. */
export function toApiJson(backfill: Backfill, sinkName: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(fields).map(([name, read]) => [name, read(backfill, sinkName)]));
}

/** The API's answer about one backfill, as text. */
export function backfillJson(backfill: Backfill, sinkName: string): string {
  return toText(toApiJson(backfill, sinkName));
}

/** The API's answer about all backfills of a sink, as text. */
export function historyJson(backfills: readonly Backfill[], sinkName: string): string {
  return toText({ data: backfills.map((backfill) => toApiJson(backfill, sinkName)) });
}

/** A count beyond 2^53 is written as the number that it is: the counterpart of `parseJson`. */
function toText(json: unknown): string {
  return JSON.stringify(
    json,
    (_key, value: unknown) =>
      typeof value === 'bigint' ? (JSON as typeof JSON & RawJson).rawJSON(String(value)) : value,
    2,
  );
}

/** In V8 since 11.4; TypeScript does not know it yet. */
interface RawJson {
  rawJSON(text: string): unknown;
}

function toSeconds(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function toMicroseconds(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace('Z', '000Z');
}
