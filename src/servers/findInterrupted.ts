import type { Backfill } from '../model/Backfill.ts';
import type { Failure } from '../model/failure.ts';
import { restartsReplication } from '../model/restartsReplication.ts';
import type { Sink } from '../model/Sink.ts';
import { getBackfillsOfSink, isStale, type Snapshot } from './Snapshot.ts';

/** The kinds of failures that indicate no restart: those of requests that a running server rejects, and of defects. */
const failuresWithoutRestart: ReadonlySet<Failure['kind']> = new Set([
  'unauthorized',
  'rateLimited',
  'internal',
]);

/**
 * Finds the ids of the backfills that were interrupted since the previous list. A restart of the server interrupts the
 * backfills of all active sinks; adding or editing a sink interrupts those of its database. A failed list indicates a
 * restart, unless the server rejected the request, or the list only timed out while progress arrived.
 * @param now the local time in milliseconds since the epoch
 */
export function findInterrupted(previous: Snapshot, sinks: ReadonlyMap<string, Sink>, now: number): string[] {
  const { failure } = previous.sinksLoad;
  const byRestart =
    failure === undefined || failuresWithoutRestart.has(failure.kind)
      ? []
      : [...sinks.values()]
          .filter(isActive)
          .flatMap(({ id }) => getBackfillsOfSink(previous, id))
          .filter((backfill) => failure.kind !== 'timeout' || isStale(previous, backfill, now))
          .map(({ id }) => id);
  return [...findInterruptedByEdit(previous, sinks), ...byRestart];
}

/**
 * Finds the ids of the backfills that an edited or a new sink interrupted: those of all active sinks of its database.
 * Those of paused and disabled sinks aren't included, because they don't continue after the interruption.
 */
export function findInterruptedByEdit(previous: Snapshot, sinks: ReadonlyMap<string, Sink>): string[] {
  const isEdited = (sink: Sink): boolean => {
    const previousSink = previous.sinks.get(sink.id);
    // It is unknown when a sink was added that isn't in the snapshot of the last session.
    return previousSink === undefined
      ? previous.sinksLoad.fromCache !== true
      : restartsReplication(previousSink, sink);
  };
  const all = [...sinks.values()];
  const editedDatabases = new Set(all.filter(isEdited).map(({ database }) => database));
  return all
    .filter((sink) => isActive(sink) && editedDatabases.has(sink.database))
    .flatMap(({ id }) => getBackfillsOfSink(previous, id))
    .map(({ id }) => id);
}

function isActive({ status }: Sink): boolean {
  return status === 'active';
}

/** Lists the running backfills of the affected sinks, which a restart of the replication interrupts. */
export function listRunningBackfills(
  snapshot: Snapshot,
  isAffected: (sink: Sink) => boolean,
): { readonly sink: Sink; readonly backfill: Backfill }[] {
  return [...snapshot.sinks.values()]
    .filter((sink) => sink.status !== 'paused' && isAffected(sink))
    .flatMap((sink) =>
      getBackfillsOfSink(snapshot, sink.id)
        .filter(({ state }) => state === 'active')
        .map((backfill) => ({ sink, backfill })),
    );
}
