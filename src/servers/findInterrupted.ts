import { restartsReplication } from '../model/restartsReplication.ts';
import type { Sink } from '../model/Sink.ts';
import { isStale, type Snapshot } from './Snapshot.ts';

/**
 * Finds the backfills that were interrupted since the previous list: all of them by a restart of the server, and those
 * of a database by an edit of one of its sinks, or by a new one. A list that takes too long while progress arrives isn't
 * a sign of a restart. Returns the ids of the backfills; `now` is the local time in milliseconds.
 */
export function findInterrupted(previous: Snapshot, sinks: ReadonlyMap<string, Sink>, now: number): string[] {
  const { failure, fromCache } = previous.sinksLoad;
  const isEdited = (sink: Sink): boolean => {
    const known = previous.sinks.get(sink.id);
    // When a sink was added before this window opened is unknown.
    return known === undefined ? fromCache !== true : restartsReplication(known, sink);
  };
  const editedDatabases = new Set([...sinks.values()].filter(isEdited).map(({ database }) => database));
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
