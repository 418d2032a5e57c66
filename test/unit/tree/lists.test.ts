import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { neverLoaded } from '../../../src/model/LoadState.ts';
import { addToQueue } from '../../../src/model/queue/BackfillQueue.ts';
import type { Server } from '../../../src/servers/ServerRegistry.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { getParentNode, type TreeNode } from '../../../src/tree/TreeNode.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { monitorOf } from '../monitorOf.ts';
import { backfill, connectionTo, loaded, now, serversOf, sink, snapshotOf } from '../samples.ts';

useVscodeStub();
const { connectionRow, listRootNodes } = await import('../../../src/tree/rows/connection.ts');
const { getRowKind } = await import('../../../src/tree/getRowKind.ts');
const { listBackfills, listSinks } = await import('../../../src/tree/rows/sink.ts');

const defaults = { hideFinished: false, runningFirst: false, showDatabases: true };
function createSnapshot(sinks: Readonly<Record<string, readonly Partial<Backfill>[]>>): Snapshot {
  return snapshotOf(
    Object.keys(sinks).map((name) => sink({ id: name, name })),
    Object.entries(sinks).flatMap(([name, backfills]) =>
      backfills.map((changes, index) =>
        backfill({ id: `${name}${index}`, sinkId: name, insertedAt: now - index, ...changes }),
      ),
    ),
  );
}

/** Creates a server with the given snapshot, as views see the server. */
const createServerView = (snapshot: Snapshot) => ({
  connection: connectionTo('http://localhost:7376'),
  snapshot,
});

const describeNodes = (nodes: readonly TreeNode[]): string[] =>
  nodes.map((node) =>
    node.kind === 'sink'
      ? node.sinkId
      : node.kind === 'backfill'
        ? node.backfillId
        : node.kind === 'message'
          ? `(${node.message.kind})`
          : node.connectionId,
  );

describe('listSinks', () => {
  const testSnapshot = createSnapshot({
    sink10: [{}],
    sink9: [{ state: 'completed' }],
    Beta: [{ state: 'paused' }],
    alpha: [],
  });

  it('sorts sinks by name and compares digits as numbers', () => {
    assert.deepEqual(describeNodes(listSinks(createServerView(testSnapshot), defaults)), [
      'alpha',
      'Beta',
      'sink9',
      'sink10',
    ]);
  });

  it('lists sinks with running backfills first if the option is on', () => {
    assert.deepEqual(
      describeNodes(listSinks(createServerView(testSnapshot), { ...defaults, runningFirst: true })),
      ['sink10', 'alpha', 'Beta', 'sink9'],
    );
  });

  it('hides sinks without unfinished backfills if the option is on, and reports their number', () => {
    assert.deepEqual(
      describeNodes(listSinks(createServerView(testSnapshot), { ...defaults, hideFinished: true })),
      ['Beta', 'sink10', '(hidden)'],
    );
  });

  it('does not hide sinks with failing health checks', () => {
    const failing = sink({ id: 'alpha', name: 'alpha', health: { status: 'error', checks: [] } });
    const snapshot = { ...testSnapshot, sinks: new Map([...testSnapshot.sinks, ['alpha', failing]]) };
    assert.deepEqual(
      describeNodes(listSinks(createServerView(snapshot), { ...defaults, hideFinished: true })),
      ['alpha', 'Beta', 'sink10', '(hidden)'],
    );
  });

  it('reports the number of unreadable sinks above the other sinks, or alone if there are no others', () => {
    const sinksLoad = { ...loaded, skipped: { sinks: 1, backfills: 0 } };
    assert.deepEqual(describeNodes(listSinks(createServerView({ ...testSnapshot, sinksLoad }), defaults)), [
      '(skipped)',
      'alpha',
      'Beta',
      'sink9',
      'sink10',
    ]);
    assert.deepEqual(describeNodes(listSinks(createServerView({ ...emptySnapshot, sinksLoad }), defaults)), [
      '(skipped)',
    ]);
  });

  it('returns status rows while there are no sinks', () => {
    const failure = { kind: 'timeout', afterMs: 1 } as const;
    assert.deepEqual(describeNodes(listSinks(createServerView(emptySnapshot), defaults)), ['(loading)']);
    assert.deepEqual(
      describeNodes(
        listSinks(createServerView({ ...emptySnapshot, sinksLoad: { ...neverLoaded, failure } }), defaults),
      ),
      ['(failed)', '(help)'],
    );
    assert.deepEqual(
      describeNodes(
        listSinks(
          createServerView({ ...emptySnapshot, sinksLoad: { ...neverLoaded, failure, loading: true } }),
          defaults,
        ),
      ),
      ['(loading)'],
    );
    assert.deepEqual(
      describeNodes(listSinks(createServerView({ ...emptySnapshot, sinksLoad: loaded }), defaults)),
      ['(empty)', '(help)'],
    );
  });
});

