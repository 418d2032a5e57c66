import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi, SinkListing, SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill } from '../../../src/servers/Snapshot.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';
import { createMonitor } from './createMonitor.ts';

const unreadable = new SequinError({ kind: 'invalidResponse', reason: 'shape', status: 200 });

/** What a defective API method may do instead of returning a promise of a valid response. */
const defects: readonly (readonly [name: string, misbehave: () => Promise<never>])[] = [
  ['rejects with an unexpected error', () => Promise.reject(new RangeError('defect'))],
  [
    'throws at once',
    () => {
      throw new URIError('defect');
    },
  ],
  ['returns nothing', () => Promise.resolve(undefined as never)],
];

describe('ServerMonitor after a table is dropped', () => {
  const startEmulator = useEmulators();

  it('keeps the sink and its running backfill', async () => {
    const emulator = await startEmulator({ scenario: 'empty', latency: false });
    const { json } = emulator.world.addSink({
      name: 'orders',
      source: {
        include_schemas: null,
        exclude_schemas: null,
        exclude_tables: null,
        include_tables: ['public.a'],
      },
      tables: [
        { name: 'public.a', group_column_names: ['id'] },
        { name: 'public.b', group_column_names: ['id'] },
      ],
    });
    const running = emulator.world.addBackfill(json.id, { table: 'public.a' }).json;
    emulator.world.dropTable('public.a');
    const monitor = new ServerMonitor({
      connection: connectionTo(emulator.url),
      api: createApiClient({ address: emulator.url, token: emulator.token }),
      clock: new TestClock(now),
      intervalMs: () => 0,
    });
    await monitor.refresh();
    monitor.dispose();
    const { sinks, sinksLoad } = monitor.snapshot;
    assert.deepEqual([sinksLoad.failure, sinksLoad.skipped], [undefined, undefined]);
    assert.deepEqual(sinks.get(json.id)?.tables, ['public.b']);
    assert.equal(findBackfill(monitor.snapshot, json.id, running.id)?.table, null);
  });
});

describe('ServerMonitor after a defect', () => {
  let clock: TestClock;
  let api: SequinApi;
  let reportedErrors: unknown[];
  let monitor: ServerMonitor;

  const listing = (...items: readonly SinkWithBackfills[]): SinkListing => ({
    items,
    skipped: 0,
    serverTime: undefined,
  });
  const running = { sink: sink(), unfinishedBackfills: [backfill()] };
  const listRunning = () => Promise.resolve(listing(running));

  beforeEach(() => {
    clock = new TestClock(now);
    api = apiWith({ listSinks: listRunning, getVersion: () => Promise.resolve('0.14.6') });
    reportedErrors = [];
    monitor = createMonitor({
      api,
      clock,
      onInternalError: (error) => reportedErrors.push(error),
    });
  });
  afterEach(() => {
    monitor.dispose();
  });

  for (const [name, misbehave] of defects) {
    it(`reports a failure instead of loading forever, and recovers, when the request for the list of sinks ${name}`, async () => {
      api.listSinks = misbehave;
      monitor.watch('view');
      await clock.advance(0);
      const { loading, loadedAt, failure, retryAt } = monitor.snapshot.sinksLoad;
      assert.deepEqual([loading, loadedAt, failure], [false, undefined, { kind: 'internal' }]);
      api.listSinks = listRunning;
      await clock.advance((retryAt ?? assert.fail('no retry is planned')) - clock.now());
      assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
      assert.equal(monitor.snapshot.sinks.size, 1);
    });

    it(`keeps the known data, and reports a failure, when the request for a backfill list ${name}`, async () => {
      await monitor.refresh();
      api.listBackfills = misbehave;
      await monitor.backfillLists.load(sink().id);
      const { loading, failure } = monitor.snapshot.backfillListLoads.get(sink().id) ?? assert.fail();
      assert.deepEqual([loading, failure], [false, { kind: 'internal' }]);
      assert.ok(findBackfill(monitor.snapshot, sink().id, backfill().id));
    });

    it(`reports a failure, and recovers, when the request for the databases ${name}`, async () => {
      api.listDatabases = misbehave;
      assert.deepEqual(await monitor.databases.reload(), { kind: 'internal' });
      const { loading, failure } = monitor.snapshot.databasesLoad;
      assert.deepEqual([loading, failure], [false, { kind: 'internal' }]);
      api.listDatabases = () => Promise.resolve({ items: [], skipped: 0 });
      assert.equal(await monitor.databases.reload(), undefined);
      assert.equal(monitor.snapshot.databasesLoad.failure, undefined);
    });

    it(`returns a failure when the request for a backfill ${name}`, async () => {
      await monitor.refresh();
      api.getBackfill = misbehave;
      assert.deepEqual(await monitor.loadBackfill(sink().id, backfill().id), { kind: 'internal' });
      assert.ok(findBackfill(monitor.snapshot, sink().id, backfill().id));
    });
  }

  it('reports the internal error that a malformed response caused', async () => {
    api.listSinks = () => Promise.resolve({ items: [null], skipped: 0 } as never);
    await monitor.refresh();
    assert.equal(reportedErrors.length, 1);
    assert.ok(reportedErrors[0] instanceof TypeError);
  });

  it('updates the other running backfills when one backfill is unreadable', async () => {
    const ids = ['a', 'b', 'c'];
    const respond = (id: string, rowsProcessed: number): SinkWithBackfills => ({
      sink: sink({ id }),
      unfinishedBackfills: [backfill({ id: `backfill of ${id}`, sinkId: id, rowsProcessed })],
    });
    // The list is expensive, so the running backfills are polled individually.
    api.listSinks = async () => {
      await new Promise<void>((resolve) => void clock.schedule(10_000, resolve));
      const idle = Array.from({ length: 40 }, (_, index) => sink({ id: `idle${index}` }));
      return listing(
        ...ids.map((id) => respond(id, 1)),
        ...idle.map((idleSink) => ({ sink: idleSink, unfinishedBackfills: [] })),
      );
    };
    api.getBackfill = (sinkId, id) =>
      sinkId === 'b'
        ? Promise.reject(unreadable)
        : Promise.resolve(backfill({ id, sinkId, rowsProcessed: 2 }));
    monitor.watch('view');
    await clock.advance(60_000);
    assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
    assert.deepEqual(
      ids.map((id) => findBackfill(monitor.snapshot, id, `backfill of ${id}`)?.rowsProcessed),
      [2, 1, 2],
    );
  });
});
