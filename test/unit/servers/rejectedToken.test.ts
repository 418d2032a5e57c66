import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { type Failure, SequinError } from '../../../src/model/failure.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill } from '../../../src/servers/Snapshot.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';
import { createMonitor } from './createMonitor.ts';

const connection = connectionTo('http://localhost:7376');
const unauthorized = { kind: 'unauthorized' } as const;
const sinks = ['s1', 's2', 's3'].map((id) => sink({ id, name: id }));
const runningBackfill = backfill({ sinkId: 's1' });

/** A pending request that the test completes. */
interface Request {
  readonly method: keyof SequinApi;
  readonly respond: () => void;
  readonly fail: (failure: Failure) => void;
}

describe('ServerMonitor with a rejected token', () => {
  const startEmulator = useEmulators();
  let clock: TestClock;
  let monitor: ServerMonitor;
  let requests: Request[];
  /** The failure of the list of sinks after each change of its load state since {@link recordFailures} was called. */
  let failures: (Failure | undefined)[];

  /** An API method whose requests stay pending until the test completes them. */
  function createPendingMethod<T>(method: keyof SequinApi, value: T): () => Promise<T> {
    return () =>
      new Promise<T>((resolve, reject) => {
        requests.push({
          method,
          respond: () => {
            resolve(value);
          },
          fail: (failure) => {
            reject(new SequinError(failure));
          },
        });
      });
  }

  beforeEach(() => {
    clock = new TestClock(now);
    requests = [];
    failures = [];
    const items = sinks.map((item) => ({
      sink: item,
      unfinishedBackfills: item.id === 's1' ? [runningBackfill] : [],
    }));
    monitor = createMonitor({
      connection,
      api: apiWith({
        listSinks: createPendingMethod('listSinks', { items, skipped: 0, serverTime: undefined }),
        listBackfills: createPendingMethod('listBackfills', { items: [], skipped: 0 }),
        getBackfill: createPendingMethod('getBackfill', runningBackfill),
        updateBackfill: createPendingMethod('updateBackfill', {
          ...runningBackfill,
          state: 'paused',
          updatedAt: now,
        }),
        createBackfill: createPendingMethod('createBackfill', backfill({ id: 'new', sinkId: 's2' })),
        getVersion: () => Promise.resolve('0.14.6'),
      }),
      clock,
    });
  });
  afterEach(() => {
    monitor.dispose();
  });

  const findLastRequest = (method: keyof SequinApi): Request =>
    requests.findLast((request) => request.method === method) ?? assert.fail(`no request to ${method}`);
  const countRejections = () => failures.filter((failure) => failure?.kind === 'unauthorized').length;
  const getCurrentFailure = () => monitor.snapshot.sinksLoad.failure;

  function recordFailures(): void {
    monitor.onDidChange(({ connectionChanged }) => {
      if (connectionChanged) {
        failures.push(getCurrentFailure());
      }
    });
  }

  /**
   * Loads the sinks, and then sends four requests that stay pending. Their order in `requests` is the list of sinks,
   * two backfill lists, a write. Finally calls {@link recordFailures}.
   */
  async function startAllRequests(): Promise<void> {
    monitor.watch('view');
    await clock.advance(0);
    findLastRequest('listSinks').respond();
    await clock.advance(2_000);
    void monitor.backfillLists.load('s1');
    void monitor.backfillLists.load('s2');
    void monitor.changeBackfill(runningBackfill, 'pause');
    await clock.advance(0);
    assert.deepEqual(
      requests.map(({ method }) => method),
      ['listSinks', 'listSinks', 'listBackfills', 'listBackfills', 'updateBackfill'],
    );
    requests.shift();
    recordFailures();
  }

  const completions: readonly (readonly [description: string, complete: (request: Request) => void])[] = [
    [
      'are rejected, too',
      (request) => {
        request.fail(unauthorized);
      },
    ],
    [
      'succeed',
      (request) => {
        request.respond();
      },
    ],
    [
      'fail with another error',
      (request) => {
        request.fail({ kind: 'network', reason: 'refused' });
      },
    ],
  ];
  for (const [rejectedIndex, name] of [
    'the request for the list of sinks',
    'the first request for a backfill list',
    'the second request for a backfill list',
    'a write',
  ].entries()) {
    for (const [description, complete] of completions) {
      it(`reports the rejected token once and sends no more requests when ${name} is rejected and the other pending requests ${description}`, async () => {
        await startAllRequests();
        const [rejected, ...rest] = [...requests.splice(rejectedIndex, 1), ...requests];
        rejected?.fail(unauthorized);
        await clock.advance(0);
        assert.deepEqual(getCurrentFailure(), unauthorized);
        for (const request of rest) {
          complete(request);
          await clock.advance(0);
          assert.deepEqual(getCurrentFailure(), unauthorized);
        }
        assert.equal(countRejections(), 1);
        const before = requests.length;
        monitor.watch('view', () => ['s3']);
        monitor.setFocused(false);
        monitor.setFocused(true);
        monitor.reschedule();
        void monitor.backfillLists.load('s1');
        void monitor.loadBackfill('s1', runningBackfill.id);
        void monitor.ensureSinks();
        await clock.advance(24 * 3600_000);
        assert.equal(requests.length, before);
        assert.equal(countRejections(), 1);
        assert.equal(monitor.snapshot.sinksLoad.loading, false);
        assert.deepEqual(monitor.snapshot.backfillListLoads.get('s3'), {
          loading: false,
          loadedAt: undefined,
          failure: unauthorized,
        });
      });
    }
  }

  it('keeps the data of the snapshot', async () => {
    await startAllRequests();
    const before = monitor.snapshot;
    for (const request of requests) {
      request.fail(unauthorized);
    }
    await clock.advance(60_000);
    assert.equal(monitor.snapshot.sinks, before.sinks);
    assert.equal(findBackfill(monitor.snapshot, 's1', runningBackfill.id)?.state, 'active');
    assert.equal(monitor.snapshot.sinksLoad.loadedAt, now);
    assert.equal(monitor.snapshot.version, '0.14.6');
    assert.deepEqual(monitor.snapshot.progressTracks, before.progressTracks);
  });

  it('cancels the planned poll', async () => {
    monitor.watch('view');
    await clock.advance(0);
    findLastRequest('listSinks').respond();
    await clock.advance(1_000);
    void monitor.backfillLists.load('s1');
    await clock.advance(0);
    findLastRequest('listBackfills').fail(unauthorized);
    await clock.advance(0);
    assert.ok(!clock.hasPendingTimers);
    assert.equal(monitor.snapshot.sinksLoad.retryAt, undefined);
  });

  it('cancels the planned retry, and removes the time of the retry from the snapshot', async () => {
    monitor.watch('view');
    await clock.advance(0);
    findLastRequest('listSinks').fail({ kind: 'network', reason: 'refused' });
    await clock.advance(0);
    assert.notEqual(monitor.snapshot.sinksLoad.retryAt, undefined);
    recordFailures();
    void monitor.backfillLists.load('s1');
    await clock.advance(0);
    findLastRequest('listBackfills').fail(unauthorized);
    await clock.advance(3600_000);
    assert.deepEqual(getCurrentFailure(), unauthorized);
    assert.equal(monitor.snapshot.sinksLoad.retryAt, undefined);
    assert.equal(countRejections(), 1);
    assert.equal(requests.length, 2);
  });

  it('sends requests again after a manual refresh if the server accepts the token', async () => {
    await startAllRequests();
    for (const request of requests) {
      request.fail(unauthorized);
    }
    await clock.advance(3600_000);
    requests = [];
    void monitor.refresh();
    await clock.advance(0);
    findLastRequest('listSinks').respond();
    await clock.advance(0);
    assert.equal(getCurrentFailure(), undefined);
    findLastRequest('listBackfills').respond();
    await clock.advance(0);
    findLastRequest('listBackfills').respond();
    await clock.advance(0);
    assert.deepEqual(
      requests.map(({ method }) => method),
      ['listSinks', 'listBackfills', 'listBackfills'],
    );
    assert.equal(monitor.snapshot.backfillListLoads.get('s1')?.failure, undefined);
    await clock.advance(10_000);
    assert.equal(requests.length, 4);
  });

  it('reports the rejection again after a manual refresh with the same token', async () => {
    await startAllRequests();
    findLastRequest('listSinks').fail(unauthorized);
    await clock.advance(0);
    requests = [];
    void monitor.refresh();
    await clock.advance(0);
    failures = [];
    findLastRequest('listSinks').fail(unauthorized);
    await clock.advance(3600_000);
    assert.deepEqual(failures, [unauthorized]);
    assert.deepEqual(
      requests.map(({ method }) => method),
      ['listSinks'],
    );
    assert.equal(monitor.snapshot.sinksLoad.loading, false);
  });

  it('sends one request for simultaneous manual refreshes while the token is rejected, even if a view shows backfill lists', async () => {
    await startAllRequests();
    monitor.watch('view', () => ['s1', 's2']);
    for (const request of requests) {
      request.fail(unauthorized);
    }
    await clock.advance(60_000);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      requests = [];
      const refreshes = [monitor.refresh(), monitor.refresh()];
      await clock.advance(0);
      findLastRequest('listSinks').fail(unauthorized);
      await Promise.all(refreshes);
      await clock.advance(3600_000);
      assert.deepEqual(
        requests.map(({ method }) => method),
        ['listSinks'],
      );
    }
  });

  it('sends no more requests after the request to create a backfill is rejected', async () => {
    const start = monitor.createBackfill('s2', 'public.orders', 'active');
    await clock.advance(0);
    findLastRequest('createBackfill').fail(unauthorized);
    assert.equal((await start)?.kind, 'failed');
    assert.deepEqual(getCurrentFailure(), unauthorized);
    await monitor.ensureSinks();
    assert.equal(requests.length, 1);
  });

  for (const [name, index] of [
    ['a request for a backfill list', 1],
    ['a write', 3],
  ] as const) {
    it(`keeps sending requests when ${name} that was sent before a manual refresh is rejected`, async () => {
      await startAllRequests();
      const [first, ...others] = requests;
      first?.fail(unauthorized);
      await clock.advance(0);
      const late = others[index - 1] ?? assert.fail();
      const refreshed = monitor.refresh();
      await clock.advance(0);
      findLastRequest('listSinks').respond();
      await clock.advance(0);
      late.fail(unauthorized);
      await clock.advance(0);
      assert.equal(getCurrentFailure(), undefined);
      const listCount = requests.filter(({ method }) => method === 'listSinks').length;
      await clock.advance(10_000);
      assert.ok(requests.filter(({ method }) => method === 'listSinks').length > listCount);
      monitor.dispose();
      await Promise.race([refreshed, clock.advance(0)]);
    });
  }

  it('accepts the token if a gateway rejects only the request for the version', async () => {
    const emulator = await startEmulator({ scenario: 'demo', latency: false });
    emulator.fault({ status: 403, body: { summary: 'Forbidden' }, path: /version$/ });
    const api = createApiClient({ address: emulator.url, token: emulator.token, retryDelayMs: 1 });
    monitor = new ServerMonitor({ connection, api, clock, intervalMs: () => 2_000 });
    await monitor.refresh();
    await waitUntil(() => emulator.requests.some(({ path }) => path === '/info/version'));
    await monitor.refresh();
    assert.equal(getCurrentFailure(), undefined);
    assert.equal(monitor.snapshot.version, undefined);
  });

  for (const status of [401, 403]) {
    it(`treats an API response with status ${String(status)} as a rejected token`, async () => {
      const emulator = await startEmulator({ scenario: 'demo', latency: false });
      const api = createApiClient({ address: emulator.url, token: emulator.token, retryDelayMs: 1 });
      monitor = new ServerMonitor({ connection, api, clock, intervalMs: () => 2_000 });
      await monitor.refresh();
      const { sinks: loadedSinks } = monitor.snapshot;
      const [sinkId = assert.fail('no sinks')] = loadedSinks.keys();
      emulator.fault({ status, body: { summary: 'Forbidden' } });
      await monitor.backfillLists.load(sinkId);
      assert.deepEqual(getCurrentFailure(), unauthorized);
      const requestCount = emulator.requests.length;
      await Promise.all([...loadedSinks.keys()].map((id) => monitor.backfillLists.load(id)));
      assert.equal(emulator.requests.length, requestCount);
      assert.equal(monitor.snapshot.sinks, loadedSinks);
      emulator.fault(undefined);
      await monitor.refresh();
      assert.equal(getCurrentFailure(), undefined);
    });
  }
});