describe('listBackfills', () => {
  const finished = { state: 'completed', completedAt: now };
  const testSnapshot = createSnapshot({ s: [{}, finished, finished, { state: 'paused' }, finished] });
  const withBackfillList = { ...testSnapshot, backfillListLoads: new Map([['s', loaded]]) };

  it('lists unfinished backfills above finished ones, and both from newest to oldest', () => {
    const known = [...(testSnapshot.backfills.get('s') ?? [])].reverse();
    const shuffled = { ...withBackfillList, backfills: new Map([['s', new Map(known)]]) };
    assert.deepEqual(
      describeNodes(listBackfills(createServerView(shuffled), 's', { ...defaults, maxBackfills: 50 })),
      ['s0', 's3', 's1', 's2', 's4'],
    );
  });

  it('lists queued backfills below the other unfinished ones, in the order of the queue', () => {
    const paused = { state: 'paused' };
    const snapshot = createSnapshot({ s: [finished, paused, paused, {}, paused] });
    const [, first, , , last] = snapshot.backfills.get('s')?.values() ?? [];
    const queue = addToQueue(undefined, [last ?? assert.fail(), first ?? assert.fail()], 1);
    const view = createServerView({ ...snapshot, queue, backfillListLoads: new Map([['s', loaded]]) });
    assert.deepEqual(describeNodes(listBackfills(view, 's', { ...defaults, maxBackfills: 50 })), [
      's2',
      's3',
      's4',
      's1',
      's0',
    ]);
  });

  it('limits the number of backfills, and offers to show more', () => {
    assert.deepEqual(
      describeNodes(listBackfills(createServerView(withBackfillList), 's', { ...defaults, maxBackfills: 2 })),
      ['s0', 's3', '(more)'],
    );
  });

  it('returns the known backfills while the backfill list is loading', () => {
    assert.deepEqual(
      describeNodes(listBackfills(createServerView(testSnapshot), 's', { ...defaults, maxBackfills: 50 })),
      ['s0', 's3', 's1', 's2', 's4', '(loading)'],
    );
  });

  it('keeps known backfills after a failed load', () => {
    const failed = { ...loaded, failure: { kind: 'cancelled' } as const };
    const rows = describeNodes(
      listBackfills(createServerView({ ...testSnapshot, backfillListLoads: new Map([['s', failed]]) }), 's', {
        ...defaults,
        maxBackfills: 50,
      }),
    );
    assert.deepEqual(rows, ['(failed)', 's0', 's3', 's1', 's2', 's4']);
  });

  it('hides finished backfills if the option is on, and reports their number', () => {
    const rows = describeNodes(
      listBackfills(createServerView(withBackfillList), 's', { hideFinished: true, maxBackfills: 50 }),
    );
    assert.deepEqual(rows, ['s0', 's3', '(hidden)']);
  });

  it('returns status rows for a sink without backfills', () => {
    const none = { ...createSnapshot({ s: [] }), backfillListLoads: new Map([['s', loaded]]) };
    assert.deepEqual(
      describeNodes(listBackfills(createServerView(none), 's', { ...defaults, maxBackfills: 50 })),
      ['(empty)', '(help)'],
    );
  });
});

