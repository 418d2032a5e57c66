import { type Backfill, compareNewestFirst } from './Backfill.ts';
import type { Sink, Source } from './Sink.ts';

/** Adds the schema `public` to a table name without a schema, as Sequin does (recording d07 in test/recordings). */
export function qualifyTableName(table: string): string {
  return table.includes('.') ? table : `public.${table}`;
}

/** The only table of a sink; undefined if it has more, or if the server doesn't report them. */
export function findOnlyTable({ source }: Sink): string | undefined {
  const [only, ...others] = source?.includeTables ?? [];
  return others.length === 0 ? only : undefined;
}

/** Whether a sink includes a table. The server rejects backfills of other tables (recordings d04, d39). */
export function includesTable(source: Source | null, table: string): boolean {
  if (source === null) {
    return true;
  }
  const schema = table.slice(0, table.indexOf('.'));
  return (
    (source.includeTables?.includes(table) ?? true) &&
    (source.includeSchemas?.includes(schema) ?? true) &&
    source.excludeTables?.includes(table) !== true &&
    source.excludeSchemas?.includes(schema) !== true
  );
}

/** A table that can be backfilled, and its latest backfill if known. */
export interface KnownTable {
  readonly name: string;
  readonly latestBackfill: Backfill | undefined;
}

/**
 * Lists the known tables of a sink, sorted by name. The server has no list of them, so they come from the
 * sink, its past backfills and `additionalTables`. Tables that the sink excludes are left out.
 */
export function listKnownTables(
  sink: Sink,
  backfills: readonly Backfill[],
  additionalTables: readonly string[] = [],
): KnownTable[] {
  const latestByTable = new Map<string, Backfill>();
  for (const backfill of [...backfills].sort(compareNewestFirst)) {
    if (backfill.table !== null && !latestByTable.has(backfill.table)) {
      latestByTable.set(backfill.table, backfill);
    }
  }
  const names = new Set([
    ...(sink.source?.includeTables ?? []),
    ...sink.tables,
    ...additionalTables,
    ...latestByTable.keys(),
  ]);
  return [...names]
    .filter((name) => includesTable(sink.source, name))
    .sort()
    .map((name) => ({ name, latestBackfill: latestByTable.get(name) }));
}
