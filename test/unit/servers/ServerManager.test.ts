import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ConnectionEntry } from '../../../src/connections/connectionSettings.ts';
import type { SignInState } from '../../../src/model/Connection.ts';
import type { MetricsSource } from '../../../src/model/deliveries/MetricsSource.ts';
import { ServerManager } from '../../../src/servers/ServerManager.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { emptySnapshot } from '../../../src/servers/Snapshot.ts';
import { getSnapshotPath, readSnapshot, writeSnapshot } from '../../../src/servers/snapshotFile.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { Emitter } from '../../../src/shared/lifecycle.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { waitUntil } from '../waitUntil.ts';

const signedIn = (name: string, tokenVersion = 1, overrides = {}): SignInState => ({
  kind: 'signedIn',
  connection: connectionTo(`http://${name}`, overrides),
  tokenVersion,
});
const signedOut = (name: string): SignInState => ({
  kind: 'signedOut',
  connection: connectionTo(`http://${name}`),
});

/** Connections that a test sets directly. */
class ScriptedConnections {
  states: readonly SignInState[] = [];
  retained: readonly ConnectionEntry[] = [];
  readonly #onDidChange = new Emitter<readonly SignInState[]>();
  readonly onDidChange = this.#onDidChange.event;
  readonly getToken = () => Promise.resolve('token');

  set(...states: readonly SignInState[]): void {
    this.states = states;
    this.retained = states.flatMap((state) =>
      state.kind === 'signedIn' ? [{ ...state.connection, hidden: false, problem: undefined }] : [],
    );
    this.#onDidChange.fire(states);
  }
}