describe('tree rows', () => {
  const testSnapshot = createSnapshot({ orders: [{}], items: [] });
  const address = 'http://localhost:7376';

  const createServers = (snapshot: Snapshot, serverAddress = address, fields = {}): Server[] =>
    serversOf(monitorOf(snapshot, connectionTo(serverAddress, fields)));
  const signedOut: Server = {
    state: { kind: 'signedOut', connection: connectionTo('http://out') },
    monitor: undefined,
  };
  const invalid: Server = {
    state: {
      kind: 'invalidAddress',
      connection: { id: 'x y', name: 'Bad', address: 'x y', production: false },
      problem: 'notAnAddress',
    },
    monitor: undefined,
  };
  const connecting: Server = {
    state: { kind: 'signedIn', connection: connectionTo('http://connecting'), tokenVersion: 1 },
    monitor: undefined,
  };

  it('don’t exist without a signed-in connection, so VS Code shows the welcome content', () => {
    assert.deepEqual(listRootNodes([], defaults), []);
    for (const server of [signedOut, invalid, connecting]) {
      assert.deepEqual(listRootNodes([server], defaults), []);
    }
  });

  it('are the sinks if there is only one connection', () => {
    assert.deepEqual(listRootNodes(createServers(testSnapshot), defaults), [
      { kind: 'sink', connectionId: address, sinkId: 'items' },
      { kind: 'sink', connectionId: address, sinkId: 'orders' },
    ]);
    const options = { hideFinished: true, runningFirst: true, showDatabases: true };
    assert.deepEqual(describeNodes(listRootNodes(createServers(testSnapshot), options)), [
      'orders',
      '(hidden)',
    ]);
  });

  it('are the connections in the order of the settings if there are several connections, whatever their status', () => {
    const servers = [invalid, ...createServers(testSnapshot), signedOut, connecting];
    assert.deepEqual(listRootNodes(servers, defaults), [
      { kind: 'connection', connectionId: 'x y' },
      { kind: 'connection', connectionId: address },
      { kind: 'connection', connectionId: 'http://out' },
      { kind: 'connection', connectionId: 'http://connecting' },
    ]);
    assert.equal(listRootNodes([signedOut, invalid], defaults).length, 2);
  });

  it('include a marked row with its own menu for sample data, even without other connections', () => {
    const [server = invalid] = createServers(testSnapshot, address, { isSample: true });
    const [row, ...others] = listRootNodes([server], defaults);
    assert.ok(row?.kind === 'connection' && others.length === 0);
    const rendered = connectionRow.render(row, server, false);
    assert.match(rendered?.description ?? '', /^simulated/);
    assert.match(rendered?.contextValue ?? '', /^sequin\.sampleData;/);
  });

  const createChildren = (server: Server, options = defaults) =>
    connectionRow.getChildren?.({ kind: 'connection', connectionId: address }, server, {
      ...options,
      maxBackfills: 50,
    }) ?? [];
  const message = (messageAddress: string, content: object) => [
    { kind: 'message', connectionId: messageAddress, list: 'sinks', sinkId: undefined, message: content },
  ];

  it('below a connection are its sinks, with the display options applied', () => {
    const [server = invalid] = createServers(testSnapshot);
    assert.deepEqual(describeNodes(createChildren(server)), ['items', 'orders']);
    assert.deepEqual(describeNodes(createChildren(server, { ...defaults, runningFirst: true })), [
      'orders',
      'items',
    ]);
    assert.deepEqual(describeNodes(createChildren(server, { ...defaults, hideFinished: true })), [
      'orders',
      '(hidden)',
    ]);
    assert.ok(createChildren(server).every((node) => node.connectionId === address));
  });

  it('below a connection without known sinks are status rows', () => {
    assert.deepEqual(
      createChildren(invalid),
      message('x y', { kind: 'invalidAddress', problem: 'notAnAddress' }),
    );
    const tokenHelp = { kind: 'help', topic: 'token' };
    assert.deepEqual(createChildren(signedOut), [
      ...message('http://out', { kind: 'signedOut' }),
      ...message('http://out', tokenHelp),
    ]);
    assert.deepEqual(createChildren(connecting), message('http://connecting', { kind: 'loading' }));
    const [empty = invalid] = createServers(emptySnapshot);
    assert.deepEqual(createChildren(empty), message(address, { kind: 'loading' }));
    const failure = { kind: 'unauthorized' } as const;
    const [rejected = invalid] = createServers({ ...emptySnapshot, sinksLoad: { ...neverLoaded, failure } });
    assert.deepEqual(createChildren(rejected), [
      ...message(address, { kind: 'failed', failure }),
      ...message(address, tokenHelp),
    ]);
  });

  it('below a connection include the known sinks even after its token was rejected', () => {
    const [server = invalid] = createServers({
      ...testSnapshot,
      sinksLoad: { ...loaded, failure: { kind: 'unauthorized' } },
    });
    assert.deepEqual(describeNodes(createChildren(server)), ['items', 'orders']);
  });

  describe('for databases', () => {
    const failure = { kind: 'server', status: 500, retryAfterMs: undefined } as const;
    const databases = new Map([['d', { id: 'd', name: 'shop', hostname: null, port: null, database: null }]]);
    const cases: readonly [title: string, changes: Partial<Snapshot>, children: string[] | undefined][] = [
      [
        'don’t exist before the databases are loaded',
        { databasesLoad: { ...neverLoaded, loading: true } },
        undefined,
      ],
      ['don’t exist if there are no databases', { databasesLoad: loaded }, undefined],
      ['include each database', { databasesLoad: loaded, databases }, ['d']],
      [
        'are sorted by name, with digits compared as numbers',
        {
          databasesLoad: loaded,
          databases: new Map(
            ['db10', 'db9', 'a'].map((name) => [
              name,
              { id: name, name, hostname: null, port: null, database: null },
            ]),
          ),
        },
        ['a', 'db9', 'db10'],
      ],
      [
        'include a message after a failed request',
        { databasesLoad: { ...neverLoaded, failure } },
        ['failed: databases'],
      ],
      [
        'don’t exist if the sinks can’t be loaded either',
        { databasesLoad: { ...neverLoaded, failure }, sinksLoad: { ...neverLoaded, failure } },
        undefined,
      ],
      [
        'include a message above the known databases after a failed request',
        { databasesLoad: { ...loaded, failure }, databases },
        ['failed: databases', 'd'],
      ],
      [
        'include a message if some databases can’t be read',
        { databasesLoad: { ...loaded, skipped: { databases: 1 } }, databases },
        ['skipped: databases', 'd'],
      ],
      [
        'are only a message if no database can be read',
        { databasesLoad: { ...loaded, skipped: { databases: 1 } } },
        ['skipped: databases'],
      ],
      [
        'include a message while a failed request is repeated',
        { databasesLoad: { ...neverLoaded, failure, loading: true } },
        ['loading: databases'],
      ],
    ];
    for (const [title, changes, expected] of cases) {
      it(title, () => {
        const [server = invalid] = createServers({ ...testSnapshot, ...changes });
        const group = listRootNodes([server], defaults).find((node) => node.kind === 'databases');
        const children =
          group && getRowKind(group).getChildren?.(group, server, { ...defaults, maxBackfills: 50 });
        assert.deepEqual(
          children?.map((node) =>
            node.kind === 'message'
              ? `${node.message.kind}: ${node.list}`
              : node.kind === 'database' && node.databaseId,
          ),
          expected,
        );
        for (const child of children ?? []) {
          assert.deepEqual(getParentNode(child, false), group);
        }
      });
    }
  });
});
