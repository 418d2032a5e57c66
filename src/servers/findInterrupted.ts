import type { Sink } from '../model/Sink.ts';
import { deepEqual } from '../shared/deepEqual.ts';
import { isStale, type Snapshot } from './Snapshot.ts';

/**
 * Finds the backfills that were interrupted since the previous list: all of them by a restart of the server, and those
 * of a database by an edit of one of its sinks, or by a new one. A list that takes too long while progress arrives isn't
 * a sign of a restart. Returns the ids of the backfills; `now` is the local time in milliseconds.
 */
export function findInterrupted(previous: Snapshot, sinks: ReadonlyMap<string, Sink>, now: number): string[] {
  const { failure, fromCache } = previous.sinksLoad;
  const editedDatabases = new Set(
    fromCache === true
      ? []
      : [...sinks.values()]
          .filter((sink) => isEdited(previous.sinks.get(sink.id), sink))
          .map(({ database }) => database),
  );
  return [...previous.backfills].flatMap(([sinkId, backfills]) => {
    const sink = sinks.get(sinkId);
    if (sink === undefined) {
      return [];
    }
    const isInterrupted =
      editedDatabases.has(sink.database) || (failure !== undefined && failure.kind !== 'timeout');
    return [...backfills.values()]
      .filter(
        (backfill) => isInterrupted || (failure?.kind === 'timeout' && isStale(previous, backfill, now)),
      )
      .map(({ id }) => id);
  });
}

/**
 * Whether an edit restarted the replication of the sink's database. Disabling a sink doesn't, and a dropped table leaves
 * the sink without an edit.
 */
function isEdited(previous: Sink | undefined, sink: Sink): boolean {
  if (previous === undefined || previous === sink) {
    return previous === undefined;
  }
  const isDisabled = sink.status === 'disabled' && previous.status !== 'disabled';
  return !isDisabled && !deepEqual(keepTables(previous, sink), { ...sink, health: null });
}

/** The sink without its health, and without the tables that a later state of it lacks. */
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
