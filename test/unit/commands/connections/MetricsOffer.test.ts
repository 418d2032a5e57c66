import assert from 'node:assert/strict';
import { createMetricsFetch } from '../../../../src/api/createMetricsFetch.ts';
import { MetricsOffer } from '../../../../src/commands/connections/MetricsOffer.ts';
import type { MetricsSource } from '../../../../src/model/deliveries/MetricsSource.ts';
import { ServerMonitor } from '../../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../../src/servers/ServerRegistry.ts';
import { MementoSet } from '../../../../src/shared/MementoSet.ts';
import { storageKeys } from '../../../../src/shared/storageKeys.ts';
import { Emulator } from '../../../emulator/Emulator.ts';
import { MetricsServer } from '../../../emulator/MetricsServer.ts';
import { ConnectionProfile } from '../../connections/ConnectionProfile.ts';
import { MementoStub } from '../../MementoStub.ts';
import { apiWith, connectionTo, now, serversOf } from '../../samples.ts';
import { TestClock } from '../../TestClock.ts';
import { useServers } from '../../useServers.ts';
import { FakeUi } from '../FakeUi.ts';

const minute = 60_000;
const address = 'https://sequin.example.com';
const connection = connectionTo(address, { name: 'shop' });
const plainUrl = 'http://sequin.example.com:8376/metrics';
const secureUrl = 'https://sequin.example.com:8376/metrics';
const formatOffer = (url: string) =>
  `information: shop exports metrics at ${url}. Use them to show deliveries and failed attempts? [Show Deliveries] [No]`;

