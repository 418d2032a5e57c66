import { restartsReplication } from '../model/restartsReplication.ts';
import type { Sink } from '../model/Sink.ts';
import { isStale, type Snapshot } from './Snapshot.ts';

/**
 * Finds the ids of the backfills that were interrupted since the previous list. A restart of the server interrupts all
 * of them; adding or editing a sink interrupts those of its database. A failed list indicates a restart, unless it only
 * timed out while progress arrived.
 * @param now the local time in milliseconds since the epoch
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