describe('ServerManager', () => {
  let clock: TestClock;
  let folder: string;
  let connections: ScriptedConnections;
  let servers: ServerRegistry;
  let manager: ServerManager;
  let startedManager: ServerManager | undefined;
  let intervalMs: number;
  let saveErrorCount: number;
  let metricsChanges: Emitter<string>;
  let readMetricsSource: () => Promise<MetricsSource | undefined>;
  /** All requests for lists of sinks, with the address of their server. */
  let requests: { readonly address: string; readonly signal: AbortSignal | undefined; respond: () => void }[];

  beforeEach(() => {
    clock = new TestClock(now);
    folder = mkdtempSync(join(tmpdir(), 'sequin-'));
    connections = new ScriptedConnections();
    servers = new ServerRegistry();
    intervalMs = 2_000;
    saveErrorCount = 0;
    metricsChanges = new Emitter();
    readMetricsSource = () => Promise.resolve(undefined);
    requests = [];
    manager = createManager();
  });
  afterEach(() => {
    manager.dispose();
    servers.dispose();
    // The window counter of a monitor may still be writing its file.
    rmSync(folder, { recursive: true, maxRetries: 5 });
  });

  function createManager(): ServerManager {
    return new ServerManager({
      connections,
      servers,
      storagePath: folder,
      clock,
      intervalMs: () => intervalMs,
      isFocused: () => true,
      metrics: { get: () => readMetricsSource(), onDidChange: metricsChanges.event },
      createMetricsFetch: () => () => Promise.reject(new Error('not scripted')),
      onSaveError: () => (saveErrorCount += 1),
      createApiClient: (address) =>
        apiWith({
          getVersion: () => Promise.resolve('0.14.6'),
          listSinks: ({ signal } = {}) =>
            new Promise((resolve) => {
              requests.push({
                address,
                signal,
                respond: () => {
                  const items = [{ sink: sink(), unfinishedBackfills: [] }];
                  resolve({ items, skipped: 0, serverTime: undefined });
                },
              });
            }),
        }),
    });
  }

  /** Sets the connections, and starts the manager unless it was started before. */
  function setConnections(...states: readonly SignInState[]): void {
    connections.set(...states);
    if (startedManager !== manager) {
      startedManager = manager;
      void manager.start();
    }
  }

  /** Sets the connections, and waits until each signed-in connection has a monitor. */
  async function connect(...states: readonly SignInState[]): Promise<void> {
    setConnections(...states);
    const signedInCount = states.filter(({ kind }) => kind === 'signedIn').length;
    await waitUntil(() => servers.monitors.length === signedInCount);
  }

  const findMonitor = (name: string): ServerMonitor =>
    servers.getMonitor(`http://${name}`) ?? assert.fail(`no monitor of ${name}`);
  const getPath = (name: string): string => getSnapshotPath(folder, connectionTo(`http://${name}`));
  const snapshotExists = (name: string): boolean => existsSync(getPath(name));
  const watchAll = async (): Promise<void> => {
    for (const monitor of servers.monitors) {
      monitor.watch('view');
    }
    await clock.advance(0);
  };
  const getAbortedFlags = () => requests.map(({ signal }) => signal?.aborted);

  it('creates a monitor for each signed-in connection, but not for other connections', async () => {
    const invalidAddress: SignInState = {
      kind: 'invalidAddress',
      connection: { id: 'c', name: 'c', address: 'c', production: false },
      problem: 'notAnAddress',
    };
    await connect(signedIn('a'), signedOut('b'), invalidAddress, signedIn('d'));
    assert.equal(servers.all.length, 4);
    assert.deepEqual(servers.monitors, [findMonitor('a'), findMonitor('d')]);
  });

  it('lists a signed-in connection before its saved snapshot is read', () => {
    setConnections(signedIn('a'));
    assert.equal(servers.getServer('http://a')?.state.kind, 'signedIn');
    assert.equal(servers.getMonitor('http://a'), undefined);
  });

  it('keeps the monitor of a connection and its pending request when other connections change', async () => {
    await connect(signedIn('a'), signedIn('b'));
    const [a, b] = [findMonitor('a'), findMonitor('b')];
    await watchAll();
    await connect(signedIn('c'), signedIn('a'));
    assert.equal(findMonitor('a'), a);
    assert.ok(!servers.monitors.includes(b));
    assert.deepEqual(getAbortedFlags(), [false, true]);
  });

  it('updates the monitor of a renamed connection instead of replacing it', async () => {
    await connect(signedIn('a'));
    const monitor = findMonitor('a');
    await connect(signedIn('a', 1, { name: 'shop', production: true }));
    assert.equal(findMonitor('a'), monitor);
    assert.deepEqual(monitor.connection, connectionTo('http://a', { name: 'shop', production: true }));
  });

  it('disposes the monitor on sign-out, aborts its request and clears its timers', async () => {
    await connect(signedIn('a'), signedIn('b'));
    await watchAll();
    await connect(signedIn('a'), signedOut('b'));
    assert.equal(servers.getMonitor('http://b'), undefined);
    assert.deepEqual(getAbortedFlags(), [false, true]);
    await clock.advance(3600_000);
    assert.equal(requests.length, 2);
    assert.ok(!clock.hasPendingTimers);
  });

  it('deletes a damaged saved snapshot, and requests the sinks', async () => {
    const paths = ['a', 'b'].map(getPath);
    const store = new SnapshotStore();
    const items = [{ sink: sink(), unfinishedBackfills: [] }];
    store.applySinks({ items, skipped: 0, serverTime: undefined }, now);
    paths.forEach((path) => {
      writeSnapshot(path, store.snapshot);
    });
    const [path = ''] = paths;
    writeFileSync(path, readFileSync(path, 'utf8').replace('"health":', '"unhealthy":'));
    setConnections(signedIn('a'), signedIn('b'));
    await waitUntil(() => servers.monitors.length === 2);
    assert.deepEqual(
      servers.monitors.map(({ snapshot }) => snapshot.sinksLoad.fromCache),
      [undefined, true],
    );
    assert.ok(!existsSync(path));
    servers.monitors[0]?.watch('view');
    await clock.advance(0);
    assert.deepEqual(
      requests.map(({ address }) => address),
      ['http://a'],
    );
  });

  it('creates the other monitors even if the saved snapshot of a signed-out connection can’t be deleted', async () => {
    mkdirSync(getPath('b'), { recursive: true });
    setConnections(signedIn('a'), signedOut('b'));
    await waitUntil(() => servers.monitors.length === 1);
    assert.equal(saveErrorCount, 1);
  });

  it('removes a monitor from the registry before it disposes the monitor', async () => {
    await connect(signedIn('a'));
    await watchAll();
    const flags: unknown[] = [];
    servers.onDidChangeServers(() => flags.push(getAbortedFlags()[0]));
    await connect(signedOut('a'));
    assert.deepEqual([flags, getAbortedFlags()], [[false], [true]]);
  });

  it('replaces and disposes the monitor after a new sign-in', async () => {
    await connect(signedIn('a'));
    const before = findMonitor('a');
    await watchAll();
    setConnections(signedIn('a', 2));
    assert.equal(servers.getMonitor('http://a'), undefined);
    await waitUntil(() => servers.monitors.length === 1);
    assert.notEqual(findMonitor('a'), before);
    assert.deepEqual(getAbortedFlags(), [true]);
    before.watch('view');
    await watchAll();
    assert.equal(requests.length, 2);
  });

  it('disposes all monitors when it is disposed', async () => {
    await connect(signedIn('a'), signedIn('b'));
    await watchAll();
    manager.dispose();
    assert.deepEqual(getAbortedFlags(), [true, true]);
    await clock.advance(3600_000);
    assert.equal(requests.length, 2);
    assert.deepEqual(servers.monitors, []);
    assert.ok(!clock.hasPendingTimers);
  });

  it('creates no monitor if it is disposed while a saved snapshot is being read', async () => {
    setConnections(signedIn('a'));
    manager.dispose();
    for (let read = 0; read < 10; read += 1) {
      await readSnapshot(getPath('a'));
    }
    assert.deepEqual(servers.monitors, []);
  });

  it('creates no monitor for a connection that was removed while its saved snapshot was being read', async () => {
    setConnections(signedIn('a'));
    await connect(signedIn('b'));
    assert.deepEqual(
      servers.monitors.map(({ connection }) => connection.address),
      ['http://b'],
    );
  });

  it('saves unsaved changes when it is disposed, and restores them in the next session', async () => {
    await connect(signedIn('a'));
    await watchAll();
    requests[0]?.respond();
    await clock.advance(0);
    manager.dispose();
    assert.ok(snapshotExists('a'));
    manager = createManager();
    await connect(signedIn('a'));
    assert.equal(findMonitor('a').snapshot.sinks.size, 1);
    assert.equal(findMonitor('a').snapshot.sinksLoad.fromCache, true);
    assert.equal(saveErrorCount, 0);
  });

  it('keeps the snapshot that another window saved if this window received no response', async () => {
    await connect(signedIn('a'));
    await watchAll();
    const otherWindow = new SnapshotStore();
    const items = [{ sink: sink(), unfinishedBackfills: [] }];
    otherWindow.applySinks({ items, skipped: 0, serverTime: undefined }, now);
    writeSnapshot(getPath('a'), otherWindow.snapshot);
    await clock.advance(60_000);
    manager.dispose();
    assert.equal((await readSnapshot(getPath('a')))?.sinks.size, 1);
  });

  it('saves no sample data', async () => {
    const sample = signedIn('a', 1, { isSample: true });
    await connect(sample);
    await watchAll();
    requests[0]?.respond();
    await clock.advance(60_000);
    findMonitor('a').queue.add([backfill({ state: 'paused' })], 1);
    manager.dispose();
    assert.ok(!existsSync(join(folder, 'snapshots')));
  });

  for (const [change, states] of [
    ['signed out', [signedOut('a')]],
    ['removed', []],
  ] as const) {
    it(`deletes the saved snapshot of a connection that is ${change}`, async () => {
      await connect(signedIn('a'));
      await watchAll();
      requests[0]?.respond();
      await clock.advance(60_000);
      assert.ok(snapshotExists('a'));
      requests[1]?.respond();
      await clock.advance(0);
      setConnections(...states);
      assert.ok(!snapshotExists('a'));
      await clock.advance(3600_000);
      assert.ok(!snapshotExists('a'));
    });
  }

  it('starts without data after the address of a connection changed, because another server may have the same IDs', async () => {
    const list = (): string[] => readdirSync(join(folder, 'snapshots'));
    await connect(signedIn('a'));
    await watchAll();
    requests[0]?.respond();
    await clock.advance(60_000);
    const before = list();
    assert.equal(before.length, 1);
    await connect(signedIn('a', 2, { address: 'http://moved' }));
    assert.equal(findMonitor('a').snapshot.sinks.size, 0);
    assert.deepEqual(list(), []);
    await watchAll();
    assert.equal(requests.at(-1)?.address, 'http://moved');
    requests.at(-1)?.respond();
    await clock.advance(60_000);
    assert.equal(list().length, 1);
    assert.notDeepEqual(list(), before);
  });

  it('keeps the data of two connections with the same address separate', async () => {
    await connect(signedIn('a'), signedIn('b', 1, { address: 'http://a' }));
    await watchAll();
    requests[0]?.respond();
    await clock.advance(0);
    assert.deepEqual([findMonitor('a').snapshot.sinks.size, findMonitor('b').snapshot.sinks.size], [1, 0]);
    setConnections(signedIn('a'), signedOut('b'));
    await clock.advance(60_000);
    assert.equal(readdirSync(join(folder, 'snapshots')).length, 1);
    assert.ok(snapshotExists('a'));
  });

  describe('with files from earlier sessions', () => {
    const day = 24 * 3600_000;

    /** Writes snapshots to files, and makes the files `ageMs` old. */
    function write(ageMs: number, ...paths: readonly string[]): void {
      mkdirSync(dirname(getPath('')), { recursive: true });
      for (const path of paths) {
        writeSnapshot(path, emptySnapshot);
        utimesSync(path, (now - ageMs) / 1000, (now - ageMs) / 1000);
      }
    }
    const listFiles = (): string[] =>
      readdirSync(dirname(getPath('')))
        .map((name) => join(dirname(getPath('')), name))
        .sort();

    it('deletes the snapshots of removed connections, and temporary files, after a day', async () => {
      const kept = [getPath('a'), getPath('hidden')];
      write(30 * day, ...kept, getPath('removed'), `${getPath('removed')}.7`);
      write(day + 1_000, `${getPath('a')}.123`);
      const recent = [getPath('other'), `${getPath('hidden')}.9`];
      write(day - 1_000, ...recent);
      await connect(signedIn('a'), signedIn('hidden'));
      await waitUntil(() => listFiles().length <= 4);
      assert.deepEqual(listFiles(), [...kept, ...recent].sort());
    });

    it('deletes all files of a signed-out connection, including temporary files', async () => {
      write(0, getPath('a'), `${getPath('a')}.123`, `${getPath('a')}.4`, getPath('b'));
      await connect(signedOut('a'), signedIn('b'));
      assert.deepEqual(listFiles(), [getPath('b')]);
    });
  });

  it('uses the newest metrics URL even if reading an earlier URL takes longer', async () => {
    await connect(signedIn('a'));
    const reads: ((url: string) => void)[] = [];
    readMetricsSource = () =>
      new Promise((resolve) => {
        reads.push((url) => {
          resolve({ url, username: '', password: '' });
        });
      });
    metricsChanges.fire('http://a');
    metricsChanges.fire('http://a');
    reads[1]?.('http://new/metrics');
    await clock.advance(0);
    reads[0]?.('http://old/metrics');
    await clock.advance(0);
    assert.equal(findMonitor('a').snapshot.metrics?.url, 'http://new/metrics');
  });

  it('passes the focus and a new interval on to all monitors', async () => {
    await connect(signedIn('a'), signedIn('b'));
    await watchAll();
    requests.forEach(({ respond }) => {
      respond();
    });
    await clock.advance(0);
    manager.setFocused(false);
    await clock.advance(27_999);
    assert.equal(requests.length, 2);
    await clock.advance(1);
    assert.equal(requests.length, 4);
    requests.slice(2).forEach(({ respond }) => {
      respond();
    });
    await clock.advance(0);
    intervalMs = 0;
    manager.reschedule();
    await clock.advance(3600_000);
    assert.equal(requests.length, 4);
  });
});
