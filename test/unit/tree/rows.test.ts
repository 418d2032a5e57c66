import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { DatedConnectionTest } from '../../../src/model/Database.ts';
import type { Failure } from '../../../src/model/failure.ts';
import { neverLoaded } from '../../../src/model/LoadState.ts';
import { trackProgress } from '../../../src/model/progress/trackProgress.ts';
import { addToQueue } from '../../../src/model/queue/BackfillQueue.ts';
import { findBackfill, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { setLocale } from '../../../src/text/format.ts';
import type { Row } from '../../../src/tree/RowKind.ts';
import { useVscodeStub } from '../../bench/vscodeStub.ts';
import { monitorOf } from '../monitorOf.ts';
import { backfill, connectionTo, loaded, now, serversOf, sink, snapshotOf } from '../samples.ts';

useVscodeStub();
const { backfillRow } = await import('../../../src/tree/rows/backfill.ts');
const { connectionRow } = await import('../../../src/tree/rows/connection.ts');
const { databaseRow, databasesRow } = await import('../../../src/tree/rows/database.ts');
const { messageRow } = await import('../../../src/tree/rows/message.ts');
const { sinkRow } = await import('../../../src/tree/rows/sink.ts');

const address = 'http://localhost:7376';
const hour = 3600_000;
const completed = { state: 'completed', insertedAt: now - 3 * hour, completedAt: now - 2 * hour };

/** Creates a snapshot with one sink, `s`, and its backfills `b0`, `b1`, … */
function createSnapshot(backfills: readonly Partial<Backfill>[], sinkChanges = {}): Snapshot {
  return snapshotOf(
    [sink({ id: 's', ...sinkChanges })],
    backfills.map((changes, index) => backfill({ id: `b${index}`, sinkId: 's', ...changes })),
    { backfillListLoads: new Map([['s', loaded]]) },
  );
}

function createServer(snapshot: Snapshot, isSample = false) {
  const [server] = serversOf(monitorOf(snapshot, connectionTo(address, isSample ? { isSample } : {})));
  return server ?? assert.fail();
}

const renderBackfill = (snapshot: Snapshot): Row =>
  backfillRow.render(
    { kind: 'backfill', connectionId: address, sinkId: 's', backfillId: 'b0' },
    createServer(snapshot),
    false,
  ) ?? assert.fail('the backfill has no row');
const renderSink = (snapshot: Snapshot, isExpanded = false): Row =>
  sinkRow.render({ kind: 'sink', connectionId: address, sinkId: 's' }, createServer(snapshot), isExpanded) ??
  assert.fail('the sink has no row');
const formatRow = ({ label, description, icon }: Row): string => `${icon?.id ?? ''} ${label} ${description}`;

describe('the row of a backfill', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  it('shows the place in the queue, and offers the actions of the queue, while the backfill is queued', () => {
    const backfills = Array.from({ length: 24 }, (_, index) =>
      backfill({ id: `b${index}`, state: 'paused' }),
    );
    const renderAt = (position: number): Row =>
      renderBackfill({
        ...createSnapshot([{ state: 'paused' }]),
        queue: addToQueue(undefined, [...backfills.slice(1, position), backfills[0] ?? assert.fail()], 2),
      });
    assert.deepEqual(
      [1, 2, 3, 4, 11, 12, 13, 21, 22, 23].map((position) => renderAt(position).description),
      ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '22nd', '23rd'].map(
        (ordinal) => `Queued · ${ordinal}`,
      ),
    );
    const { contextValue, icon, accessibleLabel } = renderAt(3);
    assert.equal(contextValue, 'sequin.backfill;queued;cancel');
    assert.equal(icon?.id, 'clock');
    assert.equal(accessibleLabel, 'public.orders, Queued, 3rd');
    assert.notEqual(renderAt(3).stateKey, renderAt(2).stateKey);
  });

  const texts: readonly [changes: Partial<Backfill>, text: string, accessibleLabel: string][] = [
    [{}, 'sync public.orders 47%', 'public.orders, Running, 47%'],
    [{ state: 'paused' }, 'debug-pause public.orders Paused at 47%', 'public.orders, Paused at 47%'],
    [
      completed,
      'pass public.orders 2 h ago · 94K rows · 1 h',
      'public.orders, Completed, 2 h ago, 94K rows, 1 h',
    ],
    [
      { state: 'cancelled', canceledAt: now - hour },
      'circle-slash public.orders at 47% · 1 h ago',
      'public.orders, Cancelled, at 47%, 1 h ago',
    ],
    [
      { state: 'failed', updatedAt: now - hour },
      'error public.orders at 47% · 1 h ago',
      'public.orders, Failed, at 47%, 1 h ago',
    ],
    [{ state: 'rewinding' }, 'question public.orders rewinding · 47%', 'public.orders, rewinding, 47%'],
  ];
  for (const [changes, text, accessibleLabel] of texts) {
    it(`shows the state and the figures in at most 28 characters: ${text}`, () => {
      const row = renderBackfill(createSnapshot([changes]));
      assert.equal(formatRow(row), text);
      assert.equal(row.accessibleLabel, accessibleLabel);
      assert.ok(row.description.length <= 28);
    });
  }

  it('shows that the backfill is stalled, and the cause', () => {
    for (const [status, cause] of [
      ['paused', 'sink paused'],
      ['disabled', 'sink disabled'],
    ]) {
      const row = renderBackfill(createSnapshot([{ updatedAt: now - hour }], { status }));
      assert.equal(formatRow(row), `warning public.orders ${cause} · 1 h`);
      assert.equal(row.accessibleLabel, `public.orders, Stalled, 47%, ${cause}, 1 h`);
    }
  });

  it('shows a warning if the backfill completed with delivery errors', () => {
    const failure = { since: now - 3 * hour, notBefore: null, until: null };
    const health = {
      status: 'error',
      checks: [{ name: 'Message delivery', status: 'error', error: 'status 500' }],
    };
    const row = renderBackfill({
      ...createSnapshot([completed], { health }),
      deliveryFailures: new Map([['s', [failure]]]),
    });
    assert.equal(formatRow(row), 'warning public.orders delivery errors · 2 h ago · 94K rows · 1 h');
    assert.match(row.accessibleLabel, /^public\.orders, Completed with delivery errors, /);
  });

  it('shows only the pending change, and offers actions only when the next change is possible', () => {
    const write = { kind: 'change', change: 'pause', sinkId: 's', backfillId: 'b0' } as const;
    const blocked = { ...createSnapshot([{}]), blockedWriteKeys: new Set(['b0']) };
    const row = renderBackfill({ ...blocked, pendingWrites: new Map([['b0', write]]) });
    assert.equal(formatRow(row), 'loading~spin public.orders pausing…');
    for (const { contextValue } of [row, renderBackfill(blocked)]) {
      assert.equal(contextValue, 'sequin.backfill');
    }
  });

  it('is labeled with the start time if all backfills of the sink are of the same table', () => {
    const other = { ...completed, insertedAt: now - 400 * 24 * hour };
    const row = renderBackfill(createSnapshot([completed, other]));
    assert.equal(formatRow(row), 'pass 9:00 AM 94K rows · 1 h');
    assert.equal(row.accessibleLabel, 'public.orders, Completed, 2 h ago, 94K rows, 1 h');
    const getLabel = (hoursAgo: number) =>
      renderBackfill(createSnapshot([{ insertedAt: now - hoursAgo * hour }, completed])).label;
    assert.equal(getLabel(50), 'Jun 13, 10:00 AM');
    assert.equal(getLabel(400 * 24), 'May 11, 2025');
  });

  it('is labeled with the table if the sink has backfills of several tables, or if not all backfills are loaded', () => {
    const snapshot = createSnapshot([{}, completed]);
    const isLabeledWithTable = (rendered: Snapshot): boolean =>
      renderBackfill(rendered).label === 'public.orders';
    assert.ok(isLabeledWithTable(createSnapshot([{}, { ...completed, table: 'public.items' }])));
    assert.ok(isLabeledWithTable({ ...snapshot, backfillListLoads: new Map() }));
    assert.ok(!isLabeledWithTable(snapshot));
  });

  it('is labeled with the last known name of the table if several tables were dropped', () => {
    const dropped = { ...completed, table: null, droppedTable: 'public.orders' };
    const row = renderBackfill(createSnapshot([dropped, { ...dropped, droppedTable: 'public.items' }]));
    assert.equal(row.label, 'public.orders (dropped)');
  });
});

