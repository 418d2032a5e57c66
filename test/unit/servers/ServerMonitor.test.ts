import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { SequinError, type Failure } from '../../../src/model/failure.ts';
import type { SequinApi, SinkWithBackfills, SinkListing } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { liveStatusOf } from '../../../src/servers/liveStatus.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill } from '../../../src/servers/Snapshot.ts';
import { toBackfillFacts, formatProgress } from '../../../src/text/backfillText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { describeLiveStatus } from '../../../src/text/liveStatusText.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';

const connection = connectionTo('http://localhost:7376');

/** A server whose answers a test gives by hand. */
class ScriptedApi {
  readonly requests: {
    answer: (sinks: readonly SinkWithBackfills[]) => void;
    fail: (failure: Failure) => void;
    signal: AbortSignal | undefined;
  }[] = [];

  listSinks: SequinApi['listSinks'] = ({ signal } = {}) =>
    new Promise<SinkListing>((resolve, reject) => {
      this.requests.push({
        answer: (items) => {
          resolve({ items, skipped: 0, serverTime: undefined });
        },
        fail: (failure) => {
          reject(new SequinError(failure));
        },
        signal,
      });
    });
}

describe('a monitor', () => {
  let clock: TestClock;
  let api: ScriptedApi;
  let monitor: ServerMonitor;

  beforeEach(() => {
    clock = new TestClock(now);
    api = new ScriptedApi();
    monitor = new ServerMonitor({
      connection,
      api: apiWith(api),
      clock,
      intervalMs: () => 2_000,
      random: () => 0,
    });
  });

  const request = (index: number) =>
    api.requests[index] ?? assert.fail(`there are ${String(api.requests.length)} requests`);
  const running = [{ sink: sink(), unfinishedBackfills: [backfill()] }];

  it('asks nothing before somebody watches', async () => {
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 0);
    assert.ok(clock.idle);
  });

  it('asks at once when somebody does, and one request at a time', async () => {
    monitor.watch('view');
    monitor.watch('view');
    await clock.turn(600_000);
    assert.equal(api.requests.length, 1);
    void monitor.refresh();
    await clock.turn(0);
    assert.equal(api.requests.length, 1);
  });

  it('asks every two seconds while something runs, every ten while nothing does', async () => {
    monitor.watch('view');
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(1_999);
    assert.equal(api.requests.length, 1);
    await clock.turn(1);
    request(1).answer([
      { sink: sink(), unfinishedBackfills: [backfill({ state: 'paused', updatedAt: now })] },
    ]);
    await clock.turn(9_999);
    assert.equal(api.requests.length, 2);
    await clock.turn(1);
    assert.equal(api.requests.length, 3);
  });

  it('rests when nobody watches any more, and catches up at once when somebody comes back', async () => {
    const watch = monitor.watch('view');
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(0);
    watch.dispose();
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 1);
    monitor.watch('view');
    await clock.turn(0);
    assert.equal(api.requests.length, 2);
  });

  it('does not ask twice for what is still fresh', async () => {
    monitor.watch('view').dispose();
    const watch = monitor.watch('view');
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(500);
    watch.dispose();
    monitor.watch('view');
    await clock.turn(1_499);
    assert.equal(api.requests.length, 1);
    await clock.turn(1);
    assert.equal(api.requests.length, 2);
  });

  it('keeps what it knows when the server fails, says why, and asks ever more rarely', async () => {
    monitor.watch('view');
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(2_000);
    request(1).fail({ kind: 'network', reason: 'refused' });
    await clock.turn(0);
    assert.equal(monitor.snapshot.sinks.size, 1);
    assert.deepEqual(monitor.snapshot.sinksLoad, {
      loading: false,
      loadedAt: now,
      failure: { kind: 'network', reason: 'refused' },
      retryAt: clock.now() + 4_000,
    });
    await clock.turn(3_999);
    assert.equal(api.requests.length, 2);
    await clock.turn(1);
    request(2).fail({ kind: 'network', reason: 'refused' });
    await clock.turn(7_999);
    assert.equal(api.requests.length, 3);
    await clock.turn(1);
    request(3).answer(running);
    await clock.turn(2_000);
    assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
    assert.equal(api.requests.length, 5);

    request(4).fail({ kind: 'network', reason: 'refused' });
    await clock.turn(4_000);
    assert.equal(api.requests.length, 6, 'it forgot that the server had answered in between');
  });

  it('asks once, and not at each list, for an end that it cannot read', async () => {
    let asked = 0;
    const getBackfill = (): Promise<Backfill> => {
      asked += 1;
      return Promise.reject(new SequinError({ kind: 'badAnswer', reason: 'shape', status: 200 }));
    };
    const { listSinks } = api;
    monitor = new ServerMonitor({
      connection,
      api: apiWith({ listSinks, getBackfill }),
      clock,
      intervalMs: () => 2_000,
    });
    monitor.watch('view');
    await clock.turn(0);
    request(0).answer(running);
    for (let list = 1; list < 4; list += 1) {
      await clock.turn(2_000);
      request(list).answer([{ sink: sink(), unfinishedBackfills: [] }]);
    }
    await clock.turn(0);
    assert.equal(asked, 1);
  });

  it('asks no more once the token is refused, until somebody refreshes', async () => {
    monitor.watch('view');
    await clock.turn(0);
    request(0).fail({ kind: 'unauthorized' });
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 1);
    void monitor.refresh();
    await clock.turn(0);
    assert.equal(api.requests.length, 2);
  });

  it('asks more rarely while the window has no focus, and at once when it is back', async () => {
    monitor.watch('view');
    await clock.turn(0);
    request(0).answer(running);
    monitor.setFocused(false);
    await clock.turn(9_999);
    assert.equal(api.requests.length, 1);
    await clock.turn(1);
    request(1).answer(running);
    await clock.turn(5_000);
    assert.equal(api.requests.length, 2);
    monitor.setFocused(true);
    await clock.turn(0);
    assert.equal(api.requests.length, 3);
  });

  it('asks more rarely for one who only wants to be told, and at once for one who looks', async () => {
    monitor.watch('background');
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(19_999);
    assert.equal(api.requests.length, 1);
    await clock.turn(1);
    request(1).answer(running);
    await clock.turn(2_000);
    monitor.watch('view');
    await clock.turn(0);
    assert.equal(api.requests.length, 3);
  });

  it('asks by hand only if the user wants, but for the first time that somebody looks', async () => {
    const byHand = new ServerMonitor({
      connection,
      api: apiWith(api),
      clock,
      intervalMs: () => 0,
    });
    byHand.watch('view');
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 1);
    void byHand.refresh();
    await clock.turn(0);
    assert.equal(api.requests.length, 2);
  });

  it('after an hour of sleep it asks once, and the sleep is no silence of the server', async () => {
    monitor.watch('view');
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(0);
    clock.sleep(3600_000);
    await clock.turn(2_000);
    assert.equal(api.requests.length, 2);
    request(1).answer([
      { sink: sink(), unfinishedBackfills: [backfill({ rowsProcessed: 190_000, updatedAt: clock.now() })] },
    ]);
    await clock.turn(0);
    const moved =
      findBackfill(monitor.snapshot, backfill().sinkId, backfill().id) ?? assert.fail('it is gone');
    assert.equal(liveStatusOf(monitor.snapshot, moved, monitor.serverNow).stall, undefined);
  });

  it('when it ends it cancels what is under way and asks no more', async () => {
    monitor.watch('view');
    await clock.turn(0);
    monitor.dispose();
    assert.equal(request(0).signal?.aborted, true);
    request(0).fail({ kind: 'cancelled' });
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 1);
  });
});

