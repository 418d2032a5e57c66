import { deepEqual } from '../shared/deepEqual.ts';
import type { Sink } from './Sink.ts';

/**
 * Whether the difference between two states of a sink is an edit that restarted the replication of its database, which
 * interrupts all backfills there. Disabling a sink doesn't restart it, and a dropped table leaves the sink by itself.
 */
export function restartsReplication(previous: Sink, sink: Sink): boolean {
  if (previous === sink || (sink.status === 'disabled' && previous.status !== 'disabled')) {
    return false;
  }
  return !deepEqual(removeDroppedTables(previous, sink), { ...sink, health: null });
}

/** Returns the sink without its health, and without the tables that its later state lacks. */
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
