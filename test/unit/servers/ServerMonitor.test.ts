import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi, SinkListing, SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { type Failure, SequinError } from '../../../src/model/failure.ts';
import type { Sink, World } from '../../../src/sampleServer/World.ts';
import { getLiveStatus } from '../../../src/servers/liveStatus.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill, getShownLoad } from '../../../src/servers/Snapshot.ts';
import { formatProgress } from '../../../src/text/backfillText.ts';
import { toFigures } from '../../../src/text/figuresText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { describeStaleness } from '../../../src/text/listMessageText.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';
import { createMonitor } from './createMonitor.ts';

/** Adds a webhook sink. The backfills of a Sequin Stream sink would advance only with a consumer. */
function addWebhookSink(world: World, name: string): Sink['json'] {
  return world.addSink({ name, destination: { type: 'webhook', http_endpoint: 'hook' } }).json;
}

/** An API whose requests stay pending until the test completes them. */
class ScriptedApi {
  readonly requests: {
    respond: (sinks: readonly SinkWithBackfills[]) => void;
    fail: (failure: Failure) => void;
    signal: AbortSignal | undefined;
  }[] = [];

  listSinks: SequinApi['listSinks'] = ({ signal } = {}) =>
    new Promise<SinkListing>((resolve, reject) => {
      this.requests.push({
        respond: (items) => {
          resolve({ items, skipped: 0, serverTime: undefined });
        },
        fail: (failure) => {
          reject(new SequinError(failure));
        },
        signal,
      });
    });

  readonly getBackfill: SequinApi['getBackfill'] = () => new Promise(() => undefined);
}

