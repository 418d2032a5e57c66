import { compareNewestFirst, type Backfill } from './Backfill.ts';
import type { Sink, Source } from './Sink.ts';

/** A table as Sequin names it: `public.` may be left out (recording d07). */
export function qualifyTableName(table: string): string {
  return table.includes('.') ? table : `public.${table}`;
}

/** The one table that a sink takes; undefined where it takes more, or nobody says which. */
export function findOnlyTable({ source }: Sink): string | undefined {
  const [only, ...others] = source?.includeTables ?? [];
  return others.length === 0 ? only : undefined;
}

/** Whether a sink takes a table: the server refuses backfills of others (recordings d04, d39). */
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

/** A table that may be backfilled, and its latest backfill, if one is known. */
export interface KnownTable {
  readonly name: string;
  readonly latestBackfill: Backfill | undefined;
}

/**
 * The tables that a sink is known to take, by name: the server has no list of them, so they come from the
 * sink, from its past backfills, and from what others (`more`) say. What the sink does not take is left out.
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
