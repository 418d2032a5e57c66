import assert from 'node:assert/strict';
import { createPageContent } from '../../../src/detail/pageContent.ts';
import type { SinkPage } from '../../../src/detail/protocol.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Failure } from '../../../src/model/failure.ts';
import type { ProgressHistory } from '../../../src/model/history/history.ts';
import type { HealthCheck, Sink } from '../../../src/model/Sink.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, connectionTo, loaded, now, sink, snapshotOf } from '../samples.ts';

const connection = connectionTo('http://localhost:7376');
const ref = { connectionId: connection.id, sinkId: sink().id };
const minute = 60_000;

describe('the page of a sink', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const createSnapshot = (
    overrides: Partial<Sink> = {},
    backfills: readonly Backfill[] = [],
    snapshotOverrides: Partial<Snapshot> = {},
  ): Snapshot =>
    snapshotOf([sink(overrides)], backfills, {
      backfillListLoads: new Map([[ref.sinkId, loaded]]),
      ...snapshotOverrides,
    });

  function createContent(snapshot: Snapshot, failure?: Failure, lastPage: SinkPage | null = null) {
    const content = createPageContent(ref, { connection, snapshot, serverNow: now }, { failure, lastPage });
    // The page receives the content as JSON.
    assert.deepEqual(JSON.parse(JSON.stringify(content)), content);
    const { page, notice } = content;
    assert.ok(page?.kind !== 'backfill');
    return { page, notice };
  }

  const createPage = (...args: Parameters<typeof createSnapshot>): SinkPage =>
    createContent(createSnapshot(...args)).page ?? assert.fail('no page');
  const createHealth = (...checks: HealthCheck[]) => ({ health: { status: 'error', checks } });
  const listButtons = ({ buttons }: SinkPage) =>
    buttons.map(({ id, kind, enabled }) => `${id} ${kind}${enabled ? '' : ' (off)'}`);
  const quietButtons = ['openInConsole quiet', 'copySinkName quiet', 'copyLink quiet'];

  it('shows the name, the destination, the status and the health checks of the sink', () => {
    const { title, tabTitle, subtitle, state, diagnosis, checks } = createPage();
    assert.deepEqual(
      [title, tabTitle, subtitle],
      ['orders-kafka', 'orders-kafka', 'Kafka · orders @ kafka:9092'],
    );
    assert.deepEqual(state, { id: 'healthy', name: 'Active · Healthy', icon: 'pass-filled' });
    assert.equal(diagnosis, null);
    assert.deepEqual(
      checks.map(({ name }) => name),
      ['Message delivery'],
    );
  });

  const activeSinkButtons = ['pauseSink secondary', 'disableSink secondary', ...quietButtons];
  const checkError = { name: 'Message delivery', status: 'error', error: 'status 500' };
  const createStalledBackfill = (updatedAt: number, table = 'public.orders') =>
    backfill({ id: table, table, updatedAt });
  const diagnoses: readonly {
    readonly name: string;
    readonly sink: Partial<Sink>;
    readonly backfills?: readonly Backfill[];
    readonly title: RegExp;
    readonly text: RegExp;
    readonly button: string | undefined;
    readonly buttons: readonly string[];
    readonly announcement: string;
    readonly state: string;
  }[] = [
    {
      name: 'a paused sink',
      sink: { status: 'paused' },
      backfills: [backfill()],
      title: /^The sink is paused$/,
      text: /on hold\. Resume the sink/,
      button: 'resumeSink',
      buttons: ['startBackfill secondary', 'disableSink secondary', ...quietButtons],
      announcement: 'Paused, The sink is paused',
      state: 'paused',
    },
    {
      name: 'a disabled sink',
      sink: { status: 'disabled' },
      title: /^The sink is disabled$/,
      text: /Enable the sink/,
      button: 'enableSink',
      buttons: ['startBackfill secondary', ...quietButtons],
      announcement: 'Disabled, The sink is disabled',
      state: 'disabled',
    },
    {
      name: 'failing deliveries of a running backfill',
      sink: createHealth(checkError),
      backfills: [createStalledBackfill(now - 5 * minute)],
      title: /^Deliveries failing since 11:55\sAM \(5 min\)$/,
      announcement: 'Active · Error, delivery failing',
      text: /status 500\. .* Fix the destination/,
      button: 'openInConsole',
      buttons: [
        'startBackfill secondary',
        'pauseSink secondary',
        'disableSink secondary',
        ...quietButtons.slice(1),
      ],
      state: 'error',
    },
    {
      name: 'failing deliveries without a backfill',
      sink: createHealth(checkError),
      title: /^A health check is failing$/,
      announcement: 'Active · Error, A health check is failing',
      text: /status 500\. .* Fix the destination/,
      button: 'openInConsole',
      buttons: [
        'startBackfill secondary',
        'pauseSink secondary',
        'disableSink secondary',
        ...quietButtons.slice(1),
      ],
      state: 'error',
    },
    {
      name: 'a dropped table, and leaves the button that cancels the backfill to the page of the backfill',
      sink: {},
      backfills: [backfill({ table: null, droppedTable: 'public.orders' })],
      title: /^1 backfill stalled: public\.orders \(dropped\)$/,
      announcement: 'Active · Healthy, 1 backfill stalled: public.orders (dropped)',
      text: /Cancel the backfill/,
      button: undefined,
      buttons: ['startBackfill primary', ...activeSinkButtons],
      state: 'warning',
    },
  ];
  for (const { name, title, text, button, buttons, announcement, state, ...given } of diagnoses) {
    it(`explains ${name}`, () => {
      const page = createPage(given.sink, given.backfills);
      assert.match(page.diagnosis?.title ?? '', title);
      assert.match(page.diagnosis?.text ?? '', text);
      assert.equal(page.diagnosis?.button?.id, button);
      assert.deepEqual(listButtons(page), buttons);
      assert.equal(page.announcement, announcement);
      assert.equal(page.state.id, state);
    });
  }

  it('lists the tables of all stalled backfills, the longest stall first', () => {
    const { diagnosis } = createPage({}, [
      backfill({ id: 'a', table: null, droppedTable: 'public.a', updatedAt: now - minute }),
      backfill({ id: 'b', table: null, droppedTable: 'public.b', updatedAt: now - 5 * minute }),
    ]);
    assert.equal(diagnosis?.title, '2 backfills stalled: public.b (dropped), public.a (dropped)');
  });

  describe('while the sink is resuming', () => {
    const history: ProgressHistory = {
      samples: [],
      events: [{ kind: 'resumed', at: now - 5_000, by: 'sink' }],
      firstObservedAt: now - minute,
      observedAt: now,
    };
    const resuming = backfill({ id: 'a', table: 'public.a', rowsProcessed: 1 });
    const dropped = backfill({ id: 'b', table: null, droppedTable: 'public.b', updatedAt: now - 1_000 });
    const createDiagnosis = (...backfills: Backfill[]) =>
      createPage({}, backfills, { progressHistories: new Map([[resuming.id, history]]) }).diagnosis;

    it('says that the backfills usually continue soon', () => {
      const { severity, title } = createDiagnosis(resuming) ?? {};
      assert.deepEqual([severity, title], ['info', 'Resuming, usually within 15 s']);
    });

    it('explains the backfill that is stalled nevertheless, and lists no other table', () => {
      const { severity, title } = createDiagnosis(resuming, dropped) ?? {};
      assert.deepEqual([severity, title], ['warning', '1 backfill stalled: public.b (dropped)']);
    });
  });

  it('shows the current delivery rate if there are metrics', () => {
    const rates = new Map([[ref.sinkId, { deliveredPerSecond: 1_204, failedPerSecond: 0 }]]);
    const samples = [{ at: now, counters: new Map() }];
    const deliveries = { samples, rates, ofBackfills: new Map() };
    const { figures } = createPage({}, [], { metrics: { url: '', failure: undefined, deliveries } });
    assert.deepEqual(figures[0], { label: 'Deliveries', value: '1,204/s' });
    assert.deepEqual(createPage().figures, []);
  });

  it('shows no error for a check whose error the diagnosis quotes', () => {
    assert.equal(createPage(createHealth(checkError)).checks[0]?.error, null);
  });

  it('shows a pending action, and disables all buttons that change the status', () => {
    const write = { kind: 'changeSink', action: 'pauseSink', sinkId: ref.sinkId } as const;
    const page = createPage({}, [], {
      pendingWrites: new Map([[ref.sinkId, write]]),
      blockedWriteKeys: new Set([ref.sinkId]),
    });
    assert.equal(page.pendingText, 'pausing…');
    assert.deepEqual(listButtons(page), [
      'startBackfill primary',
      'pauseSink secondary (off)',
      'disableSink secondary (off)',
      ...quietButtons,
    ]);
  });

  it('shows a resumed sink as initializing while Sequin still reports its health as paused', () => {
    const { state } = createPage({ health: { status: 'paused', checks: [] } });
    assert.deepEqual(state, { id: 'initializing', name: 'Active · Initializing', icon: 'circle-outline' });
  });

  describe('with its list of backfills', () => {
    const hour = 60 * minute;
    const createFinished = (id: string, hoursAgo: number, overrides: Partial<Backfill> = {}) =>
      backfill({
        id,
        state: 'completed',
        rowsProcessed: 200_000,
        insertedAt: now - hoursAgo * hour,
        updatedAt: now - hoursAgo * hour + minute,
        completedAt: now - hoursAgo * hour + minute,
        ...overrides,
      });

    it('lists the unfinished backfills first, then the finished backfills from newest to oldest', () => {
      const { backfills } = createPage({}, [
        createFinished('old', 50, { table: 'public.old' }),
        createFinished('new', 2, { table: 'public.new', state: 'cancelled', rowsProcessed: 94_000 }),
        backfill({ id: 'paused', state: 'paused', table: 'public.paused' }),
      ]);
      assert.deepEqual(
        backfills.rows.map(({ backfillId, state, cells }) => [backfillId, state, ...cells.slice(0, 4)]),
        [
          ['paused', 'paused', 'public.paused', 'Paused at 47%', '1 min ago', '94,000'],
          ['new', 'cancelled', 'public.new', 'Cancelled · at 47%', '2 h ago', '94,000'],
          ['old', 'completed', 'public.old', 'Completed', '2 d ago', '200,000'],
        ],
      );
      assert.equal(backfills.note, null);
    });

    it('lists queued backfills in the order of the queue, with their positions', () => {
      const waiting = backfill({ id: 'waiting', state: 'paused' });
      const progress = {
        phase: 'waiting',
        resumedAt: null,
        cancelingSince: null,
        rejections: 0,
        rows: null,
      } as const;
      const item = { sinkId: ref.sinkId, backfillId: 'waiting', ...progress };
      const next = backfill({ id: 'next', state: 'paused', insertedAt: waiting.insertedAt + minute });
      const { backfills } = createPage({}, [next, waiting], {
        queue: { limit: 1, items: [item, { ...item, backfillId: 'next' }] },
      });
      const [row] = backfills.rows;
      assert.deepEqual([row?.cells[1], row?.icon, row?.fraction], ['Queued · 1st', 'clock', 0.47]);
      assert.deepEqual(
        backfills.rows.map(({ backfillId }) => backfillId),
        ['waiting', 'next'],
      );
    });

    const many = Array.from({ length: 30 }, (_, index) => createFinished(`b${index}`, index));
    const notes: readonly (readonly [
      string,
      readonly Backfill[],
      Snapshot['sinksLoad'] | undefined,
      string,
    ])[] = [
      ['the backfills are loading', [], undefined, 'Loading backfills…'],
      ['there are no backfills', [], loaded, 'No backfills yet.'],
      [
        'the list shows only some backfills',
        many,
        { ...loaded, olderCount: 12 },
        'Showing 20 of 42 backfills.',
      ],
      [
        'the last request failed',
        [],
        { ...loaded, failure: { kind: 'timeout', afterMs: 20_000 } },
        'localhost:7376 didn’t respond within 20 s.',
      ],
    ];
    for (const [condition, backfills, load, note] of notes) {
      it(`has a note if ${condition}`, () => {
        const loads = new Map(load === undefined ? [] : [[ref.sinkId, load]]);
        const page = createPage({}, backfills, { backfillListLoads: loads });
        assert.equal(page.backfills.note, note);
        assert.equal(page.backfills.showAllLabel, backfills.length > 20 ? 'Show All' : null);
      });
    }
  });

  describe('with its list of tables', () => {
    const day = 24 * 60 * minute;
    const createCompleted = (table: string, daysAgo: number) =>
      backfill({
        id: `${table} ${daysAgo}`,
        table,
        state: 'completed',
        rowsProcessed: 200_000,
        insertedAt: now - daysAgo * day,
        completedAt: now - daysAgo * day + minute,
      });
    const createSource = (...includeTables: string[]) => ({
      source: { includeSchemas: null, excludeSchemas: null, includeTables, excludeTables: null },
    });
    const orders = [createCompleted('public.orders', 9), createCompleted('public.orders', 2), backfill()];

    it('lists tables without a completed backfill first, then other tables with their last completed backfill', () => {
      const { tables } = createPage(createSource('public.orders', 'public.users'), [
        ...orders,
        backfill({ id: 'users', table: 'public.users', state: 'cancelled' }),
      ]);
      assert.deepEqual(
        tables?.rows.map(({ backfillId, cells }) => [backfillId, ...cells]),
        [
          [null, 'public.users', 'never', '–', '–'],
          ['public.orders 2', 'public.orders', '1 d ago', '200,000', '1 min'],
        ],
      );
      assert.equal(tables.summary, '1 of 2 tables has no completed backfill.');
      assert.equal(tables.note, null);
    });

    it('has a note that other tables appear after their first backfill if the sink doesn’t name its tables', () => {
      const { tables } = createPage({ source: null }, orders);
      assert.equal(tables?.rows.length, 1);
      assert.match(tables.note ?? '', /appear after their first backfill/);
      assert.equal(tables.summary, null);
    });

    it('doesn’t claim that a table was never backfilled until the older backfills are loaded', () => {
      const backfillListLoads = new Map([[ref.sinkId, { ...loaded, olderCount: 3 }]]);
      const { tables } = createPage(createSource('public.orders', 'public.users'), orders, {
        backfillListLoads,
      });
      assert.deepEqual(tables?.rows[0]?.cells, ['public.users', 'unknown', '–', '–']);
      assert.deepEqual([tables.summary, tables.note], [null, 'Older backfills are not loaded.']);
    });

    it('lists no tables until the backfills are loaded', () => {
      assert.equal(createPage({}, orders, { backfillListLoads: new Map() }).tables, null);
    });

    it('marks a completed backfill with delivery errors', () => {
      const { tables } = createPage(createHealth(checkError), [createCompleted('public.orders', 0)], {
        deliveryFailures: new Map([[ref.sinkId, [{ since: now, notBefore: null, until: null }]]]),
      });
      assert.match(tables?.rows[0]?.cells[1] ?? '', / · delivery errors$/);
    });
  });

  describe('with its notice', () => {
    it('shows that the sinks are loading', () => {
      assert.equal(createContent(emptySnapshot).notice?.text, 'Loading…');
    });

    it('shows that the sink was deleted, above the last content', () => {
      const lastPage = createPage({}, [backfill()]);
      const withoutSink = createSnapshot({}, [], { sinks: new Map(), backfills: new Map() });
      const { page, notice } = createContent(withoutSink, { kind: 'notFound', resource: 'sink' }, lastPage);
      assert.equal(notice?.text, 'This sink no longer exists. This page shows its last known state.');
      assert.deepEqual([page?.state.name, page?.buttons], ['Deleted', []]);
      assert.deepEqual(page?.backfills, lastPage.backfills);
    });

    it('shows that the connection was removed, in place of the content', () => {
      const { page, notice } = createPageContent(ref, undefined);
      assert.equal(page, null);
      assert.equal(notice?.text, 'The connection of this sink was removed.');
    });

    it('shows that the server is unreachable, above the content with disabled action buttons', () => {
      const failure = { kind: 'network', reason: 'refused' } as const;
      const { page, notice } = createContent(createSnapshot({}, [], { sinksLoad: { ...loaded, failure } }));
      assert.match(notice?.text ?? '', /^Updated 12:00:00.PM · Can’t connect to localhost:7376/);
      assert.deepEqual(listButtons(page ?? assert.fail()).slice(0, 2), [
        'startBackfill primary (off)',
        'pauseSink secondary (off)',
      ]);
    });
  });
});