describe('a monitor of a server whose list is dear', () => {
  /** 502 sinks, one of which runs: the list takes 2 s, one sink 5 ms. */
  class DearApi {
    readonly asked: string[] = [];
    readonly #clock: TestClock;
    answers = [{ sink: sink(), unfinishedBackfills: [backfill()] }];

    constructor(clock: TestClock) {
      this.#clock = clock;
    }

    #answer<T>(what: string, takesMs: number, answer: () => T): Promise<T> {
      this.asked.push(what);
      return new Promise((resolve) => {
        this.#clock.schedule(takesMs, () => {
          resolve(answer());
        });
      });
    }

    readonly listSinks = (): Promise<SinkListing> => {
      const others = Array.from({ length: 501 }, (_, index) => ({
        sink: sink({ id: `other${String(index)}` }),
        unfinishedBackfills: [],
      }));
      return this.#answer('list', 2_000, () => ({
        items: [...this.answers, ...others],
        skipped: 0,
        serverTime: undefined,
      }));
    };

    readonly getSink = (id: string): Promise<SinkWithBackfills> =>
      this.#answer(id, 5, () => this.answers[0] ?? assert.fail('no sink'));

    readonly getBackfill = (_sinkId: string, id: string): Promise<Backfill> =>
      this.#answer(id, 5, () => backfill({ state: 'completed', updatedAt: now + 60_000 }));
  }

  let clock: TestClock;
  let api: DearApi;
  let monitor: ServerMonitor;

  beforeEach(async () => {
    clock = new TestClock(now);
    api = new DearApi(clock);
    monitor = new ServerMonitor({
      connection,
      api: apiWith(api),
      clock,
      intervalMs: () => 2_000,
    });
    monitor.watch('view');
    await clock.turn(2_000);
  });

  it('asks the running sink alone at the fast pace, and the list every 80 s', async () => {
    await clock.turn(160_000);
    assert.equal(api.asked.filter((what) => what === 'list').length, 2);
    assert.ok(api.asked.filter((what) => what === sink().id).length > 70);
  });

  it('learns from it how a backfill ended, by asking once', async () => {
    api.answers = [{ sink: sink(), unfinishedBackfills: [] }];
    await clock.turn(60_000);
    assert.equal(api.asked.filter((what) => what === backfill().id).length, 1);
    assert.equal(findBackfill(monitor.snapshot, sink().id, backfill().id)?.state, 'completed');
  });
});

