import assert from 'node:assert/strict';
import { connectionTo, apiWith, now, serversOf, sink } from '../samples.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { ServerRegistry } from '../../../src/servers/ServerRegistry.ts';
import { TestClock } from '../TestClock.ts';

describe('the monitors of several servers', () => {
  let clock: TestClock;
  let monitors: ServerRegistry;
  let switches: number;
  /** The names of the servers of which a change was told, in order. */
  let told: string[];
  /** What ends the requests under way, and answers them. */
  let requests: { readonly name: string; readonly signal: AbortSignal | undefined; answer: () => void }[];

  beforeEach(() => {
    clock = new TestClock(now);
    monitors = new ServerRegistry();
    switches = 0;
    told = [];
    requests = [];
    monitors.onDidChangeServers(() => (switches += 1));
    monitors.onDidChangeSnapshot(({ monitor }) => told.push(monitor.connection.name));
  });
  afterEach(() => {
    monitors.dispose();
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
              answer: () => {
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

  it('are those of the servers that have one, in their order', () => {
    const [a, c] = [monitorOf('a'), monitorOf('c')];
    monitors.setServers([...serversOf(a), signedOut('b'), ...serversOf(c)]);
    assert.deepEqual(monitors.monitors, [a, c]);
    assert.equal(monitors.all.length, 3);
    assert.equal(monitors.getMonitor('http://a'), a);
    assert.equal(monitors.getMonitor('http://b'), undefined);
    assert.equal(monitors.getServer('http://b')?.state.kind, 'signedOut');
    assert.equal(monitors.getServer('http://d'), undefined);
    assert.equal(monitors.getServer(''), undefined);
  });

  it('say once that they are others', () => {
    monitors.setServers([...serversOf(monitorOf('a'), monitorOf('b')), signedOut('c')]);
    assert.equal(switches, 1);
    monitors.setServers([]);
    assert.equal(switches, 2);
  });

  it('are others by the time that is said', () => {
    const a = monitorOf('a');
    let seen: readonly ServerMonitor[] = [];
    monitors.onDidChangeServers(() => (seen = monitors.monitors));
    monitors.setServers(serversOf(a));
    assert.deepEqual(seen, [a]);
  });

  it('that stay are left alone: their requests go on, their watches last, their changes are told once', async () => {
    const [a, b, c] = [monitorOf('a'), monitorOf('b'), monitorOf('c')];
    monitors.setServers(serversOf(a, b));
    a.watch('view');
    b.watch('view');
    await clock.turn(0);
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['a', 'b'],
    );
    monitors.setServers(serversOf(c, a));
    assert.deepEqual(
      requests.map(({ signal }) => signal?.aborted),
      [false, true],
    );
    told = [];
    requests[0]?.answer();
    await clock.turn(0);
    assert.equal(a.snapshot.sinks.size, 1);
    assert.equal(told.filter((name) => name === 'a').length, 2, 'its list and its version, each once');
    await clock.turn(10_000);
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['a', 'b', 'a'],
    );
    for (let round = 0; round < 3; round += 1) {
      monitors.setServers(serversOf(a, c));
    }
    told = [];
    requests[2]?.answer();
    await clock.turn(0);
    assert.deepEqual(told, ['a']);
  });

  it('that left end, and tell nothing any more', async () => {
    const [a, b] = [monitorOf('a'), monitorOf('b')];
    monitors.setServers(serversOf(a, b));
    b.watch('view');
    await clock.turn(0);
    monitors.setServers([...serversOf(a), signedOut('b')]);
    told = [];
    requests[0]?.answer();
    await clock.turn(3600_000);
    assert.deepEqual(told, []);
    assert.equal(requests.length, 1);
    assert.ok(clock.idle);
  });

  it('tell what changed, and at which', async () => {
    const [a, b] = [monitorOf('a'), monitorOf('b')];
    monitors.setServers(serversOf(a, b));
    const changes: (readonly [ServerMonitor, readonly string[]])[] = [];
    monitors.onDidChangeSnapshot(({ monitor, change }) => {
      if (change.sinkListChanged) {
        changes.push([monitor, [...change.changedSinkIds]]);
      }
    });
    void b.refresh();
    await clock.turn(0);
    requests[0]?.answer();
    await clock.turn(0);
    assert.deepEqual(changes, [[b, [sink().id]]]);
    assert.ok(told.every((name) => name === 'b'));
  });

  it('of a server that is signed in to anew are another one', async () => {
    const [before, after] = [monitorOf('a'), monitorOf('a')];
    monitors.setServers(serversOf(before));
    monitors.setServers(serversOf(after));
    assert.equal(monitors.getMonitor('http://a'), after);
    before.watch('view');
    after.watch('view');
    await clock.turn(0);
    assert.equal(requests.length, 1);
  });

  it('end together', async () => {
    const all = [monitorOf('a'), monitorOf('b')];
    monitors.setServers(serversOf(...all));
    for (const monitor of all) {
      monitor.watch('background');
    }
    await clock.turn(0);
    monitors.dispose();
    assert.deepEqual(
      requests.map(({ signal }) => signal?.aborted),
      [true, true],
    );
    await clock.turn(3600_000);
    assert.equal(requests.length, 2);
    assert.deepEqual(monitors.monitors, []);
  });
});
