import assert from 'node:assert/strict';
import { SequinError } from '../../../src/model/failure.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { apiWith, connectionTo, now, serversOf, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('ServerRegistry', () => {
  let clock: TestClock;
  let registry: ServerRegistry;
  let serverChangeCount: number;
  /** The names of the servers whose snapshots changed, in order. */
  let changedNames: string[];
  /** All requests so far, with their abort signals and functions that end them. */
  let requests: {
    readonly name: string;
    readonly signal: AbortSignal | undefined;
    readonly respond: () => void;
    readonly fail: () => void;
  }[];

  beforeEach(() => {
    clock = new TestClock(now);
    registry = new ServerRegistry();
    serverChangeCount = 0;
    changedNames = [];
    requests = [];
    registry.onDidChangeServers(() => (serverChangeCount += 1));
    registry.onDidChangeSnapshot(({ monitor }) => changedNames.push(monitor.connection.name));
  });
  afterEach(() => {
    registry.dispose();
  });

  function createMonitor(name: string): ServerMonitor {
    return new ServerMonitor({
      connection: connectionTo(`http://${name}`),
      api: apiWith({
        getVersion: () => Promise.resolve('0.14.6'),
        listSinks: ({ signal } = {}) =>
          new Promise((resolve, reject) => {
            requests.push({
              name,
              signal,
              respond: () => {
                const items = [{ sink: sink({ database: null }), unfinishedBackfills: [] }];
                resolve({ items, skipped: 0, serverTime: undefined });
              },
              fail: () => {
                reject(new SequinError({ kind: 'network', reason: 'refused' }));
              },
            });
          }),
      }),
      clock,
      intervalMs: () => 2_000,
      random: () => 0,
    });
  }

  const createSignedOutServer = (name: string) => ({
    state: { kind: 'signedOut', connection: connectionTo(`http://${name}`) } as const,
    monitor: undefined,
  });

  it('looks up servers and monitors by connection id', () => {
    const a = createMonitor('a');
    const c = createMonitor('c');
    registry.setServers([...serversOf(a), createSignedOutServer('b'), ...serversOf(c)]);
    assert.deepEqual(registry.monitors, [a, c]);
    assert.equal(registry.all.length, 3);
    assert.equal(registry.getMonitor('http://a'), a);
    assert.equal(registry.getMonitor('http://b'), undefined);
    assert.equal(registry.getServer('http://b')?.state.kind, 'signedOut');
    assert.equal(registry.getServer('http://d'), undefined);
    assert.equal(registry.getServer(''), undefined);
  });

  it('fires one event when servers are replaced', () => {
    registry.setServers([...serversOf(createMonitor('a'), createMonitor('b')), createSignedOutServer('c')]);
    assert.equal(serverChangeCount, 1);
    registry.setServers([]);
    assert.equal(serverChangeCount, 2);
  });

  it('updates monitors before it fires onDidChangeServers', () => {
    const a = createMonitor('a');
    let seen: readonly ServerMonitor[] = [];
    registry.onDidChangeServers(() => (seen = registry.monitors));
    registry.setServers(serversOf(a));
    assert.deepEqual(seen, [a]);
  });

  it('keeps the pending request and the watches of a monitor that is in both the old and the new list of servers', async () => {
    const monitor = createMonitor('a');
    registry.setServers(serversOf(monitor, createMonitor('b')));
    monitor.watch('view');
    await clock.advance(0);
    registry.setServers(serversOf(createMonitor('c'), monitor));
    assert.deepEqual(
      requests.map(({ name, signal }) => [name, signal?.aborted]),
      [['a', false]],
    );
    requests[0]?.respond();
    await clock.advance(0);
    assert.equal(monitor.snapshot.sinks.size, 1);
    await clock.advance(10_000);
    assert.equal(requests.length, 2, 'the monitor is still watched');
  });

  it('forwards each change of a monitor only once, even if the monitor was set several times', async () => {
    const monitor = createMonitor('a');
    for (let round = 0; round < 3; round += 1) {
      registry.setServers(serversOf(monitor, createMonitor('c')));
    }
    monitor.watch('view');
    await clock.advance(0);
    changedNames = [];
    requests[0]?.respond();
    await clock.advance(0);
    assert.deepEqual(changedNames, ['a', 'a'], 'one change for the list and one for the version');
  });

  it('fires an event for the start of a request only if the sinks are not loaded or are stale', async () => {
    const monitor = createMonitor('a');
    registry.setServers(serversOf(monitor));
    const startRequest = async (): Promise<number> => {
      changedNames = [];
      void monitor.refresh();
      await clock.advance(0);
      return changedNames.length;
    };
    const endRequest = async (end: 'respond' | 'fail'): Promise<void> => {
      requests.at(-1)?.[end]();
      await clock.advance(0);
    };
    assert.equal(await startRequest(), 1, 'sinks that are not loaded');
    await endRequest('respond');
    assert.equal(await startRequest(), 0, 'current sinks');
    await endRequest('fail');
    assert.equal(await startRequest(), 1, 'stale sinks, with the time of the next retry');
  });

  it('forwards no changes of removed monitors', async () => {
    const a = createMonitor('a');
    const b = createMonitor('b');
    registry.setServers(serversOf(a, b));
    b.watch('view');
    await clock.advance(0);
    registry.setServers([...serversOf(a), createSignedOutServer('b')]);
    changedNames = [];
    requests[0]?.respond();
    await clock.advance(3600_000);
    assert.equal(b.snapshot.sinks.size, 1);
    assert.deepEqual(changedNames, []);
  });

  it('forwards each change with its monitor', async () => {
    const a = createMonitor('a');
    const b = createMonitor('b');
    registry.setServers(serversOf(a, b));
    const changes: (readonly [ServerMonitor, readonly string[]])[] = [];
    registry.onDidChangeSnapshot(({ monitor, change }) => {
      if (change.sinkListChanged) {
        changes.push([monitor, [...change.changedSinkIds]]);
      }
    });
    void b.refresh();
    await clock.advance(0);
    requests[0]?.respond();
    await clock.advance(0);
    assert.deepEqual(changes, [[b, [sink().id]]]);
    assert.ok(changedNames.every((name) => name === 'b'));
  });

  it('replaces the monitor of a server', () => {
    const oldMonitor = createMonitor('a');
    const newMonitor = createMonitor('a');
    registry.setServers(serversOf(oldMonitor));
    registry.setServers(serversOf(newMonitor));
    assert.equal(registry.getMonitor('http://a'), newMonitor);
    assert.deepEqual(registry.monitors, [newMonitor]);
  });
});
