import type { Backfill } from '../model/Backfill.ts';
import type { Failure } from '../model/failure.ts';
import { restartsReplication } from '../model/restartsReplication.ts';
import type { Sink } from '../model/Sink.ts';
import { getBackfillsOfSink, isStale, type Snapshot } from './Snapshot.ts';

/** The failures of requests that a running server rejects, and of the extension itself. They indicate no restart. */
const otherFailures: ReadonlySet<Failure['kind']> = new Set(['unauthorized', 'rateLimited', 'internal']);

/**
 * Finds the ids of the backfills that were interrupted since the previous list. A restart of the server interrupts those
 * of all active sinks; adding or editing a sink interrupts those of its database. A failed list indicates a restart,
 * unless it was rejected, or only timed out while progress arrived.
 * @param now the local time in milliseconds since the epoch
 */
export function findInterrupted(previous: Snapshot, sinks: ReadonlyMap<string, Sink>, now: number): string[] {
  const { failure } = previous.sinksLoad;
  const byRestart =
    failure === undefined || otherFailures.has(failure.kind)
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
 * Those of other sinks don't continue after the interruption.
 */
export function findInterruptedByEdit(previous: Snapshot, sinks: ReadonlyMap<string, Sink>): string[] {
  const isEdited = (sink: Sink): boolean => {
    const known = previous.sinks.get(sink.id);
    // When a sink was added before this window opened is unknown.
    return known === undefined ? previous.sinksLoad.fromCache !== true : restartsReplication(known, sink);
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

/** Lists the running backfills of some sinks, which a restart of their replication interrupts. */
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
