import assert from 'node:assert/strict';
import { SequinError } from '../../../src/model/failure.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import type { SnapshotChange } from '../../../src/servers/Snapshot.ts';
import { apiWith, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { createMonitor } from './createMonitor.ts';

const connection = connectionTo('http://localhost:7376');
const unauthorized = { kind: 'unauthorized' } as const;
const sinks = ['s1', 's2', 's3'].map((id) => sink({ id, name: id }));

describe('the version of a monitored server', () => {
  let clock: TestClock;
  let monitor: ServerMonitor;
  /** What each request asked for, in order: `sinks` or `version`. */
  let requested: string[];
  /** Responds to requests for the version. */
  let getVersion: () => Promise<string | undefined>;
  let isReachable: boolean;
  /** Whether the server rejects the token in requests for backfill lists. */
  let rejectsBackfillLists: boolean;
  let changes: SnapshotChange[];

  beforeEach(() => {
    clock = new TestClock(now);
    requested = [];
    changes = [];
    isReachable = true;
    rejectsBackfillLists = false;
    getVersion = () => Promise.resolve('0.14.6');
    monitor = createMonitor({
      connection,
      api: apiWith({
        listSinks: async () => {
          requested.push('sinks');
          await Promise.resolve();
          if (!isReachable) {
            throw new SequinError({ kind: 'network', reason: 'refused' });
          }
          const items = sinks.map((item) => ({ sink: item, unfinishedBackfills: [] }));
          return { items, skipped: 0, serverTime: undefined };
        },
        listBackfills: async () => {
          await Promise.resolve();
          if (rejectsBackfillLists) {
            throw new SequinError(unauthorized);
          }
          return { items: [], skipped: 0 };
        },
        getVersion: () => {
          requested.push('version');
          return getVersion();
        },
      }),
      clock,
    });
    monitor.onDidChange((change) => changes.push(change));
  });
  afterEach(() => {
    monitor.dispose();
  });

  const countVersionRequests = () => requested.filter((resource) => resource === 'version').length;

  it('is fetched once, after the first list', async () => {
    monitor.watch('view');
    await clock.advance(20_000);
    assert.deepEqual(requested, ['sinks', 'version', 'sinks', 'sinks']);
    assert.equal(monitor.snapshot.version, '0.14.6');
    await monitor.refresh();
    assert.equal(countVersionRequests(), 1);
  });

  it('is fetched again after the server was unreachable', async () => {
    monitor.watch('view');
    await clock.advance(0);
    isReachable = false;
    await clock.advance(3600_000);
    assert.equal(countVersionRequests(), 1);
    assert.equal(monitor.snapshot.version, '0.14.6');
    isReachable = true;
    getVersion = () => Promise.resolve('0.15.0');
    await clock.advance(600_000);
    assert.equal(countVersionRequests(), 2);
    assert.equal(monitor.snapshot.version, '0.15.0');
  });

  it('is fetched again after the token was rejected for another request', async () => {
    await monitor.refresh();
    rejectsBackfillLists = true;
    await monitor.backfillLists.load('s1');
    assert.deepEqual(monitor.snapshot.sinksLoad.failure, unauthorized);
    rejectsBackfillLists = false;
    await monitor.refresh();
    assert.equal(countVersionRequests(), 2);
  });

  it('is fetched again with the next list if its request failed, and the failure does not affect the list', async () => {
    getVersion = () =>
      Promise.reject(new SequinError({ kind: 'server', status: 500, retryAfterMs: undefined }));
    monitor.watch('view');
    await clock.advance(0);
    assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
    assert.equal(monitor.snapshot.sinks.size, 3);
    assert.equal(monitor.snapshot.version, undefined);
    getVersion = () => Promise.resolve('0.14.6');
    await clock.advance(60_000);
    assert.equal(countVersionRequests(), 2);
    assert.equal(monitor.snapshot.version, '0.14.6');
  });

  it('does not affect the sinks if it is missing, empty or in another format', async () => {
    for (const unusual of [undefined, '', 'lab', '💥'.repeat(1000)]) {
      getVersion = () => Promise.resolve(unusual);
      isReachable = false;
      await monitor.refresh();
      isReachable = true;
      await monitor.refresh();
      await clock.advance(0);
      assert.equal(monitor.snapshot.version, unusual);
      assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
      assert.equal(monitor.snapshot.sinks.size, 3);
    }
  });

  it('does not delay the list while the request for the version is pending', async () => {
    getVersion = () => new Promise(() => undefined);
    await monitor.refresh();
    await monitor.refresh();
    assert.equal(monitor.snapshot.sinks.size, 3);
    assert.equal(countVersionRequests(), 1);
  });

  it('marks every sink as changed if it differs from the known version, and no sink otherwise', async () => {
    const all = new Set(sinks.map(({ id }) => id));
    const listMarkedSinks = () =>
      changes
        .filter(({ sinkListChanged }) => !sinkListChanged)
        .flatMap(({ changedSinkIds }) => [...changedSinkIds]);
    await monitor.refresh();
    await clock.advance(0);
    assert.deepEqual(new Set(listMarkedSinks()), all);
    for (const [next, expected] of [
      ['0.14.6', new Set()],
      ['0.8.0', all],
    ] as const) {
      getVersion = () => Promise.resolve(next);
      isReachable = false;
      await monitor.refresh();
      isReachable = true;
      changes = [];
      await monitor.refresh();
      await clock.advance(0);
      assert.deepEqual(new Set(listMarkedSinks()), expected);
    }
  });
});
