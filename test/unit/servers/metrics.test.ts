import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { createMetricsFetch } from '../../../src/api/createMetricsFetch.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import type { MetricsSource } from '../../../src/model/deliveries/MetricsSource.ts';
import type { Sink } from '../../../src/sampleServer/World.ts';
import { toMetricsState, toSavedMetrics } from '../../../src/servers/savedMetrics.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { getDeliveries, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { describeDeliveryOutcome, describeMetrics, toDeliveryFacts } from '../../../src/text/deliveryText.ts';
import { setLocale } from '../../../src/text/format.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { type MetricsOptions, MetricsServer } from '../../emulator/MetricsServer.ts';
import { connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators, useHttpServers, useServers } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';

describe('the metrics of a connection', () => {
  const startEmulator = useEmulators();
  const startHttpServer = useHttpServers();
  const stopLater = useServers();
  let clock: TestClock;
  let emulator: Emulator;
  let metrics: MetricsServer;
  let monitor: ServerMonitor;
  let sink: Sink;
  /** The numbers of requests for metrics that were sent, and that have ended. */
  let sentCount: number;
  let endedCount: number;
  /** The number of pending requests of the API client. */
  let pendingCount: number;
  let intervalMs: number;
  let windowCount: number;

  beforeEach(async () => {
    sentCount = endedCount = pendingCount = 0;
    intervalMs = 2_000;
    windowCount = 1;
    setLocale('en', 'UTC');
    clock = new TestClock(now);
    emulator = await startEmulator({ scenario: 'empty', latency: false, clock });
    const source = { include_schemas: null, exclude_schemas: null, exclude_tables: null };
    sink = emulator.world.addSink({ name: 'orders', source: { ...source, include_tables: ['public.a'] } });
    monitor = createMonitor();
  });
  afterEach(() => {
    monitor.dispose();
  });

  /** Creates a monitor. If `snapshot` is given, the monitor starts with this saved snapshot. */
  function createMonitor(snapshot?: Snapshot): ServerMonitor {
    const { url: address, token } = emulator;
    return new ServerMonitor({
      connection: connectionTo(address),
      api: countPending(createApiClient({ address, token, retryDelayMs: 1 })),
      clock,
      intervalMs: () => intervalMs,
      random: () => 0,
      countWindows: () => windowCount,
      snapshot,
    });
  }

  /** Wraps a client so that `pendingCount` counts its pending requests. */
  function countPending(client: SequinApi): SequinApi {
    return new Proxy(client, {
      get:
        (target, method: keyof SequinApi) =>
        (...args: unknown[]) => {
          pendingCount += 1;
          const send = Reflect.get(target, method) as (...args: unknown[]) => Promise<unknown>;
          return send.apply(target, args).finally(() => (pendingCount -= 1));
        },
    });
  }

  /** Advances the clock unless a request is pending, so that responses seem to take no time even on a slow machine. */
  async function step(ms = 100): Promise<void> {
    if (pendingCount === 0 && endedCount === sentCount) {
      await clock.advance(ms);
    }
  }

  async function startMetrics(options: MetricsOptions = {}): Promise<void> {
    metrics = await stopLater(MetricsServer.start(emulator.world, options));
  }

  function setSource(overrides: Partial<MetricsSource> = {}): void {
    const source = { url: metrics.url, username: '', password: '', ...overrides };
    const fetch = createMetricsFetch(source, {});
    monitor.setMetricsSource({
      url: source.url,
      fetch: (options) => {
        sentCount += 1;
        return fetch(options).finally(() => (endedCount += 1));
      },
    });
  }

  /**
   * Starts a backfill that makes no progress by itself, opens a view, and waits until the snapshot contains the
   * backfill. Returns the backfill's id.
   */
  async function watchBackfill(): Promise<string> {
    const { json } = emulator.world.addBackfill(sink.json.id, { rows_processed_count: 0, table: 'public.a' });
    monitor.watch('view');
    await waitUntil(
      () => monitor.snapshot.backfills.get(sink.json.id)?.has(json.id) === true,
      () => step(),
    );
    return json.id;
  }

  /** Advances the clock until the next request for metrics has been sent and has ended. */
  async function poll(stepMs = 100): Promise<void> {
    const target = sentCount + 1;
    await waitUntil(
      () => endedCount >= target,
      () => step(stepMs),
    );
  }

  const waitForFailure = (): Promise<void> =>
    waitUntil(
      () => monitor.snapshot.metrics?.failure !== undefined,
      () => step(),
    );

  /** Completes the backfill, and waits until its delivery counts are final. */
  async function complete(id: string): Promise<void> {
    emulator.world.setBackfill(id, { state: 'completed' });
    await waitUntil(
      () => monitor.snapshot.metrics?.deliveries.ofBackfills.get(id)?.isFinal === true,
      () => step(),
    );
  }

  /** Returns the delivery figures that the backfill's page shows, and the outcome that its notification reports. */
  function describeDeliveries(): string[] {
    const [backfill] = monitor.snapshot.backfills.get(sink.json.id)?.values() ?? [];
    const deliveries = getDeliveries(monitor.snapshot, backfill ?? assert.fail());
    return [
      ...toDeliveryFacts(deliveries, clock.now()).map(({ value }) => value),
      describeDeliveryOutcome(deliveries),
    ];
  }

  const describeState = (): string | undefined => {
    const { metrics: current } = monitor.snapshot;
    return current && describeMetrics('http://host:8376/metrics', current.failure);
  };

  it('are not requested without a URL', async () => {
    await startMetrics();
    await watchBackfill();
    await clock.advance(60_000);
    assert.equal(metrics.requestHeaders.length, 0);
    assert.deepEqual(describeDeliveries(), ['']);
  });

  it('are not requested while no backfill is running', async () => {
    await startMetrics();
    setSource();
    monitor.watch('view');
    await clock.advance(60_000);
    assert.equal(metrics.requestHeaders.length, 0);
  });

  it('count the deliveries of a sink since the start of a backfill, even after the sink is renamed', async () => {
    await startMetrics();
    metrics.count(sink.json.id, { delivered: 5_000, failed: 70 });
    setSource();
    const id = await watchBackfill();
    await poll();
    metrics.count(sink.json.id, { delivered: 900 });
    await poll();
    sink.json.name = 'renamed "orders"';
    metrics.count(sink.json.id, { delivered: 100, failed: 250 });
    await poll();
    assert.match(describeDeliveries()[0] ?? '', /^1,000 · \d+(\.\d)?\/s$/);
    assert.match(describeDeliveries()[1] ?? '', /^250 · \d+(\.\d)?\/s · 20% of all attempts$/);
    await complete(id);
    assert.deepEqual(describeDeliveries(), [
      '1,000',
      '250 · 20% of all attempts',
      '250 failed delivery attempts',
    ]);
    metrics.count(sink.json.id, { delivered: 1, failed: 1 });
    await clock.advance(60_000);
    assert.equal(describeDeliveries()[0], '1,000');
  });

  it('report that no delivery of a backfill failed', async () => {
    await startMetrics();
    setSource();
    const id = await watchBackfill();
    await poll();
    metrics.count(sink.json.id, { delivered: 1_000 });
    await complete(id);
    assert.deepEqual(describeDeliveries(), ['1,000', '0', 'no failed deliveries']);
  });

  it('are only minimums after a restart of the server', async () => {
    await startMetrics();
    metrics.count(sink.json.id, { delivered: 5_000 });
    setSource();
    const id = await watchBackfill();
    await poll();
    metrics.count(sink.json.id, { delivered: 900 });
    await poll();
    metrics.reset();
    await poll();
    metrics.count(sink.json.id, { delivered: 50 });
    await complete(id);
    assert.deepEqual(describeDeliveries(), ['at least 950', 'none observed', '']);
  });

  it('continue from their saved values after a reload of the window, and are discarded when the URL changes', async () => {
    await startMetrics();
    setSource();
    await watchBackfill();
    await poll();
    metrics.count(sink.json.id, { delivered: 900 });
    await poll();
    const saved = { ...monitor.snapshot, metrics: toMetricsState(toSavedMetrics(monitor.snapshot)) };
    monitor.dispose();
    metrics.count(sink.json.id, { delivered: 300 });
    monitor = createMonitor(saved);
    assert.equal(describeDeliveries()[0], '900');
    setSource();
    monitor.watch('view');
    await poll();
    assert.match(describeDeliveries()[0] ?? '', /^1,200 · /);
    setSource({ url: metrics.url.replace('127.0.0.1', 'localhost') });
    assert.deepEqual(describeDeliveries(), ['']);
  });

  it('are requested with the credentials for their URL, and with compression', async () => {
    await startMetrics({ username: 'prom', password: 'sécret:1' });
    setSource({ username: 'prom', password: 'sécret:1' });
    await watchBackfill();
    await poll();
    assert.equal(describeState(), 'Metrics: http://host:8376/metrics');
    const [headers] = metrics.requestHeaders;
    assert.equal(headers?.authorization, `Basic ${Buffer.from('prom:sécret:1').toString('base64')}`);
    assert.equal(headers['accept-encoding'], 'gzip');
  });

  it('are not requested again after a wrong password until the user sets another password', async () => {
    await startMetrics({ username: 'prom', password: 'secret' });
    setSource({ username: 'prom', password: 'wrong' });
    await watchBackfill();
    await waitForFailure();
    assert.equal(describeState(), 'host:8376/metrics rejected the user name or the password.');
    await clock.advance(60_000);
    assert.equal(metrics.requestHeaders.length, 1);
    setSource({ username: 'prom', password: 'secret' });
    await poll();
    assert.equal(describeState(), 'Metrics: http://host:8376/metrics');
  });

  it('keep the counted deliveries while the URL is unreachable', async () => {
    await startMetrics();
    setSource();
    await watchBackfill();
    await poll();
    metrics.count(sink.json.id, { delivered: 900 });
    await poll();
    await metrics.stop();
    await waitForFailure();
    assert.deepEqual(describeDeliveries(), ['900', '0', '']);
    assert.match(describeState() ?? '', /^Can’t connect to host:8376\/metrics/);
  });

  it('are not requested from the target of a redirect, so the target gets no credentials', async () => {
    await startMetrics();
    const redirect = await startHttpServer((_request, response) => {
      response.writeHead(302, { location: metrics.url }).end();
    });
    setSource({ url: `${redirect.url}/metrics`, username: 'prom', password: 'secret' });
    await watchBackfill();
    await waitForFailure();
    assert.equal(metrics.requestHeaders.length, 0);
  });

  it('are read from a response of 10 MB', async () => {
    await startMetrics({ paddingLength: 10_000_000 });
    metrics.count(sink.json.id, { delivered: 5_000 });
    setSource();
    await watchBackfill();
    await poll(60_000);
    metrics.count(sink.json.id, { delivered: 900 });
    await poll(60_000);
    assert.match(describeDeliveries()[0] ?? '', /900 · /);
  });

  /**
   * Sets a source whose requests take `durationMs`, and starts a backfill. Returns an array to which every request adds
   * the time when it was sent.
   */
  async function setSlowSource(durationMs: number): Promise<number[]> {
    await startMetrics();
    const requestedAt: number[] = [];
    monitor.setMetricsSource({
      url: metrics.url,
      fetch: async () => {
        requestedAt.push(clock.now());
        const { promise, resolve } = Promise.withResolvers<undefined>();
        clock.schedule(durationMs, () => {
          resolve(undefined);
        });
        await promise;
        return new Map();
      },
    });
    await watchBackfill();
    return requestedAt;
  }

  it('are requested again within 10 min if the machine slept during a request, or the clock was set back', async () => {
    const requestedAt = await setSlowSource(5_000);
    const expectRequestWithin = async (ms: number): Promise<void> => {
      const count = requestedAt.length;
      await clock.advance(ms);
      assert.equal(requestedAt.length, count + 1);
    };
    await waitUntil(
      () => requestedAt.length === 1,
      () => step(),
    );
    clock.sleep(8 * 3600_000);
    await expectRequestWithin(10 * 60_000 + 5_000);
    await clock.advance(5_000);
    clock.setBack(3600_000);
    monitor.reschedule();
    // Rescheduling must not delay the request.
    await clock.advance(5 * 60_000);
    monitor.reschedule();
    await expectRequestWithin(5 * 60_000);
  });

  it('are requested no more often than the configured interval allows', async () => {
    const requestedAt = await setSlowSource(10);
    intervalMs = 900_000;
    await waitUntil(
      () => requestedAt.length === 3,
      () => step(1_000),
    );
    const gaps = requestedAt.slice(1).map((at, index) => at - (requestedAt[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 900_000),
      gaps.join(),
    );
  });

  it('keep the server busy for at most 1% of the time, even if two windows request them', async () => {
    windowCount = 2;
    const requestedAt = await setSlowSource(126);
    await waitUntil(
      () => requestedAt.length === 3,
      () => step(1_000),
    );
    const gaps = requestedAt.slice(1).map((at, index) => at - (requestedAt[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 25_200),
      gaps.join(),
    );
  });
});
