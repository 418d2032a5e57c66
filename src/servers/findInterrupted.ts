import type { Backfill } from '../model/Backfill.ts';
import type { Failure } from '../model/failure.ts';
import { restartsReplication } from '../model/restartsReplication.ts';
import type { Sink } from '../model/Sink.ts';
import { getBackfillsOfSink, isStale, type Snapshot } from './Snapshot.ts';

/**
 * The kinds of failures that don't indicate a restart: a running server rejected the request, or the extension has a
 * defect.
 */
const failuresWithoutRestart: ReadonlySet<Failure['kind']> = new Set([
  'unauthorized',
  'rateLimited',
  'internal',
]);

/**
 * Finds the ids of the backfills that were interrupted since the previous list. A restart of the server interrupts the
 * backfills of all active sinks; adding or editing a sink interrupts the backfills of the sink's database. A failed
 * request for the list indicates a restart, unless the kind of its failure is one of {@link failuresWithoutRestart}. If
 * the request timed out, backfills with fresh progress from after the previous list don't count as interrupted.
 * @param now the local time in milliseconds since the epoch
 */
export function findInterrupted(previous: Snapshot, sinks: ReadonlyMap<string, Sink>, now: number): string[] {
  const { failure } = previous.sinksLoad;
  const interruptedByRestart =
    failure === undefined || failuresWithoutRestart.has(failure.kind)
      ? []
      : [...sinks.values()]
          .filter(isActive)
          .flatMap(({ id }) => getBackfillsOfSink(previous, id))
          .filter((backfill) => failure.kind !== 'timeout' || isStale(previous, backfill, now))
          .map(({ id }) => id);
  return [...findInterruptedByEdit(previous, sinks), ...interruptedByRestart];
}

/**
 * Finds the ids of the backfills that were interrupted because a sink was added or edited: those of all active sinks
 * with the same database. Backfills of paused and disabled sinks aren't included, because they don't continue after the
 * interruption.
 */
export function findInterruptedByEdit(previous: Snapshot, sinks: ReadonlyMap<string, Sink>): string[] {
  const isNewOrEdited = (sink: Sink): boolean => {
    const previousSink = previous.sinks.get(sink.id);
    // If the previous snapshot is from the last session, it is unknown when a new sink was added.
    return previousSink === undefined
      ? previous.sinksLoad.fromCache !== true
      : restartsReplication(previousSink, sink);
  };
  const all = [...sinks.values()];
  const affectedDatabases = new Set(all.filter(isNewOrEdited).map(({ database }) => database));
  return all
    .filter((sink) => isActive(sink) && affectedDatabases.has(sink.database))
    .flatMap(({ id }) => getBackfillsOfSink(previous, id))
    .map(({ id }) => id);
}

function isActive({ status }: Sink): boolean {
  return status === 'active';
}

/**
 * Lists the running backfills that a restart of the replication interrupts. `isAffected` returns whether the restart
 * affects a sink.
 */
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
