import assert from 'node:assert/strict';
import { createSequinApi } from '../../../src/api/createSequinApi.ts';
import { SequinError, type Failure } from '../../../src/api/failure.ts';
import type { Listing, SequinApi, SinkAnswer } from '../../../src/api/SequinApi.ts';
import { Monitor } from '../../../src/monitor/Monitor.ts';
import { findBackfill } from '../../../src/monitor/Snapshot.ts';
import { Emulator } from '../../emulator/Emulator.ts';
import { backfill, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const connection = { origin: 'http://localhost:7376', address: 'http://localhost:7376' };

/** A server whose answers a test gives by hand. */
class ScriptedApi {
  readonly requests: {
    answer: (sinks: readonly SinkAnswer[]) => void;
    fail: (failure: Failure) => void;
    signal: AbortSignal | undefined;
  }[] = [];

  listSinks: SequinApi['listSinks'] = ({ signal } = {}) =>
    new Promise<Listing<SinkAnswer>>((resolve, reject) => {
      this.requests.push({
        answer: (items) => {
          resolve({ items, leftOut: 0 });
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
  let monitor: Monitor;

  beforeEach(() => {
    clock = new TestClock(now);
    api = new ScriptedApi();
    monitor = new Monitor(connection, api as unknown as SequinApi, clock);
  });

  const request = (index: number) =>
    api.requests[index] ?? assert.fail(`there are ${String(api.requests.length)} requests`);
  const running = [{ sink: sink(), openBackfills: [backfill()] }];

  it('asks nothing before somebody watches', async () => {
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 0);
    assert.ok(clock.idle);
  });

  it('asks at once when somebody does, and one request at a time', async () => {
    monitor.watch();
    monitor.watch();
    await clock.turn(600_000);
    assert.equal(api.requests.length, 1);
    void monitor.refresh();
    await clock.turn(0);
    assert.equal(api.requests.length, 1);
  });

  it('asks every two seconds while something runs, every ten while nothing does', async () => {
    monitor.watch();
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(1_999);
    assert.equal(api.requests.length, 1);
    await clock.turn(1);
    request(1).answer([{ sink: sink(), openBackfills: [backfill({ state: 'paused', updatedAt: now })] }]);
    await clock.turn(9_999);
    assert.equal(api.requests.length, 2);
    await clock.turn(1);
    assert.equal(api.requests.length, 3);
  });

  it('rests when nobody watches any more, and catches up at once when somebody comes back', async () => {
    const watch = monitor.watch();
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(0);
    watch.dispose();
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 1);
    monitor.watch();
    await clock.turn(0);
    assert.equal(api.requests.length, 2);
  });

  it('does not ask twice for what is still fresh', async () => {
    monitor.watch().dispose();
    const watch = monitor.watch();
    await clock.turn(0);
    request(0).answer(running);
    await clock.turn(500);
    watch.dispose();
    monitor.watch();
    await clock.turn(1_499);
    assert.equal(api.requests.length, 1);
    await clock.turn(1);
    assert.equal(api.requests.length, 2);
  });

  it('keeps what it knows when the server fails, says why, and asks ever more rarely', async () => {
    monitor.watch();
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
  });

  it('asks no more once the token is refused, until somebody refreshes', async () => {
    monitor.watch();
    await clock.turn(0);
    request(0).fail({ kind: 'unauthorized' });
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 1);
    void monitor.refresh();
    await clock.turn(0);
    assert.equal(api.requests.length, 2);
  });

  it('when it ends it cancels what is under way and asks no more', async () => {
    monitor.watch();
    await clock.turn(0);
    monitor.dispose();
    assert.equal(request(0).signal?.aborted, true);
    request(0).fail({ kind: 'cancelled' });
    await clock.turn(3600_000);
    assert.equal(api.requests.length, 1);
  });
});

describe('a monitor of a server over HTTP', () => {
  let clock: TestClock;
  let emulator: Emulator;
  let monitor: Monitor;

  beforeEach(async () => {
    clock = new TestClock(now);
    emulator = await Emulator.start({ scenario: 'empty', latency: false, clock });
    const api = createSequinApi({ address: emulator.url, token: emulator.token, retryDelayMs: 1 });
    monitor = new Monitor({ origin: emulator.url, address: emulator.url }, api, clock);
  });
  afterEach(async () => {
    monitor.dispose();
    await emulator.stop();
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
    monitor.ensureHistory(orders.id);
    monitor.ensureHistory(orders.id);
    await monitor.loadHistory(orders.id);
    const asked = () => emulator.requests.filter(({ path }) => path.endsWith('/backfills')).length;
    await monitor.refresh();
    assert.equal(asked(), 2);
  });

  it('a history that fails says why, and is not asked for again by looking at it', async () => {
    const { json: orders } = emulator.world.addSink({ name: 'orders' });
    await monitor.refresh();
    emulator.fault({ status: 500, path: /backfills/ });
    await monitor.loadHistory(orders.id);
    const asked = emulator.requests.length;
    monitor.ensureHistory(orders.id);
    assert.equal(monitor.snapshot.historyLoads.get(orders.id)?.failure?.kind, 'server');
    assert.equal(emulator.requests.length, asked);
    emulator.fault(undefined);
    await monitor.loadHistory(orders.id);
    assert.equal(monitor.snapshot.historyLoads.get(orders.id)?.failure, undefined);
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
