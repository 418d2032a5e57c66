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
  return !deepEqual(keepTables(previous, sink), { ...sink, health: null });
}

/** Returns the sink without its health, and without the tables that its later state lacks. */
function keepTables(sink: Sink, later: Sink): Sink {
  const { source, tables } = sink;
  const laterTables = later.source?.includeTables ?? [];
  return {
    ...sink,
    health: null,
    tables: tables.filter((table) => later.tables.includes(table)),
    source: source && {
      ...source,
      includeTables: source.includeTables?.filter((table) => laterTables.includes(table)) ?? null,
    },
  };
}
