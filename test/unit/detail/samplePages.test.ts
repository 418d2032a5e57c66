import assert from 'node:assert/strict';
import { createBackfillPage } from '../../../src/detail/backfillPage.ts';
import type { ServerView } from '../../../src/detail/pageParts.ts';
import type { BackfillPage, SinkPage } from '../../../src/detail/protocol.ts';
import { createSinkPage } from '../../../src/detail/sinkPage.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { emptySnapshot } from '../../../src/servers/Snapshot.ts';
import { setLocale } from '../../../src/text/format.ts';
import { states } from '../../page/samplePages.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';

// The tests of the page in a browser must not be nicer than the product.
describe('the pages that page tests show', () => {
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

  function createPage(fields: Partial<Backfill>): BackfillPage {
    const shown = backfill(fields);
    return createBackfillPage(shown, createServer(sink(), shown));
  }

  const sinkSamples: readonly (readonly [name: string, sample: SinkPage, fields: Partial<Sink>])[] = [
    ['healthy', states.sink.page, {}],
    ['on hold', states.sinkOnHold.page, { status: 'paused' }],
  ];
  for (const [name, sample, fields] of sinkSamples) {
    it(`match the texts of real pages: a sink, ${name}`, () => {
      const shown = sink(fields);
      const page = createSinkPage(shown, createServer(shown, backfill()));
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

  const samples: readonly (readonly [name: string, sample: BackfillPage, fields: Partial<Backfill>])[] = [
    ['active', states.active.page, {}],
    ['counting', states.counting.page, { rowsInitial: null, rowsProcessed: 0 }],
    ['paused', states.paused.page, { state: 'paused' }],
    ['failed', states.failed.page, { state: 'failed', rowsInitial: null, rowsProcessed: 0 }],
    ['cancelled', states.cancelled.page, { state: 'cancelled', canceledAt: now }],
  ];
  for (const [name, sample, fields] of samples) {
    it(`match the texts of real pages: ${name}`, () => {
      const page = createPage(fields);
      const listTexts = ({ labels, chart, runs, state, buttons }: BackfillPage) => {
        const { title, rows, rate, time, asTable } = chart.labels;
        return {
          labels,
          chart: { title, rows, rate, time, asTable },
          columns: runs.columns,
          state,
          buttons: buttons.map(({ id, label, icon, kind }) => [id, label, icon, kind]),
        };
      };
      assert.deepEqual(listTexts(sample), listTexts(page));
    });
  }
});