describe('ServerMonitor', () => {
  let clock: TestClock;
  let api: ScriptedApi;
  let monitor: ServerMonitor;

  beforeEach(() => {
    clock = new TestClock(now);
    api = new ScriptedApi();
    monitor = createMonitor({ api: apiWith(api), clock });
  });

  const getRequest = (index: number) =>
    api.requests[index] ?? assert.fail(`only ${String(api.requests.length)} requests were sent`);
  const runningList = [{ sink: sink(), unfinishedBackfills: [backfill()] }];

  it('sends no requests without a watcher', async () => {
    await clock.advance(3600_000);
    assert.equal(api.requests.length, 0);
    assert.ok(!clock.hasPendingTimers);
  });

  it('polls at once for the first watcher, and sends only one request at a time', async () => {
    monitor.watch('view');
    monitor.watch('view');
    await clock.advance(600_000);
    assert.equal(api.requests.length, 1);
    void monitor.refresh();
    await clock.advance(0);
    assert.equal(api.requests.length, 1);
  });

  it('polls every 2 s while a backfill is running and every 10 s otherwise', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(1_999);
    assert.equal(api.requests.length, 1);
    await clock.advance(1);
    getRequest(1).respond([
      { sink: sink(), unfinishedBackfills: [backfill({ state: 'paused', updatedAt: now })] },
    ]);
    await clock.advance(9_999);
    assert.equal(api.requests.length, 2);
    await clock.advance(1);
    assert.equal(api.requests.length, 3);
  });

  it('stops polling without watchers, and polls at once for a new watcher', async () => {
    const watch = monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(0);
    watch.dispose();
    await clock.advance(3600_000);
    assert.equal(api.requests.length, 1);
    monitor.watch('view');
    await clock.advance(0);
    assert.equal(api.requests.length, 2);
  });

  it('does not poll for a new watcher while the data is fresh', async () => {
    monitor.watch('view').dispose();
    const watch = monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(500);
    watch.dispose();
    monitor.watch('view');
    await clock.advance(1_499);
    assert.equal(api.requests.length, 1);
    await clock.advance(1);
    assert.equal(api.requests.length, 2);
  });

  it('keeps the snapshot, reports the failure and backs off when the server is unreachable', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(2_000);
    getRequest(1).fail({ kind: 'network', reason: 'refused' });
    await clock.advance(0);
    assert.equal(monitor.snapshot.sinks.size, 1);
    assert.deepEqual(monitor.snapshot.sinksLoad, {
      loading: false,
      loadedAt: now,
      failure: { kind: 'network', reason: 'refused' },
      retryAt: clock.now() + 4_000,
    });
    await clock.advance(3_999);
    assert.equal(api.requests.length, 2);
    await clock.advance(1);
    getRequest(2).fail({ kind: 'network', reason: 'refused' });
    await clock.advance(7_999);
    assert.equal(api.requests.length, 3);
    await clock.advance(1);
    getRequest(3).respond(runningList);
    await clock.advance(2_000);
    assert.equal(monitor.snapshot.sinksLoad.failure, undefined);
    assert.equal(api.requests.length, 5);

    getRequest(4).fail({ kind: 'network', reason: 'refused' });
    await clock.advance(4_000);
    assert.equal(api.requests.length, 6, 'the back-off starts again after a success');
  });

  it('backs off for 4 s, 8 s and 16 s even if the HTTP client has already waited between its own attempts', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(2_000);
    for (const [index, backoffMs] of [4_000, 8_000, 16_000].entries()) {
      await clock.advance(700);
      getRequest(index + 1).fail({ kind: 'network', reason: 'refused' });
      await clock.advance(backoffMs);
      assert.equal(api.requests.length, index + 3);
    }
    getRequest(4).respond(runningList);
    await clock.advance(2_000);
    assert.equal(api.requests.length, 6, 'the server is polled as before');
  });

  for (const failure of [
    { kind: 'network', reason: 'refused' },
    { kind: 'tls', reason: 'expired' },
  ] as const) {
    it(`backs off for 4 s at first, regardless of how long the last list took, after a failure of kind ${failure.kind}`, async () => {
      monitor.watch('view');
      await clock.advance(2_000);
      getRequest(0).respond(runningList);
      // A list that takes 2 s is requested once a minute.
      await clock.advance(58_000);
      getRequest(1).fail(failure);
      await clock.advance(3_999);
      assert.equal(api.requests.length, 2);
      await clock.advance(1);
      assert.equal(api.requests.length, 3);
    });
  }

  it('fetches the final state of a backfill only once if it is unreadable', async () => {
    let fetchCount = 0;
    const getBackfill = (): Promise<Backfill> => {
      fetchCount += 1;
      return Promise.reject(new SequinError({ kind: 'invalidResponse', reason: 'shape', status: 200 }));
    };
    monitor = createMonitor({ api: apiWith({ listSinks: api.listSinks, getBackfill }), clock });
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    for (let index = 1; index < 4; index += 1) {
      await clock.advance(2_000);
      getRequest(index).respond([{ sink: sink(), unfinishedBackfills: [] }]);
    }
    await clock.advance(0);
    assert.equal(fetchCount, 1);
  });

  it('stops polling after a rejected token until a manual refresh', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).fail({ kind: 'unauthorized' });
    await clock.advance(3600_000);
    assert.equal(api.requests.length, 1);
    void monitor.refresh();
    await clock.advance(0);
    assert.equal(api.requests.length, 2);
  });

  it('requests no backfill list during a manual refresh if the server is unreachable', async () => {
    const failures = [
      { kind: 'network', reason: 'refused' },
      { kind: 'tls', reason: 'expired' },
    ] as const;
    let listCount = 0;
    const listBackfills = () => {
      listCount += 1;
      return Promise.resolve({ items: [], skipped: 0 });
    };
    monitor = createMonitor({ api: apiWith({ listSinks: api.listSinks, listBackfills }), clock });
    await monitor.backfillLists.load(sink().id);
    for (const [index, failure] of failures.entries()) {
      const refresh = monitor.refresh();
      await clock.advance(0);
      getRequest(index).fail(failure);
      await refresh;
      assert.equal(listCount, 1, failure.kind);
    }
  });

  it('polls less often in an unfocused window, and at once when the window regains focus', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    monitor.setFocused(false);
    await clock.advance(9_999);
    assert.equal(api.requests.length, 1);
    await clock.advance(1);
    getRequest(1).respond(runningList);
    await clock.advance(5_000);
    assert.equal(api.requests.length, 2);
    monitor.setFocused(true);
    await clock.advance(0);
    assert.equal(api.requests.length, 3);
  });

  it('does not retry sooner when a window reports the focus that it already had', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).fail({ kind: 'network', reason: 'refused' });
    await clock.advance(4_000);
    getRequest(1).fail({ kind: 'network', reason: 'refused' });
    await clock.advance(3_000);
    // VS Code also reports the state of the window when the user begins or stops to interact with it.
    monitor.setFocused(true);
    await clock.advance(4_999);
    assert.equal(api.requests.length, 2);
    await clock.advance(1);
    assert.equal(api.requests.length, 3);
  });

  it('polls less often for background watchers, and at once for a view', async () => {
    monitor.setFocused(false);
    monitor.watch('background');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(19_999);
    assert.equal(api.requests.length, 1);
    await clock.advance(1);
    getRequest(1).respond(runningList);
    await clock.advance(10_000);
    monitor.watch('view');
    await clock.advance(0);
    assert.equal(api.requests.length, 3);
  });

  it('polls once for the first view when the interval is 0, and then only for a manual refresh', async () => {
    const manualMonitor = createMonitor({ api: apiWith(api), clock, intervalMs: () => 0 });
    manualMonitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(3600_000);
    assert.equal(api.requests.length, 1);
    void manualMonitor.refresh();
    await clock.advance(0);
    assert.equal(api.requests.length, 2);
  });

  it('polls once after an hour of system sleep and does not count the sleep as a stall', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(0);
    clock.sleep(3600_000);
    await clock.advance(2_000);
    assert.equal(api.requests.length, 2);
    getRequest(1).respond([
      { sink: sink(), unfinishedBackfills: [backfill({ rowsProcessed: 190_000, updatedAt: clock.now() })] },
    ]);
    await clock.advance(0);
    const current =
      findBackfill(monitor.snapshot, backfill().sinkId, backfill().id) ??
      assert.fail('the backfill is missing');
    assert.equal(getLiveStatus(monitor.snapshot, current, monitor.serverNow).stall, undefined);
  });

  it('fires onDidChange when the data becomes old enough for views to show its age', async () => {
    let messages: string[] = [];
    monitor.onDidChange(() => {
      const load = getShownLoad(monitor.snapshot);
      messages.push(describeStaleness(load, 'Shop', clock.now()));
    });
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(29_000);
    assert.deepEqual(messages.filter(Boolean), []);
    // The next request gets no response at first.
    messages = [];
    await clock.advance(1_000);
    assert.match(messages.at(-1) ?? '', /^Updated 12:00:00/);
    getRequest(1).respond(runningList);
    await clock.advance(0);
    assert.equal(messages.at(-1), '');
  });

  it('clears retryAt when the retry starts or the last watcher is disposed', async () => {
    const watch = monitor.watch('view');
    await clock.advance(0);
    getRequest(0).fail({ kind: 'network', reason: 'refused' });
    await clock.advance(0);
    assert.equal(monitor.snapshot.sinksLoad.retryAt, now + 4_000);
    await clock.advance(4_000);
    assert.equal(monitor.snapshot.sinksLoad.retryAt, undefined);
    getRequest(1).fail({ kind: 'network', reason: 'refused' });
    await clock.advance(0);
    assert.equal(monitor.snapshot.sinksLoad.retryAt, now + 12_000);
    watch.dispose();
    assert.equal(monitor.snapshot.sinksLoad.retryAt, undefined);
  });

  it('detects a finished backfill after the server’s clock was set back', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond([{ sink: sink(), unfinishedBackfills: [backfill({ updatedAt: now + 600_000 })] }]);
    await clock.advance(2_000);
    // The final state may arrive in any response. This test controls only the lists.
    const finished = backfill({ state: 'completed', completedAt: now + 1_000, updatedAt: now + 1_000 });
    getRequest(1).respond([{ sink: sink(), unfinishedBackfills: [finished] }]);
    await clock.advance(0);
    assert.equal(findBackfill(monitor.snapshot, sink().id, finished.id)?.state, 'completed');
    await clock.advance(9_999);
    assert.equal(api.requests.length, 2);
  });

  it('keeps polling after the local clock was set back', async () => {
    monitor.watch('view');
    await clock.advance(0);
    getRequest(0).respond(runningList);
    await clock.advance(0);
    clock.setBack(3600_000);
    monitor.reschedule();
    await clock.advance(2_000);
    const progressed = backfill({ rowsProcessed: 95_000, updatedAt: now });
    getRequest(1).respond([{ sink: sink(), unfinishedBackfills: [progressed] }]);
    await clock.advance(0);
    assert.equal(findBackfill(monitor.snapshot, sink().id, progressed.id)?.rowsProcessed, 95_000);
  });

  it('reloads the sinks for an action that needs current data if the sinks are 30 s old or the clock was set back', async () => {
    const ensureCurrentSinks = async (): Promise<number> => {
      const ensured = monitor.ensureCurrentSinks();
      await clock.advance(0);
      api.requests.at(-1)?.respond([{ sink: sink(), unfinishedBackfills: [] }]);
      await ensured;
      return api.requests.length;
    };
    assert.equal(await ensureCurrentSinks(), 1);
    await clock.advance(29_999);
    assert.equal(await ensureCurrentSinks(), 1);
    await clock.advance(1);
    assert.equal(await ensureCurrentSinks(), 2);
    clock.setBack(3600_000);
    assert.equal(await ensureCurrentSinks(), 3);
  });

  it('aborts pending requests and stops polling when disposed', async () => {
    monitor.watch('view');
    await clock.advance(0);
    monitor.dispose();
    assert.equal(getRequest(0).signal?.aborted, true);
    getRequest(0).fail({ kind: 'cancelled' });
    await clock.advance(3600_000);
    assert.equal(api.requests.length, 1);
  });
});

