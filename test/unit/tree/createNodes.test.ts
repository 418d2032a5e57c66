import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import type { Server } from '../../../src/servers/ServerRegistry.ts';
import { emptySnapshot, neverLoaded, type Snapshot } from '../../../src/servers/Snapshot.ts';
import {
  createBackfillNodes,
  createRootNodes,
  createConnectionChildren,
  createSinkNodes,
} from '../../../src/tree/createNodes.ts';
import type { TreeNode } from '../../../src/tree/TreeNode.ts';
import { apiWith, backfill, connectionTo, now, serversOf, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const plain = { hideFinished: false, runningFirst: false };
const loaded = { ...neverLoaded, loadedAt: now };

function snapshotOf(sinks: Readonly<Record<string, readonly Partial<Backfill>[]>>): Snapshot {
  const names = Object.keys(sinks);
  return {
    ...emptySnapshot,
    sinksLoad: loaded,
    sinks: new Map(names.map((name) => [name, sink({ id: name, name })])),
    backfills: new Map(
      Object.entries(sinks).map(([name, backfills]) => [
        name,
        new Map(
          backfills.map((different, index): [string, Backfill] => {
            const id = `${name}${String(index)}`;
            return [id, backfill({ id, sinkId: name, insertedAt: now - index, ...different })];
          }),
        ),
      ]),
    ),
  };
}

/** What a server is known to have. */
const at = (snapshot: Snapshot) => ({ connection: connectionTo('http://localhost:7376'), snapshot });

const names = (nodes: readonly TreeNode[]): string[] =>
  nodes.map((node) =>
    node.kind === 'sink'
      ? node.sinkId
      : node.kind === 'backfill'
        ? node.backfillId
        : node.kind === 'message'
          ? `(${node.message.kind})`
          : node.address,
  );

describe('the rows at the root', () => {
  const some = snapshotOf({
    sink10: [{}],
    sink9: [{ state: 'completed' }],
    Beta: [{ state: 'paused' }],
    alpha: [],
  });

  it('are the sinks by name, numbers by their value', () => {
    assert.deepEqual(names(createSinkNodes(at(some), plain)), ['alpha', 'Beta', 'sink9', 'sink10']);
  });

  it('have the running ones first if the user wants', () => {
    assert.deepEqual(names(createSinkNodes(at(some), { ...plain, runningFirst: true })), [
      'sink10',
      'alpha',
      'Beta',
      'sink9',
    ]);
  });

  it('leave out, and say so, what has nothing open if the user wants', () => {
    assert.deepEqual(names(createSinkNodes(at(some), { ...plain, hideFinished: true })), [
      'Beta',
      'sink10',
      '(hidden)',
    ]);
  });

  it('say what is so while there are no sinks', () => {
    const failure = { kind: 'timeout', afterMs: 1 } as const;
    assert.deepEqual(names(createSinkNodes(at(emptySnapshot), plain)), ['(loading)']);
    assert.deepEqual(
      names(createSinkNodes(at({ ...emptySnapshot, sinksLoad: { ...neverLoaded, failure } }), plain)),
      ['(failed)'],
    );
    assert.deepEqual(
      names(
        createSinkNodes(
          at({ ...emptySnapshot, sinksLoad: { ...neverLoaded, failure, loading: true } }),
          plain,
        ),
      ),
      ['(loading)'],
    );
    assert.deepEqual(names(createSinkNodes(at({ ...emptySnapshot, sinksLoad: loaded }), plain)), ['(empty)']);
  });
});

describe('the rows below a sink', () => {
  const ended = { state: 'completed', completedAt: now };
  const some = snapshotOf({ s: [{}, ended, ended, { state: 'paused' }, ended] });
  const withHistory = { ...some, backfillListLoads: new Map([['s', loaded]]) };

  it('are its backfills, newest first, in whatever order they became known', () => {
    const known = [...(some.backfills.get('s') ?? [])].reverse();
    const shuffled = { ...withHistory, backfills: new Map([['s', new Map(known)]]) };
    assert.deepEqual(names(createBackfillNodes(at(shuffled), 's', 50, plain)), [
      's0',
      's1',
      's2',
      's3',
      's4',
    ]);
  });

  it('are its backfills, open or not', () => {
    assert.deepEqual(names(createBackfillNodes(at(withHistory), 's', 50, plain)), [
      's0',
      's1',
      's2',
      's3',
      's4',
    ]);
  });

  it('are as many as are wanted, and the way to more', () => {
    assert.deepEqual(names(createBackfillNodes(at(withHistory), 's', 2, plain)), ['s0', 's1', '(more)']);
  });

  it('are what is known while the rest is on its way', () => {
    assert.deepEqual(names(createBackfillNodes(at(some), 's', 50, plain)).at(-1), '(loading)');
  });

  it('keep what is known beside a failure', () => {
    const failed = { ...loaded, failure: { kind: 'cancelled' } as const };
    const rows = names(
      createBackfillNodes(at({ ...some, backfillListLoads: new Map([['s', failed]]) }), 's', 50, plain),
    );
    assert.deepEqual(rows, ['(failed)', 's0', 's1', 's2', 's3', 's4']);
  });

  it('leave out, and say so, what has ended if the user wants', () => {
    const rows = names(createBackfillNodes(at(withHistory), 's', 50, { ...plain, hideFinished: true }));
    assert.deepEqual(rows, ['s0', 's3', '(hidden)']);
  });

  it('say that there are none', () => {
    const none = { ...snapshotOf({ s: [] }), backfillListLoads: new Map([['s', loaded]]) };
    assert.deepEqual(names(createBackfillNodes(at(none), 's', 50, plain)), ['(empty)']);
  });
});

describe('the rows of servers', () => {
  const some = snapshotOf({ orders: [{}], items: [] });
  const address = 'http://localhost:7376';

  const signedIn = (snapshot: Snapshot, different = address): Server[] => {
    const connection = connectionTo(different);
    const clock = new TestClock(now);
    return serversOf(
      new ServerMonitor({ connection, api: apiWith({}), clock, intervalMs: () => 0, snapshot }),
    );
  };
  const signedOut: Server = {
    state: { kind: 'signedOut', connection: connectionTo('http://out') },
    monitor: undefined,
  };
  const bad: Server = {
    state: { kind: 'badAddress', name: 'Bad', address: 'x y', problem: 'notAnAddress' },
    monitor: undefined,
  };
  const waiting: Server = {
    state: { kind: 'signedIn', connection: connectionTo('http://waiting'), tokenVersion: 1 },
    monitor: undefined,
  };

  it('are none where there is no server, or one that cannot be asked: the view has a welcome', () => {
    assert.deepEqual(createRootNodes([], plain), []);
    for (const server of [signedOut, bad, waiting]) {
      assert.deepEqual(createRootNodes([server], plain), []);
    }
  });

  it('are the sinks at the root where there is one', () => {
    assert.deepEqual(createRootNodes(signedIn(some), plain), [
      { kind: 'sink', address, sinkId: 'items' },
      { kind: 'sink', address, sinkId: 'orders' },
    ]);
    const options = { hideFinished: true, runningFirst: true };
    assert.deepEqual(names(createRootNodes(signedIn(some), options)), ['orders', '(hidden)']);
  });

  it('are a row for each of several, in their order, however they stand', () => {
    const servers = [bad, ...signedIn(some), signedOut, waiting];
    assert.deepEqual(createRootNodes(servers, plain), [
      { kind: 'connection', address: 'x y' },
      { kind: 'connection', address },
      { kind: 'connection', address: 'http://out' },
      { kind: 'connection', address: 'http://waiting' },
    ]);
    assert.equal(createRootNodes([signedOut, bad], plain).length, 2);
  });

  const below = (server: Server, options = plain) => createConnectionChildren(server, options);
  const message = (of: string, content: object) => [
    { kind: 'message', address: of, sinkId: undefined, message: content },
  ];

  it('have their sinks below them, as the user wants them', () => {
    const [server = bad] = signedIn(some);
    assert.deepEqual(names(below(server)), ['items', 'orders']);
    assert.deepEqual(names(below(server, { ...plain, runningFirst: true })), ['orders', 'items']);
    assert.deepEqual(names(below(server, { ...plain, hideFinished: true })), ['orders', '(hidden)']);
    assert.ok(below(server).every((node) => node.address === address));
  });

  it('have what is to be said of them in the sinks’ place', () => {
    assert.deepEqual(below(bad), message('x y', { kind: 'badAddress', problem: 'notAnAddress' }));
    assert.deepEqual(below(signedOut), message('http://out', { kind: 'signedOut' }));
    assert.deepEqual(below(waiting), message('http://waiting', { kind: 'loading' }));
    const [empty = bad] = signedIn(emptySnapshot);
    assert.deepEqual(below(empty), message(address, { kind: 'loading' }));
    const failure = { kind: 'unauthorized' } as const;
    const [refused = bad] = signedIn({ ...emptySnapshot, sinksLoad: { ...neverLoaded, failure } });
    assert.deepEqual(below(refused), message(address, { kind: 'failed', failure }));
  });

  it('keep the sinks that are known beside a refused token', () => {
    const [server = bad] = signedIn({
      ...some,
      sinksLoad: { ...loaded, failure: { kind: 'unauthorized' } },
    });
    assert.deepEqual(names(below(server)), ['items', 'orders']);
  });
});