describe('the row above databases', () => {
  const failure = { kind: 'internal' } as const;
  const cases: readonly [
    expected: string,
    condition: string,
    failedTestCount: number,
    changes?: Partial<Snapshot>,
  ][] = [
    ['3', 'for three databases', 0],
    ['1 connection test failed', 'if a connection test failed', 1],
    ['2 connection tests failed', 'if several connection tests failed', 2],
    [
      'couldn’t be refreshed',
      'if the latest request failed, even if connection tests failed',
      2,
      { databasesLoad: { ...neverLoaded, failure } },
    ],
    [
      'couldn’t be read',
      'if the only database is unreadable',
      0,
      { databasesLoad: { ...neverLoaded, skipped: { databases: 1 } }, databases: new Map() },
    ],
    [
      'couldn’t be loaded',
      'if the first request failed',
      0,
      { databasesLoad: { ...neverLoaded, failure }, databases: new Map() },
    ],
  ];
  for (const [expected, condition, failedTestCount, changes] of cases) {
    it(`shows "${expected}" ${condition}`, () => {
      const ids = ['a', 'b', 'c'];
      const snapshot: Snapshot = {
        ...createSnapshot([]),
        databases: new Map(
          ids.map((id) => [id, { id, name: id, hostname: null, port: null, database: null }]),
        ),
        connectionTests: new Map(
          ids.map((id, index) => [
            id,
            index < failedTestCount
              ? { isPassed: false, reason: null, testedAt: now }
              : { isPassed: true, testedAt: now },
          ]),
        ),
        ...changes,
      };
      const node = { kind: 'databases', connectionId: address } as const;
      const row = databasesRow.render(node, createServer(snapshot), false);
      assert.equal(row?.description, expected);
      assert.equal(row.icon?.id, expected === '3' ? 'database' : 'warning');
    });
  }
});

