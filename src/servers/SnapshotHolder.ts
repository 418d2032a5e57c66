import type { Listing } from '../api/SequinApi.ts';
import type { Database, DatedConnectionTest } from '../model/Database.ts';
import { type LoadState, neverLoaded } from '../model/LoadState.ts';
import type { BackfillQueue } from '../model/queue/BackfillQueue.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { haveSameValues, reuseIfEqual } from '../shared/maps.ts';
import { emptySnapshot, type MetricsState, type Snapshot, type SnapshotChange } from './Snapshot.ts';

const noChange: SnapshotChange = {
  sinkListChanged: false,
  changedSinkIds: new Set(),
  changedBackfillIds: new Set(),
  connectionChanged: false,
};

/**
 * Holds the snapshot of one server, and replaces parts of it that don't depend on other parts, such as load states.
 * Each change creates a new snapshot and fires one event with the differences. Unchanged parts keep their identity.
 */
export class SnapshotHolder extends DisposableBase {
  #snapshot: Snapshot;
  readonly #onDidChange = this.register(new Emitter<SnapshotChange>());
  readonly onDidChange = this.#onDidChange.event;

  /** Starts from the snapshot of the last session, if there is one. */
  constructor(snapshot: Snapshot = emptySnapshot) {
    super();
    this.#snapshot = snapshot;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Changes the load state of the list of sinks. An empty patch only fires the event. */
  setSinksLoad(loadPatch: Partial<LoadState>): void {
    const sinksLoad = { ...this.#snapshot.sinksLoad, ...loadPatch };
    this.update({ sinksLoad }, { connectionChanged: true });
  }

  /**
   * Records that a request for the list of sinks has started. Fires no event if a list is loaded and the latest request
   * succeeded, because then no view shows that the list is loading.
   */
  startSinksLoad(): void {
    const { loadedAt, failure } = this.#snapshot.sinksLoad;
    const sinksLoad = { ...this.#snapshot.sinksLoad, loading: true, retryAt: undefined };
    if (loadedAt === undefined || failure !== undefined) {
      this.update({ sinksLoad }, { connectionChanged: true });
    } else {
      this.#snapshot = { ...this.#snapshot, sinksLoad };
    }
  }

  /** Changes the load state of the backfill list of a sink. */
  setBackfillListLoad(sinkId: string, loadPatch: Partial<LoadState>): void {
    this.update(this.patchListLoad(sinkId, loadPatch), { changedSinkIds: new Set([sinkId]) });
  }

  /** Applies the list of databases, which was loaded at the local time `now`. */
  applyDatabases({ items, skipped }: Listing<Database>, now: number): void {
    const previous = this.#snapshot;
    const received = new Map(
      items.map((database) => [database.id, reuseIfEqual(previous.databases.get(database.id), database)]),
    );
    if (!haveSameValues(previous.databases, received)) {
      const connectionTests = new Map([...previous.connectionTests].filter(([id]) => received.has(id)));
      this.#snapshot = { ...previous, databases: received, connectionTests };
    }
    this.setDatabasesLoad({
      loading: false,
      loadedAt: now,
      failure: undefined,
      skipped: skipped === 0 ? undefined : { databases: skipped },
    });
  }

  /** Changes the load state of the databases. */
  setDatabasesLoad(loadPatch: Partial<LoadState>): void {
    const databasesLoad = { ...this.#snapshot.databasesLoad, ...loadPatch };
    this.update({ databasesLoad }, { connectionChanged: true });
  }

  /** Records the result of a connection test of a database. */
  setConnectionTest(databaseId: string, test: DatedConnectionTest): void {
    const connectionTests = new Map(this.#snapshot.connectionTests).set(databaseId, test);
    this.update({ connectionTests }, { connectionChanged: true });
  }

  /** Sets the server's version. Marks all sinks as changed, because the available actions depend on the version. */
  setVersion(version: string | undefined): void {
    if (version !== this.#snapshot.version) {
      const changedSinkIds = new Set(this.#snapshot.sinks.keys());
      this.update({ version }, { changedSinkIds, connectionChanged: true });
    }
  }

  /** Sets the metrics. Marks the backfills that have counted deliveries, and their sinks, as changed. */
  setMetrics(metrics: MetricsState | undefined): void {
    const previous = this.#snapshot.metrics;
    if (metrics !== previous) {
      const all = [previous, metrics].flatMap((state) => [...(state?.deliveries.ofBackfills ?? [])]);
      this.update(
        { metrics },
        {
          changedSinkIds: new Set(all.map(([, { sinkId }]) => sinkId)),
          changedBackfillIds: new Set(all.map(([id]) => id)),
          connectionChanged: previous?.failure !== metrics?.failure,
        },
      );
    }
  }

  /** Sets the queue. Marks its sinks and backfills as changed, because the positions of all may have changed. */
  setQueue(queue: BackfillQueue | undefined): void {
    const previous = this.#snapshot.queue;
    if (queue !== previous) {
      const items = [...(previous?.items ?? []), ...(queue?.items ?? [])];
      this.update(
        { queue },
        {
          changedSinkIds: new Set(items.map(({ sinkId }) => sinkId)),
          changedBackfillIds: new Set(items.map(({ backfillId }) => backfillId)),
        },
      );
    }
  }

  /** Removes the unreported ends, after they were reported or because they need no report. */
  clearUnreportedEnds(): void {
    if (this.#snapshot.unreportedEnds.length > 0) {
      this.update({ unreportedEnds: [] });
    }
  }

  protected patchListLoad(sinkId: string, patch: Partial<LoadState>): Pick<Snapshot, 'backfillListLoads'> {
    const { backfillListLoads: loads } = this.#snapshot;
    const load = { ...(loads.get(sinkId) ?? neverLoaded), ...patch };
    return { backfillListLoads: new Map(loads).set(sinkId, load) };
  }

  protected update(patch: Partial<Snapshot>, change: Partial<SnapshotChange> = {}): void {
    this.#snapshot = { ...this.#snapshot, ...patch };
    this.#onDidChange.fire({ ...noChange, ...change });
  }
}
