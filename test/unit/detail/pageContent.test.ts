import assert from 'node:assert/strict';
import { createPageContent } from '../../../src/detail/pageContent.ts';
import type { BackfillPage } from '../../../src/detail/protocol.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { noDeliveries } from '../../../src/model/deliveries/deliveries.ts';
import type { Failure } from '../../../src/model/failure.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, connectionTo, loaded, now, sink, snapshotOf } from '../samples.ts';

const address = 'http://localhost:7376';
const ref = { connectionId: address, sinkId: sink().id, backfillId: backfill().id };

describe('the page of a backfill', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  /** Creates a snapshot with one sink and its backfills. The page shows the backfill that `backfill()` returns. */
  const createSnapshot = (backfills: readonly Backfill[] = [backfill()], shownSink = sink()): Snapshot =>
    snapshotOf([shownSink], backfills);

  function createContent(snapshot: Snapshot, failure?: Failure, serverNow = now) {
    const monitor: Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'> = {
      connection: connectionTo(address),
      snapshot,
      serverNow,
    };
    const content = createPageContent(ref, monitor, { failure });
    // The page receives the content as JSON.
    assert.deepEqual(JSON.parse(JSON.stringify(content)), content);
    const { page } = content;
    assert.ok(page?.kind !== 'sink');
    return { ...content, page };
  }

  function createPage(fields: Partial<Backfill> = {}, shownSink?: Sink): BackfillPage {
    return createContent(createSnapshot([backfill(fields)], shownSink)).page ?? assert.fail('no page');
  }

  const findFigure = ({ figures }: BackfillPage, label: string): string | undefined =>
    figures.find((figure) => figure.label === label)?.value;
  const formatFacts = (facts: BackfillPage['figures']) =>
    facts.map(({ label, value }) => `${label}: ${value}`);

  describe('with its notice', () => {
    it('shows no notice while the data is current', () => {
      const { page, notice } = createContent(createSnapshot());
      assert.equal(page?.title, 'public.orders');
      assert.equal(page.subtitle, 'orders-kafka → Kafka · orders @ kafka:9092');
      assert.equal(notice, null);
    });

    for (const [fields, mark] of [
      [{ name: 'Shop', production: true }, 'Shop · production'],
      [{ name: 'prod-eu', production: true }, 'prod-eu'],
      [{ name: 'Sample Data', isSample: true }, 'Sample Data · simulated'],
    ] as const) {
      it(`adds a production or sample connection to the subtitle: ${mark}`, () => {
        const connection = connectionTo(address, fields);
        const { page } = createPageContent(ref, { connection, snapshot: createSnapshot(), serverNow: now });
        assert.equal(page?.subtitle, `orders-kafka → Kafka · orders @ kafka:9092 · ${mark}`);
      });
    }

    it('shows that the backfill is loading', () => {
      const notice = { text: 'Loading…', severity: 'info', action: null };
      assert.deepEqual(createContent(emptySnapshot), { page: null, notice });
    });

    it('shows that the backfill no longer exists', () => {
      const { page, notice } = createContent(createSnapshot([]), { kind: 'notFound', resource: 'backfill' });
      assert.equal(page, null);
      assert.equal(notice?.text, 'This backfill no longer exists.');
      assert.deepEqual(notice.action, { id: 'closePage', label: 'Close Page' });
    });

    for (const resource of ['sink', 'backfill'] as const) {
      it(`keeps the last content, without actions and figures, after the ${resource} was deleted`, () => {
        const server = { connection: connectionTo(address), snapshot: createSnapshot(), serverNow: now };
        const { page: lastPage } = createPageContent(ref, server);
        const withoutBackfill = { ...server, snapshot: createSnapshot([]) };
        const beforeFailure = createPageContent(ref, withoutBackfill, { lastPage });
        assert.deepEqual(beforeFailure.page, lastPage, 'before the reason is known');
        const failure = { kind: 'notFound', resource } as const;
        const { page, notice } = createPageContent(ref, withoutBackfill, {
          failure,
          lastPage,
        });
        assert.ok(page?.kind === 'backfill' && lastPage?.kind === 'backfill');
        assert.deepEqual(
          [page.facts, page.chart, page.timeline],
          [lastPage.facts, lastPage.chart, lastPage.timeline],
        );
        assert.deepEqual([page.state.name, page.buttons, page.figures], ['Deleted', [], []]);
        assert.equal(
          notice?.text,
          `This ${resource} no longer exists. This page shows its last known state.`,
        );
        assert.equal(notice.action?.id, 'closePage');
      });
    }

    it('has no Show All button below the runs of a deleted backfill', () => {
      const runs = Array.from({ length: 30 }, (_, index) =>
        backfill({ id: `run-${index}`, state: 'completed', completedAt: now }),
      );
      const { page: lastPage } = createContent(createSnapshot([backfill(), ...runs]));
      assert.equal(lastPage?.runs.showAllLabel, 'Show All');
      const server = { connection: connectionTo(address), snapshot: createSnapshot([]), serverNow: now };
      const failure = { kind: 'notFound', resource: 'backfill' } as const;
      const { page } = createPageContent(ref, server, { failure, lastPage });
      assert.ok(page?.kind === 'backfill');
      assert.deepEqual(page.runs, { ...lastPage.runs, showAllLabel: null });
    });

    it('keeps stale content, and shows when it was updated and why it is stale', () => {
      const failure = { kind: 'network', reason: 'refused' } as const;
      const snapshot = createSnapshot();
      // The notice leaves out the time of the next retry, since screen readers would announce each new time.
      const sinksLoad = { ...snapshot.sinksLoad, failure, retryAt: now + 60_000 };
      const { page, notice } = createContent({ ...snapshot, sinksLoad });
      assert.equal(page?.title, 'public.orders');
      assert.equal(
        notice?.text,
        'Updated 12:00:00 PM · Can’t connect to localhost:7376: connection refused. Is Sequin running?',
      );
      assert.equal(notice.severity, 'warning');
      assert.equal(notice.action?.id, 'refresh');
      const neverLoaded = createContent({ ...snapshot, sinksLoad: { ...sinksLoad, loadedAt: undefined } });
      assert.match(neverLoaded.notice?.text ?? '', /^Can’t connect to localhost:7376/);
    });

    it('offers the action Enter Token after the server rejected the current token', () => {
      const snapshot = createSnapshot();
      const failure = { kind: 'unauthorized' } as const;
      const { notice } = createContent({ ...snapshot, sinksLoad: { ...snapshot.sinksLoad, failure } });
      assert.equal(notice?.action?.id, 'enterToken');
    });

    it('shows that content from the last session is stale and being refreshed', () => {
      const snapshot = createSnapshot();
      const { notice } = createContent({
        ...snapshot,
        sinksLoad: { ...snapshot.sinksLoad, fromCache: true },
      });
      assert.equal(notice?.text, 'Stale (updated 12:00:00 PM) · refreshing…');
    });

    it('offers to connect if the connection is not signed in or was removed', () => {
      for (const [name, text] of [
        ['Shop', 'Not connected to Shop.'],
        [undefined, 'The connection of this backfill was removed.'],
      ] as const) {
        const { page, notice } = createPageContent(ref, undefined, { connectionName: name });
        assert.equal(page, null);
        assert.equal(notice?.text, text);
        assert.equal(notice.action?.id, 'connect');
      }
    });
  });

  describe('with its progress', () => {
    it('shows how many rows were read again, and no percentage until the backfill is completed', () => {
      const counts = { rowsInitial: 200_002, rowsProcessed: 229_602 };
      const running = createPage(counts);
      assert.deepEqual(
        [running.fraction, running.percent, running.progress, running.announcement],
        [null, null, '229,602 rows processed (200,002 counted)', 'Running'],
      );
      assert.equal(findFigure(running, 'Rows read again'), '29,600');
      const completed = createPage({ ...counts, state: 'completed', completedAt: now });
      assert.deepEqual([completed.fraction, completed.percent], [1, '100%']);
      assert.equal(findFigure(completed, 'Rows read again'), '29,600');
      assert.equal(findFigure(createPage(), 'Rows read again'), undefined);
    });

    it('shows progress in rows and percent', () => {
      const { fraction, percent, progress, announcement } = createPage();
      assert.deepEqual(
        { fraction, percent, progress, announcement },
        { fraction: 0.47, percent: '47%', progress: '94,000 of 200,000 rows', announcement: 'Running, 40%' },
      );
    });

    it('shows that rows are being counted', () => {
      const { fraction, percent, progress } = createPage({
        rowsInitial: null,
        rowsProcessed: 0,
        rowsIngested: 0,
      });
      assert.deepEqual(
        { fraction, percent, progress },
        { fraction: null, percent: null, progress: 'counting rows…' },
      );
    });

    it('announces why a backfill stalled', () => {
      const { announcement } = createPage({ updatedAt: now - 120_000 }, sink({ status: 'paused' }));
      assert.equal(announcement, 'Stalled, sink paused, 40%');
    });

    it('announces each 10% of progress and each change of the state, and nothing else', () => {
      const getAnnouncement = (rowsProcessed: number, state = 'active') =>
        createPage({ rowsProcessed, state }).announcement;
      assert.equal(getAnnouncement(94_000), getAnnouncement(99_999));
      assert.notEqual(getAnnouncement(99_999), getAnnouncement(100_000));
      assert.notEqual(getAnnouncement(94_000), getAnnouncement(94_000, 'paused'));
    });
  });

  describe('with its figures', () => {
    it('shows the running time without pauses, and the paused time separately', () => {
      const store = new SnapshotStore(createSnapshot([]));
      const observe = (fields: Partial<Backfill>, at: number) => {
        store.applyBackfill(backfill({ insertedAt: now - 300_000, ...fields }), at);
      };
      observe({ updatedAt: now - 300_000, rowsProcessed: 0 }, now - 299_000);
      observe({ updatedAt: now - 120_000, state: 'paused' }, now - 119_500);
      const { figures } = createContent(store.snapshot).page ?? assert.fail();
      assert.deepEqual(formatFacts(figures), ['Ran for: 3 min', 'Paused for: 2 min']);
    });

    it('shows the time in which the sink is paused as a stall, not as a pause', () => {
      const store = new SnapshotStore(createSnapshot([], sink({ status: 'paused' })));
      const observe = (rowsProcessed: number, at: number) => {
        store.applyBackfill(backfill({ insertedAt: now - 300_000, updatedAt: at, rowsProcessed }), at);
      };
      observe(0, now - 300_000);
      observe(40_000, now - 180_000);
      store.applyBackfill(
        backfill({ insertedAt: now - 300_000, updatedAt: now - 180_000, rowsProcessed: 40_000 }),
        now,
      );
      const { figures } = createContent(store.snapshot).page ?? assert.fail();
      const labels = figures.map(({ label }) => label);
      assert.ok(labels.includes('Stalled for'), labels.join());
      assert.ok(!labels.includes('Paused for'), labels.join());
    });

    it('explains why the time left is unknown even though the rate is known', () => {
      const getTimeLeft = (fields: Partial<Backfill>) => {
        const store = new SnapshotStore(createSnapshot([]));
        for (const second of [0, 4, 8]) {
          const at = now - 10_000 + second * 1000;
          store.applyBackfill(
            backfill({
              insertedAt: now - 10_000,
              updatedAt: at,
              rowsProcessed: 40_000 + second * 1000,
              ...fields,
            }),
            at,
          );
        }
        const { figures } = createContent(store.snapshot).page ?? assert.fail();
        assert.ok(figures.some(({ label }) => label === 'Current rate'));
        return figures.find(({ label }) => label === 'Time left')?.value;
      };
      assert.equal(getTimeLeft({}), 'estimating…');
      assert.equal(getTimeLeft({ rowsInitial: null }), 'counting rows…');
      assert.equal(getTimeLeft({ rowsInitial: 10_000 }), 'unknown');
    });

    it('shows the average rate, the duration and the finish time of a finished backfill', () => {
      const { figures } = createPage({
        state: 'completed',
        rowsProcessed: 200_000,
        insertedAt: now - 200_000,
        completedAt: now - 100_000,
      });
      assert.deepEqual(formatFacts(figures), [
        'Average rate: 2K rows/s',
        'Duration: 1 min 40 s',
        'Finished: 1 min ago',
      ]);
    });
  });

  describe('with its buttons', () => {
    const listButtons = (page: BackfillPage) =>
      page.buttons
        .filter(({ kind }) => kind !== 'quiet')
        .map(({ id, enabled }) => `${id}${enabled ? '' : ' (off)'}`);
    const buttonsByState: Record<string, string[]> = {
      active: ['pauseBackfill', 'cancelBackfill'],
      paused: ['resumeBackfill', 'cancelBackfill'],
      completed: ['runAgain'],
      cancelled: ['runAgain'],
      failed: ['runAgain'],
      rewound: [],
    };
    for (const [state, expected] of Object.entries(buttonsByState)) {
      it(`offers the actions that the state "${state}" allows`, () => {
        assert.deepEqual(listButtons(createPage({ state })), expected);
      });
    }

    it('shows a pending change, and disables the buttons until another change is possible', () => {
      const { id, sinkId } = backfill();
      const write = { kind: 'change', change: 'pause', sinkId, backfillId: id } as const;
      const blocked = { ...createSnapshot(), blockedWriteKeys: new Set([id]) };
      const page = createContent({ ...blocked, pendingWrites: new Map([[id, write]]) }).page ?? assert.fail();
      assert.equal(page.pendingText, 'pausing…');
      for (const shown of [page, createContent(blocked).page ?? assert.fail()]) {
        assert.deepEqual(listButtons(shown), ['pauseBackfill (off)', 'cancelBackfill (off)']);
      }
    });

    it('disables the buttons, with a reason, while the server is unreachable, but not while it is slow', () => {
      const createPageWithFailure = (failure: Failure) => {
        const snapshot = createSnapshot();
        return (
          createContent({ ...snapshot, sinksLoad: { ...snapshot.sinksLoad, failure } }).page ?? assert.fail()
        );
      };
      const page = createPageWithFailure({ kind: 'network', reason: 'refused' });
      assert.deepEqual(listButtons(page), ['pauseBackfill (off)', 'cancelBackfill (off)']);
      assert.match(page.buttons[0]?.tooltip ?? '', /^Can’t connect to localhost:7376/);
      // A slow server may still be able to pause a backfill, and a pause reduces the server's load.
      const slow = createPageWithFailure({ kind: 'timeout', afterMs: 20_000 });
      assert.deepEqual(listButtons(slow), ['pauseBackfill', 'cancelBackfill']);
    });

    const dropped = { droppedTable: 'public.orders', table: null };
    const unreachable = { ...loaded, failure: { kind: 'network', reason: 'refused' } as const };
    for (const [title, fields, shownSink, blockedKey] of [
      ['cancels the backfill of a dropped table', dropped, sink(), backfill().id],
      ['resumes a sink', {}, sink({ status: 'paused' }), sink().id],
    ] as const) {
      it(`disables the button that ${title} while a change is pending or the server is unreachable`, () => {
        const snapshot = createSnapshot([backfill(fields)], shownSink);
        const getNextStep = (overrides: Partial<Snapshot>) =>
          createContent({ ...snapshot, ...overrides }).page?.diagnosis?.button ?? assert.fail();
        assert.equal(getNextStep({}).enabled, true);
        assert.equal(getNextStep({ blockedWriteKeys: new Set([blockedKey]) }).enabled, false);
        const { enabled, tooltip } = getNextStep({ sinksLoad: unreachable });
        assert.equal(enabled, false);
        assert.match(tooltip ?? '', /^Can’t connect to localhost:7376/);
      });
    }
  });

  describe('with its diagnosis', () => {
    it('shows no diagnosis while the backfill makes progress', () => {
      assert.equal(createPage().diagnosis, null);
    });

    it('shows why the backfill stalled, and the next step', () => {
      const { state, diagnosis } = createPage({ updatedAt: now - 120_000 }, sink({ status: 'disabled' }));
      assert.deepEqual(state, { id: 'stalled', name: 'Stalled', icon: 'warning' });
      assert.equal(diagnosis?.severity, 'warning');
      assert.match(diagnosis.title, /^Stalled since 11:58\sAM \(2 min\)$/);
      assert.match(diagnosis.text, /The sink is disabled.* Enable the sink to continue\.$/);
      assert.deepEqual(diagnosis.button, {
        id: 'enableSink',
        label: 'Enable Sink',
        icon: 'play',
        kind: 'primary',
        enabled: true,
      });
    });

    const deliveryCheck = { name: 'Message delivery', status: 'error', error: '500' };
    for (const [title, fields, shownSink, expected] of [
      [
        'failing deliveries',
        {},
        sink({ health: { status: 'error', checks: [deliveryCheck] } }),
        'openInConsole',
      ],
      ['a dropped table', { droppedTable: 'public.orders', table: null }, sink(), 'cancelBackfill'],
    ] as const) {
      it(`offers the next step for ${title} as the only primary button`, () => {
        const { diagnosis, buttons } = createPage(fields, shownSink);
        assert.deepEqual([diagnosis?.button?.id, diagnosis?.button?.kind], [expected, 'primary']);
        assert.ok(buttons.every(({ kind }) => kind !== 'primary'));
      });
    }

    it('shows why the backfill failed', () => {
      const { diagnosis } = createPage({ state: 'failed', rowsInitial: null, rowsProcessed: 0 });
      assert.equal(diagnosis?.severity, 'error');
      assert.match(diagnosis.text, /primary key/);
    });

    it('warns of delivery errors after completion, and quotes the error of the check', () => {
      const check = { name: 'Message delivery', status: 'error', error: '[http_endpoint]: 500' };
      const failingSink = sink({ health: { status: 'error', checks: [check] } });
      const completed = backfill({ state: 'completed', completedAt: now });
      const page =
        createContent({
          ...createSnapshot([completed], failingSink),
          deliveryFailures: new Map([[failingSink.id, [{ since: now, notBefore: null, until: null }]]]),
        }).page ?? assert.fail();
      const status = { id: 'completedWithDeliveryErrors', name: 'Completed with delivery errors' };
      assert.deepEqual(page.state, { ...status, icon: 'warning' });
      assert.equal(page.diagnosis?.title, status.name);
      assert.match(page.diagnosis.text, /\[http_endpoint\]: 500\. Some rows may not have been delivered/);
      // The diagnosis already quotes the error.
      assert.deepEqual(page.checks, [{ ...check, icon: 'error', statusName: 'Error', error: null }]);
      assert.deepEqual(
        page.runs.rows.map(({ state, cells }) => [state, cells[1]]),
        [[status.id, status.name]],
      );
    });

    it('shows no error for a check whose error is blank', () => {
      // A check with the status `waiting` isn't the cause of a stall, so the diagnosis doesn't quote its error.
      const check = { name: 'Message delivery', status: 'waiting', error: ' \n' };
      const { checks } = createPage({}, sink({ health: { status: 'waiting', checks: [check] } }));
      assert.deepEqual(
        checks.map(({ error }) => error),
        [null],
      );
    });

    it('shows the error of a check unless the diagnosis quotes that error, even if the diagnosis contains the same letters', () => {
      const quoted = { name: 'Message delivery', status: 'error', error: 'status 500...' };
      const other = { name: 'Message ingestion', status: 'error', error: 'a' };
      const { checks, diagnosis } = createPage(
        {},
        sink({ health: { status: 'error', checks: [quoted, other] } }),
      );
      assert.match(diagnosis?.text ?? '', /: status 500\. /);
      assert.deepEqual(
        checks.map(({ error }) => error),
        [null, 'a'],
      );
    });

    it('hides the rates and the time left while deliveries fail, even if rows are still processed', () => {
      const check = { name: 'Message delivery', status: 'error', error: 'No connection to Redis' };
      const failingSink = sink({ health: { status: 'error', checks: [check] } });
      const store = new SnapshotStore();
      const applyAt = (second: number, current: Sink) => {
        const at = now + second * 1000;
        const rowsProcessed = second * 1000;
        const running = backfill({ rowsProcessed, insertedAt: now, updatedAt: at });
        const items = [{ sink: current, unfinishedBackfills: [running] }];
        store.applySinks({ items, skipped: 0, serverTime: at }, at);
      };
      const listLabels = (second: number) =>
        createContent(store.snapshot, undefined, now + second * 1000).page?.figures.map(({ label }) => label);
      for (let second = 0; second <= 100; second += 4) {
        applyAt(second, sink());
      }
      assert.deepEqual(listLabels(100), [
        'Current rate',
        'Average rate',
        'Elapsed',
        'Time left',
        'Expected finish',
      ]);
      for (let second = 104; second <= 140; second += 4) {
        applyAt(second, failingSink);
        assert.deepEqual(listLabels(second), ['Elapsed', 'Stalled for']);
      }
      const { state, diagnosis } =
        createContent(store.snapshot, undefined, now + 164_000).page ?? assert.fail();
      assert.equal(state.id, 'stalled');
      assert.match(diagnosis?.title ?? '', /^Deliveries failing since 12:01\sPM \(1 min\)$/);
      assert.match(diagnosis?.text ?? '', /No connection to Redis/);
    });
  });

  describe('with its timeline and chart', () => {
    it('shows the times that the server reports for a backfill that was not monitored', () => {
      const page = createPage({
        state: 'completed',
        insertedAt: now - 86_400_000,
        completedAt: now - 60_000,
      });
      assert.deepEqual(
        page.timeline.map(({ text, time }) => `${text}: ${time}`),
        ['Completed: 11:59:00 AM', 'Created: Jun 14, 2026, 12:00:00 PM'],
      );
      assert.deepEqual(page.chart.times, []);
    });

    it('shows the failure or the current stall of a backfill in the timeline', () => {
      const formatTimeline = ({ timeline }: BackfillPage) =>
        timeline.map(({ text, time }) => `${text}: ${time}`);
      const insertedAt = now - 600_000;
      assert.deepEqual(formatTimeline(createPage({ state: 'failed', insertedAt, updatedAt: now - 60_000 })), [
        'Failed: 11:59:00 AM',
        'Created: 11:50:00 AM',
      ]);
      const disabled = sink({ status: 'disabled' });
      assert.deepEqual(formatTimeline(createPage({ insertedAt, updatedAt: now - 120_000 }, disabled)), [
        'Stalled for 2 min: since 11:58:00 AM',
        'Created: 11:50:00 AM',
      ]);
    });

    it('draws the last completed run of the table as if it had started at the same time as the current run', () => {
      const store = new SnapshotStore(createSnapshot([]));
      const observe = (run: Partial<Backfill>, at: number) => {
        store.applyBackfill(backfill({ ...run, updatedAt: at }), at);
      };
      const yesterday = now - 86_400_000;
      observe(
        {
          id: 'b',
          state: 'completed',
          rowsProcessed: 20_000,
          insertedAt: yesterday,
          completedAt: yesterday + 20_000,
        },
        now,
      );
      observe(
        { id: 'c', state: 'cancelled', rowsProcessed: 9, insertedAt: now - 1000, canceledAt: now },
        now,
      );
      for (const second of [0, 10, 20, 30]) {
        observe({ insertedAt: now, rowsProcessed: second * 500 }, now + second * 1000);
      }
      const { chart } = createContent(store.snapshot, undefined, now + 30_000).page ?? assert.fail();
      assert.deepEqual(chart.otherLines, [
        { kind: 'previous', text: 'Previous run (1 d ago)', values: [0, 10_000, 20_000, null] },
      ]);
      assert.equal(chart.labels.total, 'Total: 200K rows');
    });

    const clockSkewMs = 3_600_000;

    /** Creates the store of a server whose clock is an hour ahead and showed `now` when the sinks were loaded. */
    function createStoreWithSkew(): SnapshotStore {
      const sinksLoad = { ...loaded, loadedAt: now - clockSkewMs };
      return new SnapshotStore({ ...createSnapshot([]), sinksLoad, clockSkewMs });
    }

    it('draws the deliveries of the sink in local time', () => {
      const store = createStoreWithSkew();
      const startedAt = now - clockSkewMs;
      for (const second of [0, 10, 20]) {
        store.applyBackfill(
          backfill({ insertedAt: now, rowsProcessed: second * 500, updatedAt: now + second * 1000 }),
          startedAt + second * 1000,
        );
      }
      const createLine = (isComplete: boolean) => {
        const line = [[startedAt + 5_000, 0] as const, [startedAt + 15_000, 4_000] as const];
        const counts = { sinkId: sink().id, delivered: 4_000, failed: 0, isFinal: false };
        const ofBackfills = new Map([[backfill().id, { ...counts, isComplete, line }]]);
        store.setMetrics({
          url: 'http://localhost:8376/metrics',
          failure: undefined,
          deliveries: { ...noDeliveries, ofBackfills },
        });
        return createContent(store.snapshot, undefined, now + 20_000).page?.chart.otherLines[0];
      };
      assert.deepEqual(createLine(true), {
        kind: 'delivered',
        text: 'Deliveries of this sink since the backfill began',
        values: [null, 2_000, 4_000],
      });
      assert.equal(createLine(false)?.text, 'Deliveries of this sink since 11:00 AM, at least');
    });

    it('explains why there is no chart', () => {
      const explain = (fields: Partial<Backfill>) => createPage(fields).chart.labels.noSamples;
      assert.equal(explain({ rowsProcessed: 0 }), 'Waiting for the first rows…');
      assert.equal(explain({}), 'Waiting for the next rows…');
      assert.equal(explain({ state: 'cancelled', rowsProcessed: 0 }), 'No rows were processed.');
      assert.match(explain({ state: 'completed' }), /^No throughput data: VS Code wasn’t connected/);
    });

    it('shows all events of a monitored backfill in local time', () => {
      const store = createStoreWithSkew();
      for (let second = 0; second <= 60; second += 2) {
        store.applyBackfill(
          backfill({
            insertedAt: now,
            updatedAt: now + second * 1000,
            rowsProcessed: second * 1000,
            state: second === 60 ? 'paused' : 'active',
          }),
          now + second * 1000 - clockSkewMs,
        );
      }
      const page = createContent(store.snapshot, undefined, now + 60_000).page ?? assert.fail();
      assert.deepEqual(
        page.timeline.map(({ text, time }) => `${text}: ${time}`),
        [
          'Paused: 11:01:00 AM',
          'First rows read: 11:00:02 AM',
          'Total rows: 200,000: 11:00:00 AM',
          'Created: 11:00:00 AM',
        ],
      );
      assert.equal(page.chart.times[0], (now - 3_600_000) / 1000);
      assert.equal(page.chart.rows.at(-1), 60_000);
      assert.deepEqual(
        page.chart.spans.map(({ kind, text }) => [kind, text]),
        [['paused', 'Paused']],
      );
    });
  });

  describe('with its list of runs', () => {
    const createRun = (id: string, daysAgo: number, seconds: number): Backfill =>
      backfill({
        id,
        state: 'completed',
        rowsProcessed: 200_000,
        insertedAt: now - daysAgo * 86_400_000,
        completedAt: now - daysAgo * 86_400_000 + seconds * 1000,
      });
    const previousRuns = [createRun('b', 1, 100), createRun('c', 2, 100), createRun('d', 3, 100)];
    const addLoadedRuns = (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      backfillListLoads: new Map([[sink().id, snapshot.sinksLoad]]),
    });

    it('lists the start, state, rows, duration and rate of each run, and compares the current run with previous runs', () => {
      const slow = {
        ...createRun(backfill().id, 0, 180),
        insertedAt: now - 200_000,
        completedAt: now - 20_000,
      };
      const other = backfill({ id: 'e', table: 'public.other' });
      const { runs } =
        createContent(addLoadedRuns(createSnapshot([slow, ...previousRuns, other]))).page ?? assert.fail();
      assert.equal(runs.summary, '1.8× slower than the last 3 completed runs.');
      assert.deepEqual(
        runs.rows.map(({ backfillId, isCurrent }) => [backfillId, isCurrent]),
        [
          [slow.id, true],
          ['b', false],
          ['c', false],
          ['d', false],
        ],
      );
      assert.deepEqual(runs.rows[1]?.cells, ['1 d ago', 'Completed', '200,000', '1 min 40 s', '2K rows/s']);
      assert.equal(runs.columns.length, runs.rows[1].cells.length);
      assert.equal(runs.note, null);
    });

    it('shows that previous runs are loading, that there are none, or why they couldn’t be loaded', () => {
      assert.equal(createPage().runs.note, 'Loading previous runs…');
      assert.equal(
        createContent(addLoadedRuns(createSnapshot())).page?.runs.note,
        'First run of this table.',
      );
      const failure = { kind: 'server', status: 500, retryAfterMs: undefined } as const;
      const failed = {
        ...createSnapshot(),
        backfillListLoads: new Map([[sink().id, { loading: false, loadedAt: undefined, failure }]]),
      };
      assert.match(createContent(failed).page?.runs.note ?? '', /returned an internal error/);
    });

    it('lists the elapsed time and the rate of a running backfill', () => {
      const store = new SnapshotStore(createSnapshot([]));
      for (const second of [0, 10, 20, 30]) {
        const at = now + second * 1000;
        store.applyBackfill(backfill({ insertedAt: now, updatedAt: at, rowsProcessed: second * 1000 }), at);
      }
      const { runs } = createContent(store.snapshot, undefined, now + 30_000).page ?? assert.fail();
      assert.deepEqual(runs.rows[0]?.cells, ['30 s ago', 'Running', '30,000', '30 s', '1K rows/s']);
    });

    it('lists the 20 newest runs, or all runs after Show All', () => {
      const many = Array.from({ length: 40 }, (_, index) => createRun(`run-${index}`, index + 1, 60));
      const snapshot = addLoadedRuns(createSnapshot([backfill(), ...many]));
      const { runs } = createContent(snapshot).page ?? assert.fail();
      assert.equal(runs.rows.length, 20);
      assert.equal(runs.rows.at(-1)?.backfillId, 'run-18');
      assert.deepEqual([runs.note, runs.showAllLabel], ['Showing 20 of 41 runs.', 'Show All']);
      const server = { connection: connectionTo(address), snapshot, serverNow: now };
      const { page } = createPageContent(ref, server, { showsAllRows: true });
      assert.ok(page?.kind === 'backfill');
      const all = page.runs;
      assert.equal(all.rows.length, 41);
      assert.deepEqual([all.note, all.showAllLabel], [null, null]);
    });

    it('shows neither a total nor “First run” while older backfills are not loaded', () => {
      const createNote = (count: number) => {
        const runs = Array.from({ length: count }, (_, index) => createRun(`run-${index}`, index + 1, 60));
        const snapshot = addLoadedRuns(createSnapshot([backfill(), ...runs]));
        const backfillListLoads = new Map([[sink().id, { ...snapshot.sinksLoad, olderCount: 5 }]]);
        return createContent({ ...snapshot, backfillListLoads }).page?.runs.note;
      };
      assert.match(createNote(0) ?? '', /^There may be older runs\./);
      assert.equal(createNote(40), 'Showing the newest 20 runs.');
    });
  });

  it('shows every field of the API response under its own name, and the response as JSON', () => {
    const { facts, json } = createPage();
    assert.deepEqual(
      facts.map(({ label }) => label),
      Object.keys(JSON.parse(json) as object),
    );
    assert.ok(formatFacts(facts).includes('rows_processed_count: 94,000'));
    assert.ok(formatFacts(facts).includes('inserted_at: Jun 15, 2026, 11:59:00 AM (1 min ago)'));
    assert.ok(formatFacts(facts).includes('sort_column: none'));
  });
});