describe('the row of a database', () => {
  const database = { id: 'd', name: 'shop', hostname: 'db', port: 5432, database: 'shop' };
  const cases: [string, DatedConnectionTest | undefined, string][] = [
    ['that was not tested', undefined, 'database shop 1 sink · db:5432'],
    ['that Sequin can connect to', { isPassed: true, testedAt: now }, 'database shop 1 sink · db:5432'],
    [
      'that Sequin can’t connect to',
      { isPassed: false, reason: null, testedAt: now },
      'error shop connection test failed · 1 sink · db:5432',
    ],
    [
      'that Sequin couldn’t connect to two hours ago',
      { isPassed: false, reason: null, testedAt: now - 2 * hour },
      'error shop connection test failed 2 h ago · 1 sink · db:5432',
    ],
  ];
  for (const [title, test, expected] of cases) {
    it(`describes a database ${title}`, () => {
      const snapshot = {
        ...createSnapshot([]),
        databases: new Map([['d', database]]),
        connectionTests: new Map(test === undefined ? [] : [['d', test]]),
      };
      const node = { kind: 'database', connectionId: address, databaseId: 'd' } as const;
      const row = databaseRow.render(node, createServer(snapshot), false);
      assert.equal(formatRow(row ?? assert.fail()), expected);
    });
  }
});

describe('the row of a sink', () => {
  it('counts queued and paused backfills separately', () => {
    const paused = { state: 'paused' };
    const snapshot = createSnapshot([paused, paused, paused]);
    const waiting = [...(snapshot.backfills.get('s')?.values() ?? [])].slice(1);
    const row = renderSink({ ...snapshot, queue: addToQueue(undefined, waiting, 1) });
    assert.equal(row.description, '2 queued · 1 paused · Kafka');
    assert.notEqual(row.stateKey, renderSink(snapshot).stateKey);
  });

  it('shows a warning if a backfill of the sink is stalled, even if the sink is healthy', () => {
    const snapshot = createSnapshot([{ updatedAt: now - hour }]);
    const [running, owner] = [findBackfill(snapshot, 's', 'b0'), snapshot.sinks.get('s')];
    assert.ok(running && owner);
    const track = trackProgress(trackProgress(undefined, running, now - hour, owner), running, now, owner);
    const row = renderSink({ ...snapshot, progressTracks: new Map([['b0', track]]) });
    assert.equal(formatRow(row), 'warning orders-kafka 1 stalled · Kafka');
    assert.equal(renderSink(snapshot).icon?.id, 'pass-filled');
  });

  it('shows the status of a sink that is not active after the number of stalled backfills', () => {
    const stream = { destination: { type: 'sequin_stream', address: null, fields: {} } };
    const disabled = renderSink(
      createSnapshot([{ updatedAt: now - hour }], { ...stream, status: 'disabled' }),
    );
    assert.equal(formatRow(disabled), 'circle-slash orders-kafka 1 stalled · Disabled · Sequin Stream');
    assert.equal(disabled.accessibleLabel, 'orders-kafka, 1 stalled, Disabled, Sequin Stream');
  });

  it('has a label for screen readers that includes its health', () => {
    const row = renderSink(createSnapshot([{}, { state: 'paused' }]));
    assert.equal(formatRow(row), 'pass-filled orders-kafka 1 running · 47% · 1 paused · Kafka');
    assert.equal(row.accessibleLabel, 'orders-kafka, Active, Healthy, 1 running, 47%, 1 paused, Kafka');
    const resumed = renderSink(createSnapshot([], { health: { status: 'paused', checks: [] } }));
    assert.equal(resumed.accessibleLabel, 'orders-kafka, Active, Initializing, Kafka');
  });
});

