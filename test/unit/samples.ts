import type { SequinApi } from '../../src/api/SequinApi.ts';
import type { Backfill } from '../../src/model/Backfill.ts';
import { type Connection, getDefaultConnectionName } from '../../src/model/Connection.ts';
import { type LoadState, neverLoaded } from '../../src/model/LoadState.ts';
import type { Sink } from '../../src/model/Sink.ts';
import type { ServerMonitor } from '../../src/servers/ServerMonitor.ts';
import type { Server } from '../../src/servers/ServerRegistry.ts';
import { emptySnapshot, type Snapshot } from '../../src/servers/Snapshot.ts';

/** The current time for all samples: noon in the middle of 2026. */
export const now = Date.parse('2026-06-15T12:00:00Z');

/** Creates a connection whose id is its address, and whose name is the address without the scheme. */
export function connectionTo(address: string, overrides: Partial<Connection> = {}): Connection {
  return { id: address, name: getDefaultConnectionName(address), address, production: false, ...overrides };
}

/** Wraps each monitor in a signed-in server. */
export function serversOf(...monitors: readonly ServerMonitor[]): Server[] {
  return monitors.map((monitor) => ({
    state: { kind: 'signedIn', connection: monitor.connection, tokenVersion: 1 },
    monitor,
  }));
}

/** The state of a list that was loaded just now. */
export const loaded: LoadState = { ...neverLoaded, loadedAt: now };

/** Creates the snapshot of a server whose list of sinks has loaded, with the given sinks and backfills. */
export function snapshotOf(
  sinks: readonly Sink[],
  backfills: readonly Backfill[] = [],
  changes: Partial<Snapshot> = {},
): Snapshot {
  const backfillsBySink = Map.groupBy(backfills, ({ sinkId }) => sinkId);
  return {
    ...emptySnapshot,
    sinksLoad: loaded,
    sinks: new Map(sinks.map((each) => [each.id, each])),
    backfills: new Map(
      [...backfillsBySink].map(([sinkId, items]) => [sinkId, new Map(items.map((item) => [item.id, item]))]),
    ),
    ...changes,
  };
}

/** Creates an API with the scripted methods. All other methods reject. */
export function apiWith(scripted: Partial<SequinApi>): SequinApi {
  const unscripted = (): Promise<never> => Promise.reject(new Error('not scripted'));
  return {
    listSinks: unscripted,
    getSink: unscripted,
    updateSink: unscripted,
    listBackfills: unscripted,
    getBackfill: unscripted,
    createBackfill: unscripted,
    updateBackfill: unscripted,
    listDatabases: unscripted,
    testDatabase: unscripted,
    refreshTables: unscripted,
    planConfig: unscripted,
    applyConfig: unscripted,
    exportConfig: unscripted,
    getVersion: unscripted,
    ...scripted,
  };
}

/** Creates a sample sink with some fields replaced. */
export function sink(overrides: Partial<Sink> = {}): Sink {
  return {
    id: 'e1f6d3f4-0000-4000-8000-000000000001',
    name: 'orders-kafka',
    status: 'active',
    database: 'shop',
    destination: {
      type: 'kafka',
      address: 'orders @ kafka:9092',
      fields: { hosts: 'kafka:9092', topic: 'orders', tls: false },
    },
    source: {
      includeSchemas: null,
      excludeSchemas: null,
      includeTables: ['public.orders'],
      excludeTables: null,
    },
    tables: [],
    settings: {
      actions: ['insert', 'update', 'delete'],
      filter: 'none',
      transform: 'none',
      enrichment: 'none',
      routing: 'none',
      batchSize: 1,
      messageGrouping: true,
      maxRetryCount: null,
      loadSheddingPolicy: 'pause_on_full',
      timestampFormat: 'iso8601',
    },
    health: { status: 'healthy', checks: [{ name: 'Message delivery', status: 'healthy', error: null }] },
    ...overrides,
  };
}

/** Creates a sample backfill that started a minute ago, with some fields replaced. */
export function backfill(overrides: Partial<Backfill> = {}): Backfill {
  return {
    id: 'bf000000-0000-4000-8000-000000000001',
    sinkId: 'e1f6d3f4-0000-4000-8000-000000000001',
    state: 'active',
    table: 'public.orders',
    sortColumn: null,
    rowsInitial: 200_000,
    rowsProcessed: 94_000,
    rowsIngested: 94_000,
    insertedAt: now - 60_000,
    updatedAt: now - 2_000,
    completedAt: null,
    canceledAt: null,
    ...overrides,
  };
}
