import assert from 'node:assert/strict';
import type { Failure } from '../../../src/api/failure.ts';
import { createPageContent } from '../../../src/detail/pageContent.ts';
import { handleExtensionMessage, type BackfillPage } from '../../../src/detail/protocol.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { emptySnapshot, type Snapshot } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';

const address = 'http://localhost:7376';
const key = { address, sinkId: sink().id, backfillId: backfill().id };

describe('what a backfill’s page shows', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  /** What is known of one sink and its backfills, of which the first is the page's. */
  function knowing(backfills: readonly Backfill[] = [backfill()], known: Sink = sink()): Snapshot {
    return {
      ...emptySnapshot,
      sinks: new Map([[known.id, known]]),
      backfills: new Map([[known.id, new Map(backfills.map((it) => [it.id, it]))]]),
      sinksLoad: { loading: false, loadedAt: now, failure: undefined },
    };
  }

  function show(snapshot: Snapshot, failure?: Failure, serverNow = now) {
    const monitor: Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'> = {
      connection: connectionTo(address),
      snapshot,
      serverNow,
    };
    const content = createPageContent(key, monitor, failure);
    // What the page would not take is never shown.
    let taken: unknown;
    handleExtensionMessage(structuredClone(content), { show: (message) => (taken = message) });
    assert.deepEqual(taken, content);
    return content;
  }

  function pageOf(different: Partial<Backfill> = {}, known?: Sink): BackfillPage {
    return show(knowing([backfill(different)], known)).page ?? assert.fail('it shows no page');
  }

  const inWords = (facts: BackfillPage['figures']) => facts.map(({ label, value }) => `${label}: ${value}`);

  describe('in place of all, or above it:', () => {
    it('nothing while all is well', () => {
      const { page, notice } = show(knowing());
      assert.equal(page?.title, 'public.orders');
      assert.equal(page.subtitle, 'orders-kafka → Kafka · orders @ kafka:9092');
      assert.equal(notice, null);
    });

    it('that it is on its way', () => {
      const notice = { text: 'Loading…', severity: 'info', action: null };
      assert.deepEqual(show(emptySnapshot), { type: 'show', page: null, notice });
    });

    it('that it exists no more', () => {
      const { page, notice } = show(knowing([]), { kind: 'notFound', what: 'backfill' });
      assert.equal(page, null);
      assert.equal(notice?.text, 'This backfill does not exist any more.');
    });

    it('what is known, from when it is, and why it is old', () => {
      const failure = { kind: 'network', reason: 'refused' } as const;
      const known = knowing();
      const { page, notice } = show({ ...known, sinksLoad: { ...known.sinksLoad, failure } });
      assert.equal(page?.title, 'public.orders');
      assert.equal(
        notice?.text,
        'Nothing listens at localhost:7376. Is Sequin running? This is from Jun 15, 2026, 12:00:00 PM.',
      );
      assert.equal(notice.severity, 'warning');
      assert.equal(notice.action?.id, 'refresh');
    });

    it('that the token was refused, and the way on', () => {
      const known = knowing();
      const failure = { kind: 'unauthorized' } as const;
      const { notice } = show({ ...known, sinksLoad: { ...known.sinksLoad, failure } });
      assert.equal(notice?.action?.id, 'enterToken');
    });

    it('that what it shows is of the last session', () => {
      const known = knowing();
      const { notice } = show({ ...known, sinksLoad: { ...known.sinksLoad, fromCache: true } });
      assert.equal(notice?.text, 'From 12:00:00 PM · asking localhost:7376…');
    });

    it('that there is no connection to its server', () => {
      const { page, notice } = createPageContent(key, undefined, undefined);
      assert.equal(page, null);
      assert.equal(notice?.action?.id, 'connect');
    });
  });

  describe('how far it is:', () => {
    it('in rows and percent', () => {
      const { fraction, percent, progress, announcement } = pageOf();
      assert.deepEqual(
        { fraction, percent, progress, announcement },
        { fraction: 0.47, percent: '47%', progress: '94,000 of 200,000 rows', announcement: 'Active, 40%' },
      );
    });

    it('that its rows are still counted', () => {
      const { fraction, percent, progress } = pageOf({
        rowsInitial: null,
        rowsProcessed: 0,
        rowsIngested: 0,
      });
      assert.deepEqual(
        { fraction, percent, progress },
        { fraction: null, percent: null, progress: 'counting rows…' },
      );
    });

    it('what is said aloud at every tenth percent and at each state, and not in between', () => {
      const spoken = (rowsProcessed: number, state = 'active') =>
        pageOf({ rowsProcessed, state }).announcement;
      assert.equal(spoken(94_000), spoken(99_999));
      assert.notEqual(spoken(99_999), spoken(100_000));
      assert.notEqual(spoken(94_000), spoken(94_000, 'paused'));
    });
  });

  describe('its figures:', () => {
    it('how long it has run without the time that it stood still, and that time', () => {
      const store = new SnapshotStore(knowing([]));
      const look = (different: Partial<Backfill>, at: number) => {
        store.applyBackfill(backfill({ insertedAt: now - 300_000, ...different }), at);
      };
      look({ updatedAt: now - 300_000, rowsProcessed: 0 }, now - 299_000);
      look({ updatedAt: now - 120_000, state: 'paused' }, now - 119_500);
      const { figures } = show(store.snapshot).page ?? assert.fail();
      assert.deepEqual(inWords(figures), ['Running for: 3 min', 'Stood still for: 2 min']);
    });

    it('of one that has ended, how long it took', () => {
      const { figures } = pageOf({
        state: 'completed',
        rowsProcessed: 200_000,
        insertedAt: now - 200_000,
        completedAt: now - 100_000,
      });
      assert.deepEqual(inWords(figures), [
        'Average rate: 2,000 rows/s',
        'Duration: 1 min 40 s',
        'Ended: 1 min ago',
      ]);
    });
  });

  describe('what can be done:', () => {
    const buttons = (page: BackfillPage) =>
      page.buttons
        .filter(({ kind }) => kind !== 'quiet')
        .map(({ id, enabled }) => `${id}${enabled ? '' : ' (off)'}`);
    const offers: Record<string, string[]> = {
      active: ['pauseBackfill', 'cancelBackfill'],
      paused: ['resumeBackfill', 'cancelBackfill'],
      completed: ['runAgain'],
      cancelled: ['runAgain'],
      failed: ['runAgain'],
      rewound: [],
    };
    for (const [state, offered] of Object.entries(offers)) {
      it(`when it is ${state}`, () => {
        assert.deepEqual(buttons(pageOf({ state })), offered);
      });
    }

    it('nothing while something is under way, which it says', () => {
      const { id, sinkId } = backfill();
      const write = { kind: 'change', change: 'pause', sinkId, backfillId: id, settled: false } as const;
      const known = { ...knowing(), pendingWrites: new Map([[id, write]]) };
      const page = show(known).page ?? assert.fail();
      assert.equal(page.pendingText, 'pausing…');
      assert.deepEqual(buttons(page), ['pauseBackfill (off)', 'cancelBackfill (off)']);
    });
  });

  describe('what is wrong:', () => {
    it('nothing while it moves', () => {
      assert.equal(pageOf().diagnosis, null);
    });

    it('why it stands still, and what to do', () => {
      const { diagnosis } = pageOf({}, sink({ status: 'disabled' }));
      assert.equal(diagnosis?.severity, 'warning');
      assert.match(diagnosis.title, /^Does not move since 11:59:58 AM \(2 s\)$/);
      assert.match(diagnosis.text, /The sink is disabled.* Enable the sink in the console\./);
    });

    it('why it failed', () => {
      const { diagnosis } = pageOf({ state: 'failed', rowsInitial: null, rowsProcessed: 0 });
      assert.equal(diagnosis?.severity, 'error');
      assert.match(diagnosis.text, /primary key/);
    });

    it('that it completed while deliveries fail, with the server’s own error', () => {
      const check = { name: 'Message delivery', status: 'error', error: '[http_endpoint]: 500' };
      const page = pageOf(
        { state: 'completed', completedAt: now },
        sink({ health: { status: 'error', checks: [check] } }),
      );
      assert.match(page.diagnosis?.text ?? '', /not every row may have been delivered/);
      assert.deepEqual(page.checks, [{ ...check, statusName: 'Error' }]);
    });
  });

  describe('what happened:', () => {
    it('of one that nobody watched, what the server tells', () => {
      const page = pageOf({ state: 'completed', insertedAt: now - 86_400_000, completedAt: now - 60_000 });
      assert.deepEqual(
        page.timeline.map(({ text, time }) => `${text}: ${time}`),
        ['Completed: 11:59:00 AM', 'Created: Jun 14, 2026, 12:00:00 PM'],
      );
      assert.deepEqual(page.chart.times, []);
    });

    it('of one that was watched, all of it, in the editor’s time', () => {
      const store = new SnapshotStore({ ...knowing([]), clockSkewMs: 3_600_000 });
      for (let second = 0; second <= 60; second += 2) {
        store.applyBackfill(
          backfill({
            insertedAt: now,
            updatedAt: now + second * 1000,
            rowsProcessed: second * 1000,
            state: second === 60 ? 'paused' : 'active',
          }),
          now + second * 1000 - 3_600_000,
        );
      }
      const page = show(store.snapshot, undefined, now + 60_000).page ?? assert.fail();
      assert.deepEqual(
        page.timeline.map(({ text, time }) => `${text}: ${time}`),
        [
          'Paused: 11:01:00 AM',
          'First rows: 11:00:02 AM',
          'Counted: 200,000 rows: 11:00:00 AM',
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

  describe('its other runs:', () => {
    const earlier = (id: string, daysAgo: number, seconds: number): Backfill =>
      backfill({
        id,
        state: 'completed',
        rowsProcessed: 200_000,
        insertedAt: now - daysAgo * 86_400_000,
        completedAt: now - daysAgo * 86_400_000 + seconds * 1000,
      });
    const history = [earlier('b', 1, 100), earlier('c', 2, 100), earlier('d', 3, 100)];
    const loaded = (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      backfillListLoads: new Map([[sink().id, snapshot.sinksLoad]]),
    });

    it('when, how it ended, rows, duration and rate, and how this one compares', () => {
      const slow = {
        ...earlier(backfill().id, 0, 180),
        insertedAt: now - 200_000,
        completedAt: now - 20_000,
      };
      const other = backfill({ id: 'e', table: 'public.other' });
      const { runs } = show(loaded(knowing([slow, ...history, other]))).page ?? assert.fail();
      assert.equal(runs.summary, 'This one was 1.8× slower than the last 3 completed ones.');
      assert.deepEqual(
        runs.rows.map(({ backfillId, isCurrent }) => [backfillId, isCurrent]),
        [
          [slow.id, true],
          ['b', false],
          ['c', false],
          ['d', false],
        ],
      );
      assert.deepEqual(runs.rows[1]?.cells, [
        '1 d ago',
        'Completed',
        '200,000',
        '1 min 40 s',
        '2,000 rows/s',
      ]);
      assert.equal(runs.columns.length, runs.rows[1].cells.length);
      assert.equal(runs.note, null);
    });

    it('that they are on their way, that there are none, and why they are not there', () => {
      assert.equal(pageOf().runs.note, 'Earlier runs are on their way…');
      assert.equal(show(loaded(knowing())).page?.runs.note, 'This is the first run of this table.');
      const failure = { kind: 'server', status: 500, retryAfterMs: undefined } as const;
      const failed = {
        ...knowing(),
        backfillListLoads: new Map([[sink().id, { loading: false, loadedAt: undefined, failure }]]),
      };
      assert.match(show(failed).page?.runs.note ?? '', /failed inside/);
    });

    it('the newest twenty of many', () => {
      const many = Array.from({ length: 40 }, (_, index) => earlier(`run-${String(index)}`, index + 1, 60));
      const { runs } = show(loaded(knowing([backfill(), ...many]))).page ?? assert.fail();
      assert.equal(runs.rows.length, 20);
      assert.equal(runs.note, 'The 20 newest of 41.');
    });
  });

  it('every field of the API by its own name, and the same as JSON', () => {
    const { facts, json } = pageOf();
    assert.deepEqual(
      facts.map(({ label }) => label),
      Object.keys(JSON.parse(json) as object),
    );
    assert.ok(inWords(facts).includes('rows_processed_count: 94,000'));
    assert.ok(inWords(facts).includes('inserted_at: Jun 15, 2026, 11:59:00 AM (1 min ago)'));
    assert.ok(inWords(facts).includes('sort_column: none'));
  });
});