describe('rows while the server is offline', () => {
  const makeOffline = (snapshot: Snapshot, failure: Failure): Snapshot => ({
    ...snapshot,
    sinksLoad: { ...snapshot.sinksLoad, failure },
  });
  const snapshot = createSnapshot([{}]);
  const refused = { kind: 'network', reason: 'refused' } as const;

  it('are gray and offer no action', () => {
    for (const failure of [refused, { kind: 'unauthorized' } as const]) {
      const [backfillOffline, sinkOffline] = [renderBackfill, renderSink].map((render) =>
        render(makeOffline(snapshot, failure)),
      );
      assert.deepEqual(backfillOffline?.icon, { id: 'sync', color: 'descriptionForeground' });
      assert.deepEqual(sinkOffline?.icon, { id: 'pass-filled', color: 'descriptionForeground' });
      assert.equal(backfillOffline.contextValue, 'sequin.backfill');
      assert.equal(sinkOffline.contextValue, 'sequin.sink');
    }
  });

  it('stay the same while the server is slow but reachable', () => {
    const row = renderBackfill(makeOffline(snapshot, { kind: 'timeout', afterMs: 30_000 }));
    assert.equal(row.icon?.color, 'charts.blue');
    assert.match(row.contextValue, /pause/);
  });

  it('show the time of the data in the row of the connection', () => {
    const row = connectionRow.render(
      { kind: 'connection', connectionId: address },
      createServer(makeOffline(snapshot, refused)),
      true,
    );
    assert.equal(row?.description, 'unreachable · as of 12:00 PM · 1 running · 1 sink');
  });
});

describe('rows of sample data', () => {
  it('are marked as sample data, because no console can open them', () => {
    const server = createServer(createSnapshot([{}]), true);
    const ids = { connectionId: address, sinkId: 's' };
    const rows = [
      sinkRow.render({ kind: 'sink', ...ids }, server, true),
      backfillRow.render({ kind: 'backfill', ...ids, backfillId: 'b0' }, server, false),
    ];
    assert.deepEqual(
      rows.map((row) => row?.contextValue.split(';').slice(0, 2)),
      [
        ['sequin.sink', 'sample'],
        ['sequin.backfill', 'sample'],
      ],
    );
  });
});

describe('the row of an expanded sink', () => {
  it('shows no progress, because the rows below show it', () => {
    const snapshot = createSnapshot([{}]);
    assert.equal(renderSink(snapshot).description, '1 running · 47% · Kafka');
    assert.equal(renderSink(snapshot, true).description, '1 running · Kafka');
    assert.notEqual(renderSink(snapshot).stateKey, renderSink(snapshot, true).stateKey);
  });
});

describe('the row of a connection', () => {
  it('shows the numbers of stalled and running backfills', () => {
    const render = (snapshot: Snapshot) =>
      connectionRow.render({ kind: 'connection', connectionId: address }, createServer(snapshot), true)
        ?.description;
    assert.equal(render(createSnapshot([{}, { state: 'paused' }, completed])), '1 running · 1 sink');
    assert.equal(render(createSnapshot([{}, {}], { status: 'paused' })), '2 stalled · 1 sink');
    assert.equal(render(createSnapshot([])), '1 sink');
  });

  it('shows that a connection is production even if its address is invalid', () => {
    const state = {
      kind: 'invalidAddress',
      connection: { id: 'c', name: 'Shop', address: 'x y', production: true },
      problem: 'notAnAddress',
    } as const;
    const row = connectionRow.render(
      { kind: 'connection', connectionId: 'c' },
      { state, monitor: undefined },
      true,
    );
    assert.equal(row?.description, 'production · invalid address');
  });
});

describe('the label for screen readers', () => {
  const shop = { id: 'd', name: 'shop', hostname: 'db', port: 5432, database: 'shop' };
  const snapshot: Snapshot = {
    ...createSnapshot([{}]),
    databases: new Map([['d', shop]]),
    connectionTests: new Map([['d', { isPassed: true, testedAt: now }]]),
  };
  const connectionId = address;
  const server = createServer(snapshot);
  const labels: Readonly<Record<string, [row: Row | undefined, label: string]>> = {
    connection: [
      connectionRow.render({ kind: 'connection', connectionId }, server, true),
      'localhost:7376, connected, 1 running, 1 sink',
    ],
    databases: [databasesRow.render({ kind: 'databases', connectionId }, server, false), 'Databases, 1'],
    database: [
      databaseRow.render({ kind: 'database', connectionId, databaseId: 'd' }, server, false),
      'shop, connection test passed, 1 sink, db:5432',
    ],
    message: [
      messageRow.render(
        { kind: 'message', connectionId, list: 'backfills', sinkId: 's', message: { kind: 'empty' } },
        server,
        false,
      ),
      'No backfills yet. Start Backfill…',
    ],
  };
  for (const [kind, [row, label]] of Object.entries(labels)) {
    it(`includes the meaning of the icon in the row of kind "${kind}"`, () => {
      assert.equal(row?.accessibleLabel, label);
    });
  }
});