describe('ServerMonitor with an expensive list', () => {
  /** A server with 502 sinks, one of which has a running backfill. A list takes 2 s, a single sink or backfill 5 ms. */
  class SlowListApi {
    /** What each request asked for, in order: `list`, or the id of a sink or a backfill. */
    readonly requestedResources: string[] = [];
    readonly #clock: TestClock;
    sinks: { sink: ReturnType<typeof sink>; unfinishedBackfills: Backfill[] }[] = [
      { sink: sink(), unfinishedBackfills: [backfill()] },
    ];

    constructor(clock: TestClock) {
      this.#clock = clock;
    }

    #respondAfter<T>(resource: string, durationMs: number, createResponse: () => T): Promise<T> {
      this.requestedResources.push(resource);
      return new Promise((resolve) => {
        this.#clock.schedule(durationMs, () => {
          resolve(createResponse());
        });
      });
    }

    readonly listSinks = (): Promise<SinkListing> => {
      const others = Array.from({ length: 501 }, (_, index) => ({
        sink: sink({ id: `other${String(index)}` }),
        unfinishedBackfills: [],
      }));
      return this.#respondAfter('list', 2_000, () => ({
        items: [...this.sinks, ...others],
        skipped: 0,
        serverTime: undefined,
      }));
    };

    readonly getSink = (id: string): Promise<SinkWithBackfills> =>
      this.#respondAfter(id, 5, () => this.sinks[0] ?? assert.fail('no sink'));

    readonly getBackfill = (_sinkId: string, id: string): Promise<Backfill> =>
      this.#respondAfter(
        id,
        5,
        () =>
          this.sinks[0]?.unfinishedBackfills[0] ?? backfill({ state: 'completed', updatedAt: now + 60_000 }),
      );
  }

  let clock: TestClock;
  let api: SlowListApi;
  let monitor: ServerMonitor;

  beforeEach(async () => {
    clock = new TestClock(now);
    api = new SlowListApi(clock);
    monitor = createMonitor({ api: apiWith(api), clock });
    monitor.watch('view');
    await clock.advance(2_000);
  });

  const countRequests = (resource: string) =>
    api.requestedResources.filter((requested) => requested === resource).length;

  it('polls the running backfill every 2 s and the list every minute', async () => {
    await clock.advance(160_000);
    assert.equal(countRequests('list'), 3);
    assert.equal(countRequests(backfill().id), 80);
  });

  it('fetches the final state of a backfill once', async () => {
    api.sinks = [{ sink: sink(), unfinishedBackfills: [] }];
    await clock.advance(60_000);
    assert.equal(countRequests(backfill().id), 1);
    assert.equal(findBackfill(monitor.snapshot, sink().id, backfill().id)?.state, 'completed');
  });
});

