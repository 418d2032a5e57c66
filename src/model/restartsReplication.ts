import { deepEqual } from '../shared/deepEqual.ts';
import type { Sink } from './Sink.ts';

/**
 * Whether two states of a sink differ by an edit that restarted the replication of the sink's database and so
 * interrupted all of its backfills. There was no such edit if the sink was only disabled, or if it lost a table that
 * was dropped.
 */
export function restartsReplication(previous: Sink, sink: Sink): boolean {
  if (previous === sink || (sink.status === 'disabled' && previous.status !== 'disabled')) {
    return false;
  }
  return !deepEqual(removeDroppedTables(previous, sink), { ...sink, health: null });
}

/** Returns the sink without its health, and without the tables that `later` doesn't have. */
function removeDroppedTables(sink: Sink, later: Sink): Sink {
  const { source, tables } = sink;
  return {
    ...sink,
    health: null,
    tables: keepCommon(tables, later.tables),
    source: source && {
      ...source,
      includeTables: source.includeTables && keepCommon(source.includeTables, later.source?.includeTables),
      excludeTables: source.excludeTables && keepCommon(source.excludeTables, later.source?.excludeTables),
    },
  };
}

function keepCommon(names: readonly string[], others: readonly string[] | null | undefined): string[] {
  return names.filter((name) => others?.includes(name));
}
