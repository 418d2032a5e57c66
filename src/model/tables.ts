import { type Backfill, compareNewestFirst } from './Backfill.ts';
import type { Sink, Source } from './Sink.ts';

/** Adds the schema `public` to a table name without a schema, as Sequin does (recording d07). */
export function qualifyTableName(table: string): string {
  return table.includes('.') ? table : `public.${table}`;
}

/** The only table that a sink includes by name; undefined if it includes several tables by name, or none. */
export function findOnlyTable({ source }: Sink): string | undefined {
  const [first, ...others] = source?.includeTables ?? [];
  return others.length === 0 ? first : undefined;
}

/** Whether a sink includes a table. The server rejects backfills of other tables (recordings d04 and d39). */
export function includesTable(source: Source | null, table: string): boolean {
  if (source === null) {
    return true;
  }
  const [schema = ''] = table.split('.', 1);
  return (
    (source.includeTables?.includes(table) ?? true) &&
    (source.includeSchemas?.includes(schema) ?? true) &&
    source.excludeTables?.includes(table) !== true &&
    source.excludeSchemas?.includes(schema) !== true
  );
}

/** A table that can be backfilled, and its latest known backfills. */
export interface KnownTable {
  readonly name: string;
  readonly latestBackfill: Backfill | undefined;
  readonly lastCompleted: Backfill | undefined;
}

/**
 * Lists the known tables of a sink, sorted by name. The API has no list of tables, so the tables come from the sink,
 * its backfills and `additionalTables`. Leaves out tables that the sink excludes.
 */
export function listKnownTables(
  sink: Sink,
  backfills: readonly Backfill[],
  additionalTables: readonly string[] = [],
): KnownTable[] {
  const newestFirst = [...backfills].sort(compareNewestFirst);
  const latestByTable = findFirstByTable(newestFirst);
  const completedByTable = findFirstByTable(newestFirst.filter(({ state }) => state === 'completed'));
  const names = new Set([
    ...(sink.source?.includeTables ?? []),
    ...sink.tables,
    ...additionalTables,
    ...latestByTable.keys(),
  ]);
  return [...names]
    .filter((name) => includesTable(sink.source, name))
    .sort()
    .map((name) => ({
      name,
      latestBackfill: latestByTable.get(name),
      lastCompleted: completedByTable.get(name),
    }));
}

/** The first backfill of each table. Leaves out backfills of dropped tables, because these tables have no name. */
function findFirstByTable(backfills: readonly Backfill[]): ReadonlyMap<string, Backfill> {
  const firstByTable = new Map<string, Backfill>();
  for (const backfill of backfills) {
    if (backfill.table !== null && !firstByTable.has(backfill.table)) {
      firstByTable.set(backfill.table, backfill);
    }
  }
  return firstByTable;
}