describe('ServerMonitor over HTTP', () => {
  const startEmulator = useEmulators();
  let clock: TestClock;
  let emulator: Emulator;
  let monitor: ServerMonitor;

  beforeEach(async () => {
    clock = new TestClock(now);
    emulator = await startEmulator({ scenario: 'empty', latency: false, clock });
    const api = createApiClient({ address: emulator.url, token: emulator.token, retryDelayMs: 1 });
    monitor = createMonitor({ connection: connectionTo(emulator.url), api, clock });
  });
  afterEach(() => {
    monitor.dispose();
  });

  it('tracks a backfill until it finishes, and fetches its final state once', async () => {
    emulator.world.addTable('public.orders', 50_000);
    const orders = addWebhookSink(emulator.world, 'orders');
    const { id } = emulator.world.addBackfill('orders', { table: 'public.orders' }).json;
    await monitor.refresh();
    assert.equal(findBackfill(monitor.snapshot, orders.id, id)?.state, 'active');
    await clock.advance(600_000);
    await monitor.refresh();
    await monitor.refresh();
    const finished = findBackfill(monitor.snapshot, orders.id, id);
    assert.equal(finished?.state, 'completed');
    assert.equal(finished.rowsProcessed, 50_000);
    assert.equal(emulator.requests.filter(({ path }) => path.endsWith(id)).length, 1);
  });

  it('loads a backfill list once for all views, and again during a refresh', async () => {
    const { json: orders } = emulator.world.addSink({ name: 'orders' });
    await monitor.refresh();
    monitor.watch('view', () => [orders.id]);
    monitor.watch('view', () => [orders.id]);
    await clock.advance(0);
    await monitor.backfillLists.load(orders.id);
    const countRequests = () => emulator.requests.filter(({ path }) => path.endsWith('/backfills')).length;
    await monitor.refresh();
    assert.equal(countRequests(), 2);
  });

  it('finds a backfill that finished between two polls only if a view shows its sink', async () => {
    const shown = addWebhookSink(emulator.world, 'shown');
    const hidden = addWebhookSink(emulator.world, 'hidden');
    await monitor.refresh();
    for (const { id } of [shown, hidden]) {
      await monitor.backfillLists.load(id);
    }
    emulator.world.addTable('public.small', 37);
    const shortBackfill = emulator.world.addBackfill(shown.id, { table: 'public.small' }).json;
    const hiddenBackfill = emulator.world.addBackfill(hidden.id, { table: 'public.small' }).json;
    await clock.advance(60_000);
    monitor.watch('view', () => [shown.id]);
    const isKnown = (sinkId: string, id: string) => findBackfill(monitor.snapshot, sinkId, id) !== undefined;
    await waitUntil(
      () => isKnown(shown.id, shortBackfill.id),
      () => clock.advance(100),
    );
    assert.equal(findBackfill(monitor.snapshot, shown.id, shortBackfill.id)?.state, 'completed');
    assert.ok(!isKnown(hidden.id, hiddenBackfill.id));
    // Another view shows the other sink. By now, the backfill list of that sink is old enough to be loaded again.
    monitor.watch('view', () => [hidden.id]);
    await waitUntil(
      () => isKnown(hidden.id, hiddenBackfill.id),
      () => clock.advance(100),
    );
    assert.equal(monitor.snapshot.backfillListLoads.get(hidden.id)?.loading, false);
  });

  it('keeps the failure to load a backfill list, and does not request the list again when another view needs it', async () => {
    const { json: orders } = emulator.world.addSink({ name: 'orders' });
    await monitor.refresh();
    emulator.fault({ status: 500, path: /backfills/ });
    await monitor.backfillLists.load(orders.id);
    const requestCount = emulator.requests.length;
    monitor.watch('view', () => [orders.id]);
    await clock.advance(0);
    assert.equal(monitor.snapshot.backfillListLoads.get(orders.id)?.failure?.kind, 'server');
    assert.equal(emulator.requests.length, requestCount);
    emulator.fault(undefined);
    await monitor.backfillLists.load(orders.id);
    assert.equal(monitor.snapshot.backfillListLoads.get(orders.id)?.failure, undefined);
  });

  it('returns the failure notFound for a backfill that does not exist', async () => {
    const { json: orders } = emulator.world.addSink({ name: 'orders' });
    await monitor.refresh();
    const failure = await monitor.loadBackfill(orders.id, '11111111-1111-4111-8111-111111111111');
    assert.deepEqual(failure, { kind: 'notFound', resource: 'backfill' });
  });

  it('removes the backfills of a deleted sink', async () => {
    const { json: orders } = emulator.world.addSink({ name: 'orders' });
    const { id } = emulator.world.addBackfill('orders', { table: 'public.orders' }).json;
    await monitor.refresh();
    assert.notEqual(findBackfill(monitor.snapshot, orders.id, id), undefined);
    emulator.world.removeSink(orders.id);
    await monitor.refresh();
    assert.equal(findBackfill(monitor.snapshot, orders.id, id), undefined);
  });
});

