import assert from 'node:assert/strict';
import { createBackfillPage } from '../../../src/detail/backfillPage.ts';
import { createPageContent } from '../../../src/detail/pageContent.ts';
import type { ServerView } from '../../../src/detail/pageParts.ts';
import type { BackfillPage, SinkPage } from '../../../src/detail/protocol.ts';
import { createSinkPage } from '../../../src/detail/sinkPage.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { emptySnapshot } from '../../../src/servers/Snapshot.ts';
import { setLocale } from '../../../src/text/format.ts';
import { states } from '../../page/samplePages.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';

// Page tests must show what the product shows.
describe('The sample pages of page tests', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const loaded = { loading: false, loadedAt: now, failure: undefined };

  function createServer(ofSink: Sink, shown: Backfill): ServerView {
    const snapshot = {
      ...emptySnapshot,
      sinks: new Map([[ofSink.id, ofSink]]),
      backfills: new Map([[ofSink.id, new Map([[shown.id, shown]])]]),
      sinksLoad: loaded,
      backfillListLoads: new Map([[ofSink.id, loaded]]),
    };
    return { connection: connectionTo('http://localhost:7376'), snapshot, serverNow: now };
  }

  function createPage(fields: Partial<Backfill>, sinkFields: Partial<Sink> = {}): BackfillPage {
    const shown = backfill(fields);
    return createBackfillPage(shown, createServer(sink(sinkFields), shown), false);
  }

  const sinkSamples: readonly (readonly [name: string, sample: SinkPage, fields: Partial<Sink>])[] = [
    ['healthy', states.sink.page, {}],
    ['on hold', states.sinkOnHold.page, { status: 'paused' }],
  ];
  for (const [name, sample, fields] of sinkSamples) {
    it(`have the texts of real pages: a sink, ${name}`, () => {
      const shown = sink(fields);
      const page = createSinkPage(shown, createServer(shown, backfill()), false);
      const listTexts = ({
        labels,
        subtitle,
        backfills,
        tables,
        settings,
        state,
        buttons,
        diagnosis,
      }: SinkPage) => ({
        labels,
        settings: settings.map(({ label }) => label),
        subtitle,
        columns: [backfills.columns, tables?.columns],
        state,
        buttons: buttons.map(({ id, label, icon, kind }) => [id, label, icon, kind]),
        diagnosis: diagnosis && { ...diagnosis, button: diagnosis.button?.label },
      });
      assert.deepEqual(listTexts(sample), listTexts(page));
    });
  }

  const deliveryError = '502 Bad Gateway';
  const deliveryCheck = { name: 'Message delivery', status: 'error', error: deliveryError };
  const samples: readonly (readonly [
    name: string,
    sample: BackfillPage,
    fields: Partial<Backfill>,
    sink?: Partial<Sink>,
  ])[] = [
    ['active', states.active.page, {}],
    ['counting', states.counting.page, { rowsInitial: null, rowsProcessed: 0 }],
    ['paused', states.paused.page, { state: 'paused' }],
    ['failed', states.failed.page, { state: 'failed', rowsInitial: null, rowsProcessed: 0 }],
    ['cancelled', states.cancelled.page, { state: 'cancelled', canceledAt: now }],
    ['on hold', states.sinkPaused.page, {}, { status: 'paused' }],
    [
      'with failing deliveries',
      states.stalled.page,
      {},
      { health: { status: 'error', checks: [deliveryCheck] } },
    ],
  ];
  for (const [name, sample, fields, sinkFields] of samples) {
    it(`have the texts of real pages: a backfill, ${name}`, () => {
      const page = createPage(fields, sinkFields);
      const listTexts = ({ labels, chart, runs, facts, json, state, buttons, diagnosis }: BackfillPage) => {
        const { title, rows, rate, time, asTable } = chart.labels;
        return {
          labels,
          chart: { title, rows, rate, time, asTable },
          columns: runs.columns,
          facts: facts.map(({ label }) => label),
          json: Object.keys(JSON.parse(json) as object),
          state,
          buttons: buttons.map(({ id, label, icon, kind }) => [id, label, icon, kind]),
          diagnosis: diagnosis && { text: diagnosis.text, button: diagnosis.button?.label },
        };
      };
      assert.deepEqual(listTexts(sample), listTexts(page));
    });
  }

  const server = createServer(sink(), backfill());
  const refused = { kind: 'network', reason: 'refused' } as const;
  const loadedAt = Date.parse('2026-06-15T14:03:58Z');
  for (const [name, sample, snapshot, failure] of [
    [
      'an unreachable server',
      states.disconnected.notice,
      { ...server.snapshot, sinksLoad: { loading: false, loadedAt, failure: refused } },
      undefined,
    ],
    [
      'a deleted backfill',
      states.gone.notice,
      { ...server.snapshot, backfills: new Map() },
      { kind: 'notFound', resource: 'backfill' },
    ],
  ] as const) {
    it(`have the notices of real pages: ${name}`, () => {
      const { id: backfillId, sinkId } = backfill();
      const ref = { connectionId: server.connection.id, sinkId, backfillId };
      const { notice } = createPageContent(ref, { ...server, snapshot }, { failure });
      assert.deepEqual(sample, notice);
    });
  }
});
