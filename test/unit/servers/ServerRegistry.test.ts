import assert from 'node:assert/strict';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { apiWith, connectionTo, now, serversOf, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('ServerRegistry', () => {
  let clock: TestClock;
  let servers: ServerRegistry;
  let serverChanges: number;
  /** The names of the servers whose snapshots changed, in order. */
  let changedNames: string[];
  /** Pending requests, with their abort signal and a function that responds. */
  let requests: { readonly name: string; readonly signal: AbortSignal | undefined; respond: () => void }[];

  beforeEach(() => {
    clock = new TestClock(now);
    servers = new ServerRegistry();
    serverChanges = 0;
    changedNames = [];
    requests = [];
    servers.onDidChangeServers(() => (serverChanges += 1));
    servers.onDidChangeSnapshot(({ monitor }) => changedNames.push(monitor.connection.name));
  });
  afterEach(() => {
    servers.dispose();
  });

  function monitorOf(name: string): ServerMonitor {
    return new ServerMonitor({
      connection: connectionTo(`http://${name}`),
      api: apiWith({
        getVersion: () => Promise.resolve('0.14.6'),
        listSinks: ({ signal } = {}) =>
          new Promise((resolve) => {
            requests.push({
              name,
              signal,
              respond: () => {
                const items = [{ sink: sink(), unfinishedBackfills: [] }];
                resolve({ items, skipped: 0, serverTime: undefined });
              },
            });
          }),
      }),
      clock,
      intervalMs: () => 2_000,
      random: () => 0,
    });
  }

  const signedOut = (name: string) => ({
    state: { kind: 'signedOut', connection: connectionTo(`http://${name}`) } as const,
    monitor: undefined,
  });

  it('finds monitors and servers by address and lists monitors in server order', () => {
    const [a, c] = [monitorOf('a'), monitorOf('c')];
    servers.setServers([...serversOf(a), signedOut('b'), ...serversOf(c)]);
    assert.deepEqual(servers.monitors, [a, c]);
    assert.equal(servers.all.length, 3);
    assert.equal(servers.getMonitor('http://a'), a);
    assert.equal(servers.getMonitor('http://b'), undefined);
    assert.equal(servers.getServer('http://b')?.state.kind, 'signedOut');
    assert.equal(servers.getServer('http://d'), undefined);
    assert.equal(servers.getServer(''), undefined);
  });

  it('fires one event when servers are replaced', () => {
    servers.setServers([...serversOf(monitorOf('a'), monitorOf('b')), signedOut('c')]);
    assert.equal(serverChanges, 1);
    servers.setServers([]);
    assert.equal(serverChanges, 2);
  });

  it('has the new monitors when its event fires', () => {
    const a = monitorOf('a');
    let seen: readonly ServerMonitor[] = [];
    servers.onDidChangeServers(() => (seen = servers.monitors));
    servers.setServers(serversOf(a));
    assert.deepEqual(seen, [a]);
  });

  it('keeps requests, watches and subscriptions of all monitors', async () => {
    const [a, b, c] = [monitorOf('a'), monitorOf('b'), monitorOf('c')];
    servers.setServers(serversOf(a, b));
    a.watch('view');
    b.watch('view');
    await clock.advance(0);
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['a', 'b'],
    );
    servers.setServers(serversOf(c, a));
    assert.deepEqual(
      requests.map(({ signal }) => signal?.aborted),
      [false, false],
    );
    changedNames = [];
    requests[0]?.respond();
    await clock.advance(0);
    assert.equal(a.snapshot.sinks.size, 1);
    assert.equal(
      changedNames.filter((name) => name === 'a').length,
      2,
      'one change for the list and one for the version',
    );
    await clock.advance(10_000);
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['a', 'b', 'a'],
    );
    for (let round = 0; round < 3; round += 1) {
      servers.setServers(serversOf(a, c));
    }
    changedNames = [];
    requests[2]?.respond();
    await clock.advance(0);
    assert.deepEqual(changedNames, ['a']);
  });

  it('forwards no further changes of removed monitors', async () => {
    const [a, b] = [monitorOf('a'), monitorOf('b')];
    servers.setServers(serversOf(a, b));
    b.watch('view');
    await clock.advance(0);
    servers.setServers([...serversOf(a), signedOut('b')]);
    changedNames = [];
    requests[0]?.respond();
    await clock.advance(3600_000);
    assert.equal(b.snapshot.sinks.size, 1);
    assert.deepEqual(changedNames, []);
  });

  it('forwards each change with its monitor', async () => {
    const [a, b] = [monitorOf('a'), monitorOf('b')];
    servers.setServers(serversOf(a, b));
    const changes: (readonly [ServerMonitor, readonly string[]])[] = [];
    servers.onDidChangeSnapshot(({ monitor, change }) => {
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
    const [before, after] = [monitorOf('a'), monitorOf('a')];
    servers.setServers(serversOf(before));
    servers.setServers(serversOf(after));
    assert.equal(servers.getMonitor('http://a'), after);
    assert.deepEqual(servers.monitors, [after]);
  });
});