describe('a wrong server clock', () => {
  const startEmulator = useEmulators();

  before(() => {
    setLocale('en', 'UTC');
  });

  /** Returns the progress, time left and elapsed time of a running backfill after a minute of monitoring. */
  async function describeAfterMinute(skewMs: number): Promise<string> {
    const clock = new TestClock(now);
    const emulator = await startEmulator({
      scenario: 'empty',
      latency: false,
      clock: { now: () => clock.now() + skewMs },
    });
    emulator.world.addTable('public.orders', 3_000_000);
    const orders = addWebhookSink(emulator.world, 'orders');
    const { id } = emulator.world.addBackfill('orders', { table: 'public.orders' }).json;
    const monitor = createMonitor({
      connection: connectionTo(emulator.url),
      api: createApiClient({ address: emulator.url, token: emulator.token }),
      clock,
      intervalMs: () => 0,
    });
    for (let second = 0; second < 60; second += 2) {
      await monitor.refresh();
      await clock.advance(2_000);
    }
    const { snapshot, serverNow } = monitor;
    const runningBackfill = findBackfill(snapshot, orders.id, id) ?? assert.fail('the backfill is missing');
    monitor.dispose();
    const liveStatus = getLiveStatus(snapshot, runningBackfill, serverNow);
    const figures = toFigures(runningBackfill, liveStatus, snapshot);
    const getFigure = (name: string) => figures.find(({ label }) => label === name)?.value ?? '';
    return [formatProgress(runningBackfill), getFigure('Time left'), getFigure('Elapsed')].join(' · ');
  }

  const skews = [
    ['behind', -1],
    ['ahead', 1],
  ] as const;
  for (const [direction, hours] of skews) {
    it(`does not affect progress texts if it is 1 h ${direction}`, async () => {
      const description = await describeAfterMinute(hours * 3600_000);
      assert.match(description, /^\d+% · [\d,]+ of 3,000,000 rows · (about \d+|\d+–\d+) min · 1 min/);
      assert.equal(description, await describeAfterMinute(0));
    });
  }
});
