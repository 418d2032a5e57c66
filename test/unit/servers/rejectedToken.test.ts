import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { SequinError, type Failure } from '../../../src/model/failure.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill, type SnapshotChange } from '../../../src/servers/Snapshot.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';

const connection = connectionTo('http://localhost:7376');
const unauthorized = { kind: 'unauthorized' } as const;
const sinks = ['s1', 's2', 's3'].map((id) => sink({ id, name: id }));
const one = backfill({ sinkId: 's1' });

/** A request that waits for what a test answers. */
interface Request {
  readonly what: keyof SequinApi;
  readonly answer: () => void;
  readonly fail: (failure: Failure) => void;
}

describe('a monitor whose token is refused', () => {
  const startEmulator = useEmulators();
  let clock: TestClock;
  let monitor: ServerMonitor;
  let requests: Request[];
  /** How the failure of the sinks was after each change that told of it. */
  let failures: (Failure | undefined)[];

  /** A method that says how it was asked, and waits. */
  function waiting<T>(what: keyof SequinApi, value: T): () => Promise<T> {
    return () =>
      new Promise<T>((resolve, reject) => {
        requests.push({
          what,
          answer: () => {
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
    const items = sinks.map((it) => ({ sink: it, unfinishedBackfills: it.id === 's1' ? [one] : [] }));
    monitor = new ServerMonitor({
      connection,
      api: apiWith({
        listSinks: waiting('listSinks', { items, skipped: 0, serverTime: undefined }),
        listBackfills: waiting('listBackfills', { items: [], skipped: 0 }),
        getBackfill: waiting('getBackfill', one),
        updateBackfill: waiting('updateBackfill', { ...one, state: 'paused', updatedAt: now }),
        createBackfill: waiting('createBackfill', backfill({ id: 'new', sinkId: 's2' })),
        getVersion: () => Promise.resolve('0.14.6'),
      }),
      clock,
      intervalMs: () => 2_000,
      random: () => 0,
    });
  });
  afterEach(() => {
    monitor.dispose();
  });

  const last = (what: keyof SequinApi): Request =>
    requests.findLast((request) => request.what === what) ?? assert.fail(`nobody asked ${what}`);
  const refusals = () => failures.filter((failure) => failure?.kind === 'unauthorized').length;
  const failure = () => monitor.snapshot.sinksLoad.failure;

  /** It knows the sinks; a list, two histories and a write are under way. */
  async function allUnderWay(): Promise<void> {
    monitor.watch('view');
    await clock.turn(0);
    last('listSinks').answer();
    await clock.turn(2_000);
    void monitor.loadBackfillList('s1');
    void monitor.loadBackfillList('s2');
    void monitor.changeBackfill(one, 'pause');
    await clock.turn(0);
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['listSinks', 'listSinks', 'listBackfills', 'listBackfills', 'updateBackfill'],
    );
    requests.shift();
    monitor.onDidChange(({ sinksLoadChanged }: SnapshotChange) => {
      if (sinksLoadChanged) {
        failures.push(failure());
      }
    });
  }

  const others: readonly (readonly [how: string, end: (request: Request) => void])[] = [
    [
      'are refused too',
      (request) => {
        request.fail(unauthorized);
      },
    ],
    [
      'are answered, since they were asked before',
      (request) => {
        request.answer();
      },
    ],
    [
      'fail for something else',
      (request) => {
        request.fail({ kind: 'network', reason: 'refused' });
      },
    ],
  ];
  for (const [first, what] of ['the list', 'a history', 'another history', 'a write'].entries()) {
    for (const [how, end] of others) {
      it(`asks nothing more and says so once: ${what} is refused, and the others ${how}`, async () => {
        await allUnderWay();
        const [refused, ...rest] = [...requests.splice(first, 1), ...requests];
        refused?.fail(unauthorized);
        await clock.turn(0);
        assert.deepEqual(failure(), unauthorized);
        for (const request of rest) {
          end(request);
          await clock.turn(0);
          assert.deepEqual(failure(), unauthorized);
        }
        assert.equal(refusals(), 1);
        const before = requests.length;
        monitor.watch('view');
        monitor.setFocused(false);
        monitor.setFocused(true);
        monitor.reschedule();
        monitor.ensureBackfillList('s3');
        void monitor.loadBackfillList('s1');
        void monitor.loadBackfill('s1', one.id);
        void monitor.ensureSinks();
        await clock.turn(24 * 3600_000);
        assert.equal(requests.length, before);
        assert.equal(refusals(), 1);
        assert.equal(monitor.snapshot.sinksLoad.loading, false);
        assert.deepEqual(monitor.snapshot.backfillListLoads.get('s3'), {
          loading: false,
          loadedAt: undefined,
          failure: unauthorized,
        });
      });
    }
  }

  it('keeps what it knows', async () => {
    await allUnderWay();
    const known = monitor.snapshot;
    for (const request of requests) {
      request.fail(unauthorized);
    }
    await clock.turn(60_000);
    assert.equal(monitor.snapshot.sinks, known.sinks);
    assert.equal(findBackfill(monitor.snapshot, 's1', one.id)?.state, 'active');
    assert.equal(monitor.snapshot.sinksLoad.loadedAt, now);
    assert.equal(monitor.snapshot.version, '0.14.6');
    assert.deepEqual(monitor.snapshot.progressTracks, known.progressTracks);
  });

  it('does not ask at the time that was set before', async () => {
    monitor.watch('view');
    await clock.turn(0);
    last('listSinks').answer();
    await clock.turn(1_000);
    void monitor.loadBackfillList('s1');
    await clock.turn(0);
    last('listBackfills').fail(unauthorized);
    await clock.turn(0);
    assert.ok(clock.idle);
    assert.equal(monitor.snapshot.sinksLoad.retryAt, undefined);
  });

  it('does not promise to try again, though it did before', async () => {
    monitor.watch('view');
    await clock.turn(0);
    last('listSinks').fail({ kind: 'network', reason: 'refused' });
    await clock.turn(0);
    assert.notEqual(monitor.snapshot.sinksLoad.retryAt, undefined);
    monitor.onDidChange(({ sinksLoadChanged }) => {
      if (sinksLoadChanged) {
        failures.push(failure());
      }
    });
    void monitor.loadBackfillList('s1');
    await clock.turn(0);
    last('listBackfills').fail(unauthorized);
    await clock.turn(3600_000);
    assert.deepEqual(failure(), unauthorized);
    assert.equal(monitor.snapshot.sinksLoad.retryAt, undefined);
    assert.equal(refusals(), 1);
    assert.equal(requests.length, 2);
  });

  it('goes on once somebody refreshes and the server takes it', async () => {
    await allUnderWay();
    for (const request of requests) {
      request.fail(unauthorized);
    }
    await clock.turn(3600_000);
    failures = [];
    requests = [];
    void monitor.refresh();
    await clock.turn(0);
    last('listSinks').answer();
    await clock.turn(0);
    assert.equal(failure(), undefined);
    last('listBackfills').answer();
    await clock.turn(0);
    last('listBackfills').answer();
    await clock.turn(0);
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['listSinks', 'listBackfills', 'listBackfills'],
    );
    assert.equal(monitor.snapshot.backfillListLoads.get('s1')?.failure, undefined);
    await clock.turn(10_000);
    assert.equal(requests.length, 4);
  });

  it('is refused again, and says so again, where that is still so', async () => {
    await allUnderWay();
    last('listSinks').fail(unauthorized);
    await clock.turn(0);
    failures = [];
    requests = [];
    void monitor.refresh();
    await clock.turn(0);
    last('listSinks').fail(unauthorized);
    await clock.turn(3600_000);
    assert.deepEqual(failure(), unauthorized);
    assert.deepEqual(
      requests.map(({ what }) => what),
      ['listSinks'],
    );
    assert.equal(monitor.snapshot.sinksLoad.loading, false);
  });

  it('hears it from a start as well', async () => {
    const start = monitor.createBackfill('s2', 'public.orders', 'active');
    await clock.turn(0);
    last('createBackfill').fail(unauthorized);
    assert.equal((await start)?.kind, 'notDone');
    assert.deepEqual(failure(), unauthorized);
    await monitor.ensureSinks();
    assert.equal(requests.length, 1);
  });

  it('hears it from the version as well, which the list does not hide', async () => {
    monitor = new ServerMonitor({
      connection,
      api: apiWith({
        listSinks: () => Promise.resolve({ items: [], skipped: 0, serverTime: undefined }),
        getVersion: () => Promise.reject(new SequinError(unauthorized)),
      }),
      clock,
      intervalMs: () => 2_000,
    });
    await monitor.refresh();
    await clock.turn(0);
    assert.deepEqual(failure(), unauthorized);
    assert.equal(monitor.snapshot.sinksLoad.loadedAt, now);
  });

  for (const status of [401, 403]) {
    it(`takes ${String(status)} for it, whoever answers so`, async () => {
      const emulator = await startEmulator({ scenario: 'demo', latency: false });
      const api = createApiClient({ address: emulator.url, token: emulator.token, retryDelayMs: 1 });
      monitor = new ServerMonitor({ connection, api, clock, intervalMs: () => 2_000 });
      await monitor.refresh();
      const { sinks: known } = monitor.snapshot;
      assert.ok(known.size > 0);
      const [sinkId = ''] = known.keys();
      emulator.fault({ status, body: { summary: 'Forbidden' } });
      await monitor.loadBackfillList(sinkId);
      assert.deepEqual(failure(), unauthorized);
      const asked = emulator.requests.length;
      await Promise.all([...known.keys()].map((id) => monitor.loadBackfillList(id)));
      assert.equal(emulator.requests.length, asked);
      assert.equal(monitor.snapshot.sinks, known);
      emulator.fault(undefined);
      await monitor.refresh();
      assert.equal(failure(), undefined);
    });
  }
});

describe('the version of a server', () => {
  let clock: TestClock;
  let monitor: ServerMonitor;
  let asked: string[];
  let version: () => Promise<string | undefined>;
  let reachable: boolean;
  /** Whether the token is refused for a history. */
  let refuses: boolean;
  let changes: SnapshotChange[];

  beforeEach(() => {
    clock = new TestClock(now);
    asked = [];
    changes = [];
    reachable = true;
    refuses = false;
    version = () => Promise.resolve('0.14.6');
    monitor = new ServerMonitor({
      connection,
      api: apiWith({
        listSinks: async () => {
          asked.push('sinks');
          await Promise.resolve();
          if (!reachable) {
            throw new SequinError({ kind: 'network', reason: 'refused' });
          }
          const items = sinks.map((it) => ({ sink: it, unfinishedBackfills: [] }));
          return { items, skipped: 0, serverTime: undefined };
        },
        listBackfills: async () => {
          await Promise.resolve();
          if (refuses) {
            throw new SequinError(unauthorized);
          }
          return { items: [], skipped: 0 };
        },
        getVersion: () => {
          asked.push('version');
          return version();
        },
      }),
      clock,
      intervalMs: () => 2_000,
      random: () => 0,
    });
    monitor.onDidChange((change) => changes.push(change));
  });
  afterEach(() => {
    monitor.dispose();
  });

  const versionsAsked = () => asked.filter((what) => what === 'version').length;
  const sinksAsked = () => asked.length - versionsAsked();

  it('is asked for once, after the first list', async () => {
    monitor.watch('view');
    await clock.turn(600_000);
    assert.deepEqual(asked.slice(0, 3), ['sinks', 'version', 'sinks']);
    assert.equal(monitor.snapshot.version, '0.14.6');
    assert.ok(sinksAsked() > 50);
    assert.equal(versionsAsked(), 1);
    await monitor.refresh();
    assert.equal(versionsAsked(), 1);
  });

  it('is not asked for while the server does not answer, and again once it does', async () => {
    monitor.watch('view');
    await clock.turn(0);
    reachable = false;
    await clock.turn(3600_000);
    assert.equal(versionsAsked(), 1);
    assert.equal(monitor.snapshot.version, '0.14.6');
    reachable = true;
    version = () => Promise.resolve('0.15.0');
    await clock.turn(600_000);
    assert.equal(versionsAsked(), 2);
    assert.equal(monitor.snapshot.version, '0.15.0');
  });

  it('is asked for again after the token was refused, for whatever', async () => {
    await monitor.refresh();
    refuses = true;
    await monitor.loadBackfillList('s1');
    assert.deepEqual(monitor.snapshot.sinksLoad.failure, unauthorized);
    refuses = false;
    await monitor.refresh();
    assert.equal(versionsAsked(), 2);
  });

  it('is asked for again with the next list where it could not be had, and that breaks nothing', async () => {
    version = () => Promise.reject(new SequinError({ kind: 'server', status: 500, retryAfterMs: undefined }));
    monitor.watch('view');
    await clock.turn(0);
    assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
    assert.equal(monitor.snapshot.sinks.size, 3);
    assert.equal(monitor.snapshot.version, undefined);
    version = () => Promise.resolve('0.14.6');
    await clock.turn(60_000);
    assert.equal(versionsAsked(), 2);
    assert.equal(monitor.snapshot.version, '0.14.6');
  });

  it('may be one that is not known, or none', async () => {
    for (const odd of [undefined, '', 'lab', '💥'.repeat(1000)]) {
      version = () => Promise.resolve(odd);
      reachable = false;
      await monitor.refresh();
      reachable = true;
      await monitor.refresh();
      await clock.turn(0);
      assert.equal(monitor.snapshot.version, odd);
      assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
      assert.equal(monitor.snapshot.sinks.size, 3);
    }
  });

  it('does not hold up the list', async () => {
    version = () => new Promise(() => undefined);
    await monitor.refresh();
    await monitor.refresh();
    assert.equal(monitor.snapshot.sinks.size, 3);
    assert.equal(versionsAsked(), 1);
  });

  it('redraws every row where it is another one, and none where it is not', async () => {
    const all = new Set(sinks.map(({ id }) => id));
    await monitor.refresh();
    await clock.turn(0);
    assert.deepEqual(changes.at(-1)?.changedSinkIds, all);
    for (const [next, expected] of [
      ['0.14.6', new Set()],
      ['0.8.0', all],
    ] as const) {
      version = () => Promise.resolve(next);
      reachable = false;
      await monitor.refresh();
      reachable = true;
      changes = [];
      await monitor.refresh();
      await clock.turn(0);
      assert.deepEqual(new Set(changes.flatMap(({ changedSinkIds }) => [...changedSinkIds])), expected);
    }
  });
});
