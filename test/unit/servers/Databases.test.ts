import assert from 'node:assert/strict';
import type { Listing, SinkListing } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Database } from '../../../src/model/Database.ts';
import { type Failure, SequinError } from '../../../src/model/failure.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { getBackfillsOfSink } from '../../../src/servers/Snapshot.ts';
import { apiWith, backfill, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { createMonitor } from './createMonitor.ts';

const shop: Database = { id: 'd1', name: 'shop', hostname: null, port: null, database: null };
const serverError: Failure = { kind: 'server', status: 500, retryAfterMs: undefined };

describe('the databases of a monitored server', () => {
  let clock: TestClock;
  let monitor: ServerMonitor;
  let requests: PromiseWithResolvers<Listing<Database>>[];
  let listSinks: () => Promise<SinkListing>;
  let backfills: readonly Backfill[];

  beforeEach(() => {
    backfills = [];
    clock = new TestClock(now);
    requests = [];
    listSinks = () =>
      Promise.resolve({
        items: [{ sink: sink({ database: 'shop' }), unfinishedBackfills: [] }],
        skipped: 0,
        serverTime: undefined,
      });
    monitor = createMonitor({
      api: apiWith({
        listSinks: () => listSinks(),
        listDatabases: () => {
          const request = Promise.withResolvers<Listing<Database>>();
          requests.push(request);
          return request.promise;
        },
        listBackfills: () => Promise.resolve({ items: backfills, skipped: 0 }),
        getVersion: () => Promise.resolve('0.14.6'),
      }),
      clock,
    });
  });
  afterEach(() => {
    monitor.dispose();
  });

  const listDatabaseIds = () => [...monitor.snapshot.databases.keys()];
  const getFailure = () => monitor.snapshot.databasesLoad.failure;

  async function respond(index: number, ...items: Database[]): Promise<void> {
    requests[index]?.resolve({ items, skipped: 0 });
    await clock.advance(0);
  }

  async function fail(index: number, failure: Failure): Promise<void> {
    requests[index]?.reject(new SequinError(failure));
    await clock.advance(0);
  }

  it('are requested again with the first list of sinks at least 60 s after a failure, and keep the failure until they are loaded', async () => {
    monitor.watch('view');
    await clock.advance(0);
    await fail(0, serverError);
    assert.deepEqual(getFailure(), serverError);
    await clock.advance(59_999);
    assert.equal(requests.length, 1);
    await clock.advance(10_000);
    assert.equal(requests.length, 2);
    assert.deepEqual(getFailure(), serverError);
    await respond(1, shop);
    assert.equal(getFailure(), undefined);
    assert.deepEqual(listDatabaseIds(), ['d1']);
    await clock.advance(3600_000);
    assert.equal(requests.length, 2);
  });

  it('are counted in the snapshot if they are unreadable, until a response contains no unreadable databases', async () => {
    void monitor.databases.reload();
    requests[0]?.resolve({ items: [shop], skipped: 2 });
    await clock.advance(0);
    assert.deepEqual(monitor.snapshot.databasesLoad.skipped, { databases: 2 });
    void monitor.databases.reload();
    await respond(1, shop);
    assert.equal(monitor.snapshot.databasesLoad.skipped, undefined);
  });

  it('are requested again after a failure even if the clock was set back', async () => {
    monitor.watch('view');
    await clock.advance(0);
    await fail(0, serverError);
    clock.setBack(3600_000);
    await clock.advance(70_000);
    assert.equal(requests.length, 2);
  });

  it('are loaded again by a manual refresh', async () => {
    void monitor.refresh();
    await clock.advance(0);
    await respond(0, shop);
    void monitor.refresh();
    await clock.advance(0);
    await respond(1, { ...shop, hostname: 'new-host' });
    assert.equal(monitor.snapshot.databases.get('d1')?.hostname, 'new-host');
  });

  it('do not delay the backfill lists of a manual refresh, but the refresh waits for both', async () => {
    const sinkId = sink().id;
    await monitor.backfillLists.load(sinkId);
    backfills = [backfill({ state: 'completed', completedAt: now })];
    let isRefreshing = true;
    void monitor.refresh().then(() => (isRefreshing = false));
    await clock.advance(0);
    assert.equal(getBackfillsOfSink(monitor.snapshot, sinkId).length, 1);
    assert.ok(isRefreshing);
    await respond(0, shop);
    assert.ok(!isRefreshing);
  });

  it('have no failure of their own after a rejected token, and are loaded by the next refresh', async () => {
    monitor.watch('view');
    await clock.advance(0);
    await fail(0, { kind: 'unauthorized' });
    assert.equal(getFailure(), undefined);
    assert.equal(monitor.snapshot.databasesLoad.loading, false);
    assert.equal(monitor.snapshot.sinksLoad.failure?.kind, 'unauthorized');
    void monitor.refresh();
    await clock.advance(0);
    await respond(1, shop);
    assert.deepEqual(listDatabaseIds(), ['d1']);
  });

  describe('if a list of sinks names a new database while the databases are being requested', () => {
    beforeEach(async () => {
      void monitor.databases.ensureLoaded();
      monitor.watch('view');
      await clock.advance(0);
      assert.equal(requests.length, 1);
    });

    it('are requested again when the request has ended, because its response may lack the new database', async () => {
      await respond(0, shop);
      const reloaded = monitor.databases.reload();
      await respond(1, shop, { ...shop, id: 'd2', name: 'crm' });
      assert.equal(await reloaded, undefined);
      assert.deepEqual(listDatabaseIds(), ['d1', 'd2']);
      assert.equal(requests.length, 2);
    });

    it('don’t keep the failure of the earlier request', async () => {
      await fail(0, serverError);
      await respond(1, shop);
      assert.equal(getFailure(), undefined);
    });

    it('stay as in the earlier response if the later request fails, and are requested again when needed', async () => {
      await respond(0, shop);
      await fail(1, serverError);
      assert.deepEqual(listDatabaseIds(), ['d1']);
      assert.deepEqual(getFailure(), serverError);
      void monitor.databases.ensureLoaded();
      assert.equal(requests.length, 3);
    });
  });
});