describe('a monitor of a server over HTTP', () => {
  const startEmulator = useEmulators();
  let clock: TestClock;
  let emulator: Emulator;
  let monitor: ServerMonitor;

  beforeEach(async () => {
    clock = new TestClock(now);
    emulator = await startEmulator({ scenario: 'empty', latency: false, clock });
    const api = createApiClient({ address: emulator.url, token: emulator.token, retryDelayMs: 1 });
    monitor = new ServerMonitor({
      connection: connectionTo(emulator.url),
      api,
      clock,
      intervalMs: () => 2_000,
    });
  });
  afterEach(() => {
    monitor.dispose();
  });

  it('follows a backfill to its end, and asks for it once to learn how it ended', async () => {
    emulator.world.addTable('public.orders', 50_000);
    const { json: orders } = emulator.world.addSink({
      name: 'orders',
      destination: { type: 'webhook', http_endpoint: 'hook' },
    });
    const { id } = emulator.world.addBackfill('orders', { table: 'public.orders' }).json;
    await monitor.refresh();
    assert.equal(findBackfill(monitor.snapshot, orders.id, id)?.state, 'active');
    await clock.turn(600_000);
    await monitor.refresh();
    await monitor.refresh();
    const ended = findBackfill(monitor.snapshot, orders.id, id);
    assert.equal(ended?.state, 'completed');
    assert.equal(ended.rowsProcessed, 50_000);
    assert.equal(emulator.requests.filter(({ path }) => path.endsWith(id)).length, 1);
  });

  it('loads a history once, however often it is looked at, and again on refresh', async () => {
    const { json: orders } = emulator.world.addSink({ name: 'orders' });
    await monitor.refresh();
    monitor.ensureBackfillList(orders.id);
    monitor.ensureBackfillList(orders.id);
    await monitor.loadBackfillList(orders.id);
    const asked = () => emulator.requests.filter(({ path }) => path.endsWith('/backfills')).length;
    await monitor.refresh();
    assert.equal(asked(), 2);
  });

  it('a history that fails says why, and is not asked for again by looking at it', async () => {
    const { json: orders } = emulator.world.addSink({ name: 'orders' });
    await monitor.refresh();
    emulator.fault({ status: 500, path: /backfills/ });
    await monitor.loadBackfillList(orders.id);
    const asked = emulator.requests.length;
    monitor.ensureBackfillList(orders.id);
    assert.equal(monitor.snapshot.backfillListLoads.get(orders.id)?.failure?.kind, 'server');
    assert.equal(emulator.requests.length, asked);
    emulator.fault(undefined);
    await monitor.loadBackfillList(orders.id);
    assert.equal(monitor.snapshot.backfillListLoads.get(orders.id)?.failure, undefined);
  });

  it('forgets a backfill that the server does not know any more', async () => {
    const { json: orders } = emulator.world.addSink({ name: 'orders' });
    const { id } = emulator.world.addBackfill('orders', { table: 'public.orders' }).json;
    await monitor.refresh();
    const failure = await monitor.loadBackfill(orders.id, '11111111-1111-4111-8111-111111111111');
    assert.deepEqual(failure, { kind: 'notFound', what: 'backfill' });
    emulator.world.removeSink(orders.id);
    await monitor.refresh();
    assert.equal(findBackfill(monitor.snapshot, orders.id, id), undefined);
  });
});

describe('a server whose clock is not ours', () => {
  const startEmulator = useEmulators();

  before(() => {
    setLocale('en', 'UTC');
  });

  /** What a row says of a running backfill, and how long ago it was created, after a minute of watching. */
  async function readAfterAMinute(skewMs: number): Promise<string> {
    const clock = new TestClock(now);
    const emulator = await startEmulator({
      scenario: 'empty',
      latency: false,
      clock: { now: () => clock.now() + skewMs },
    });
    emulator.world.addTable('public.orders', 1_000_000);
    const { json } = emulator.world.addSink({
      name: 'orders',
      destination: { type: 'webhook', http_endpoint: 'hook' },
    });
    const { id } = emulator.world.addBackfill('orders', { table: 'public.orders' }).json;
    const monitor = new ServerMonitor({
      connection: connectionTo(emulator.url),
      api: createApiClient({ address: emulator.url, token: emulator.token }),
      clock,
      intervalMs: () => 0,
    });
    for (let second = 0; second < 60; second += 2) {
      await monitor.refresh();
      await clock.turn(2_000);
    }
    const { snapshot, serverNow } = monitor;
    const running = findBackfill(snapshot, json.id, id) ?? assert.fail('it is gone');
    monitor.dispose();
    const { 'Running for': runningFor } = Object.fromEntries(
      toBackfillFacts(running, serverNow).map(({ label, value }) => [label, value]),
    );
    return `${formatProgress(running)} · ${describeLiveStatus(liveStatusOf(snapshot, running, serverNow))} · ${runningFor ?? ''}`;
  }

  for (const hours of [-1, 1]) {
    it(`makes no difference when it is ${String(hours)} h ahead`, async () => {
      const said = await readAfterAMinute(hours * 3600_000);
      assert.match(said, /^\d+% · [\d,]+ of 1,000,000 rows · about \d+ min left · 1 min/);
      assert.equal(said, await readAfterAMinute(0));
    });
  }
});
