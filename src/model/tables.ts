import { compareNewestFirst, type Backfill } from './Backfill.ts';
import type { Sink, Source } from './Sink.ts';

/** A table as Sequin names it: `public.` may be left out (recording d07). */
export function qualifiedTable(table: string): string {
  return table.includes('.') ? table : `public.${table}`;
}

/** The one table that a sink takes; undefined where it takes more, or nobody says which. */
export function onlyTable({ source }: Sink): string | undefined {
  const [only, ...others] = source?.includeTables ?? [];
  return others.length === 0 ? only : undefined;
}

/** Whether a sink takes a table: the server refuses backfills of others (recordings d04, d39). */
export function takesTable(source: Source | null, table: string): boolean {
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
  readonly latest: Backfill | undefined;
}

/**
 * The tables that a sink is known to take, by name: the server has no list of them, so they come from the
 * sink, from its past backfills, and from what others (`more`) say. What the sink does not take is left out.
 */
export function knownTables(
  sink: Sink,
  backfills: readonly Backfill[],
  more: readonly string[] = [],
): KnownTable[] {
  const latest = new Map<string, Backfill>();
  for (const backfill of [...backfills].sort(compareNewestFirst)) {
    if (backfill.table !== null && !latest.has(backfill.table)) {
      latest.set(backfill.table, backfill);
    }
  }
  const names = new Set([...(sink.source?.includeTables ?? []), ...sink.tables, ...more, ...latest.keys()]);
  return [...names]
    .filter((name) => takesTable(sink.source, name))
    .sort()
    .map((name) => ({ name, latest: latest.get(name) }));
}