describe('the offer of metrics', () => {
  const stopLater = useServers();
  let clock: TestClock;
  let profile: ConnectionProfile;
  let memento: MementoStub;
  let ui: FakeUi;
  let monitors: ServerMonitor[];
  /** The registry of the latest window. */
  let servers: ServerRegistry;
  /** The URLs that respond with metrics. */
  let available: readonly string[];
  let requested: MetricsSource[];
  let isEnabled: boolean;
  let isReachable: boolean;
  let isSample: boolean;
  let isRemovedDuringRequest: boolean;

  beforeEach(() => {
    clock = new TestClock(now);
    profile = new ConnectionProfile();
    memento = new MementoStub();
    ui = new FakeUi();
    monitors = [];
    available = [plainUrl];
    requested = [];
    isEnabled = isReachable = true;
    isSample = isRemovedDuringRequest = false;
  });
  afterEach(() => {
    for (const monitor of monitors) {
      monitor.dispose();
    }
  });

  /** Opens a window. `openPageAfter` opens a page after a number of minutes, and returns what the user sees. */
  function openWindow(
    create: (source: MetricsSource) => ReturnType<typeof createMetricsFetch> = (source) => () => {
      requested.push(source);
      if (isRemovedDuringRequest) {
        servers.setServers([]);
      }
      return available.includes(source.url)
        ? Promise.resolve(new Map())
        : Promise.reject(new Error('connection refused'));
    },
  ) {
    servers = new ServerRegistry();
    const monitor = new ServerMonitor({
      connection: isSample ? { ...connection, isSample } : connection,
      api: apiWith({
        listSinks: () =>
          isReachable
            ? Promise.resolve({ items: [], skipped: 0, serverTime: clock.now() })
            : Promise.reject(new Error('no network')),
        getVersion: () => Promise.resolve('0.14.6'),
        listDatabases: () => Promise.resolve({ items: [], skipped: 0 }),
      }),
      clock,
      intervalMs: () => 0,
    });
    monitors.push(monitor);
    const settledMetricsOffers = new MementoSet(memento, storageKeys.metricsOffers);
    const offer = new MetricsOffer({
      servers,
      metrics: profile.openMetrics(),
      createMetricsFetch: create,
      settledMetricsOffers,
      ui,
      clock,
      isEnabled: () => isEnabled,
    });
    servers.setServers(serversOf(monitor));
    return {
      offer,
      settledMetricsOffers,
      openPageAfter: async (minutes: number): Promise<string[]> => {
        await clock.advance(minutes * minute);
        await monitor.refresh();
        await offer.offer(monitor);
        return ui.takeLines();
      },
    };
  }

  it('appears once, when the user opens a page after the connection has worked for ten minutes', async () => {
    const { openPageAfter } = openWindow();
    assert.deepEqual(await openPageAfter(9), []);
    assert.deepEqual(requested, [], 'sent a request too early');
    assert.deepEqual(await openPageAfter(1), [formatOffer(plainUrl)]);
    assert.deepEqual(await openPageAfter(1), []);
    assert.deepEqual(await openWindow().openPageAfter(60), []);
  });

  it('prefers an encrypted URL for an encrypted connection', async () => {
    available = [plainUrl, secureUrl];
    assert.deepEqual(await openWindow().openPageAfter(10), [formatOffer(secureUrl)]);
  });

  it('turns metrics on if the user accepts it', async () => {
    await openWindow().openPageAfter(10);
    await ui.press('Show Deliveries');
    assert.deepEqual(ui.takeLines(), ['status bar: Metrics of shop turned on.']);
    assert.deepEqual(await profile.openMetrics().get(connection), {
      url: plainUrl,
      username: '',
      password: '',
    });
  });

  it('turns metrics on after a new token was entered, but not after the connection was removed', async () => {
    await openWindow().openPageAfter(10);
    servers.setServers([]);
    await ui.press('Show Deliveries');
    assert.deepEqual(ui.takeLines(), []);
    const monitor = new ServerMonitor({ connection, api: apiWith({}), clock, intervalMs: () => 0 });
    monitors.push(monitor);
    servers.setServers(serversOf(monitor));
    await ui.press('Show Deliveries');
    assert.deepEqual(ui.takeLines(), ['status bar: Metrics of shop turned on.']);
  });

  it('doesn’t appear again after No, not even in another window, until the connection is removed', async () => {
    await openWindow().openPageAfter(10);
    await ui.press('No');
    assert.equal(await profile.openMetrics().get(connection), undefined);
    const { settledMetricsOffers, openPageAfter } = openWindow();
    assert.deepEqual(await openPageAfter(60), []);
    settledMetricsOffers.retain(new Set());
    assert.deepEqual(await openPageAfter(1), [formatOffer(plainUrl)]);
  });

  const exceptions: [string, () => unknown][] = [
    ['there are no metrics', () => (available = [])],
    ['notifications report only problems', () => (isEnabled = false)],
    ['the server is unreachable', () => (isReachable = false)],
    ['the connection is removed before the metrics respond', () => (isRemovedDuringRequest = true)],
    ['the connection is to the sample data', () => (isSample = true)],
    [
      'the connection has a metrics URL',
      () => profile.openMetrics().set(connection, { url: secureUrl, username: '', password: '' }),
    ],
    [
      'the user has turned metrics off',
      () => {
        openWindow().settledMetricsOffers.add(connection.id);
      },
    ],
  ];
  for (const [name, prepare] of exceptions) {
    it(`doesn’t appear if ${name}`, async () => {
      await prepare();
      const { openPageAfter } = openWindow();
      assert.deepEqual(await openPageAfter(10), []);
      assert.deepEqual(await openPageAfter(10), []);
      const urls = requested.map(({ url }) => url);
      assert.equal(new Set(urls).size, urls.length, 'requested a URL twice');
    });
  }

  it('sends no token and no credentials', async () => {
    const emulator = await stopLater(Emulator.start({ scenario: 'empty' }));
    const metrics = await stopLater(MetricsServer.start(emulator.world));
    const { openPageAfter } = openWindow((source) => createMetricsFetch({ ...source, url: metrics.url }, {}));
    assert.equal((await openPageAfter(10)).length, 1);
    assert.deepEqual(
      metrics.requestHeaders.map(({ authorization }) => authorization),
      [undefined],
    );
  });
});
