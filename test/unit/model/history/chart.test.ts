import assert from 'node:assert/strict';
import { type Chart, type ChartSpan, createChart } from '../../../../src/model/history/chart.ts';
import { now } from '../../samples.ts';
import { HistoryRecorder, integrateRates, replay } from './HistoryRecorder.ts';

/** Lists the points as `[seconds since the start, rows, rate]`. */
function listPoints({ times, rows, rates }: Chart): (number | null | undefined)[][] {
  return times.map((time, index) => [time - now / 1000, rows[index], rates[index]]);
}

/** Lists the spans, with times in seconds since the start. */
function listSpans({ spans }: Chart): ChartSpan[] {
  const toRelative = (time: number): number => time - now / 1000;
  return spans.map(({ kind, from, to }) => ({
    kind,
    from: toRelative(from),
    to: to === null ? null : toRelative(to),
  }));
}

/** Lists the points with a known rate, with times in seconds since the start. */
function listKnownRates({ times, rates }: Chart): { at: number; rate: number }[] {
  return times.flatMap((time, index) => {
    const rate = rates[index] ?? null;
    return rate === null ? [] : [{ at: time - now / 1000, rate }];
  });
}

describe('createChart', () => {
  it('has a point for each counter update and for the current time, and rates over at least 10 s', () => {
    const recorder = new HistoryRecorder().addPages(1, 1_000, 12).addPages(3, 40_000, 5).observeFor(3);
    assert.deepEqual(listPoints(recorder.createChart()), [
      [0, 0, null],
      [12, 1_000, 1_000 / 12],
      [17, 41_000, 8_000],
      [22, 81_000, 8_000],
      [27, 121_000, 8_000],
      [30, 121_000, null],
    ]);
  });

  it('has a single point at the start, and no rates before its points cover 10 s', () => {
    assert.deepEqual(listPoints(new HistoryRecorder().observe().createChart()), [[0, 0, null]]);
    const recorder = new HistoryRecorder().addPages(2, 1_000, 4);
    assert.deepEqual(listKnownRates(recorder.createChart()), []);
    assert.equal(listKnownRates(recorder.addPages(1, 1_000, 4).createChart()).length, 3);
  });

  it('has no rate peaks if two pages arrive within a second', () => {
    const recorder = new HistoryRecorder().addPages(1, 1_000, 10);
    for (let pair = 0; pair < 20; pair += 1) {
      recorder.addPages(1, 40_000, 19).addPages(1, 40_000, 1);
    }
    const rates = listKnownRates(recorder.createChart()).slice(1);
    assert.ok(
      rates.every(({ rate }) => rate > 2_000 && rate < 6_000),
      JSON.stringify(rates),
    );
  });

  it('has no rate during a pause, and shows the start and end of the pause', () => {
    const recorder = new HistoryRecorder()
      .addPages(3)
      .advance(2)
      .update({ state: 'paused' })
      .observe()
      .observeFor(60);
    assert.deepEqual(listSpans(recorder.createChart()), [{ kind: 'paused', from: 26, to: null }]);
    assert.deepEqual(listPoints(recorder.createChart()).slice(-2), [
      [26, 120_000, null],
      [86, 120_000, null],
    ]);
    recorder.update({ state: 'active' }).observe().addPages(2);
    assert.deepEqual(listSpans(recorder.createChart()), [{ kind: 'paused', from: 26, to: 86 }]);
    assert.deepEqual(listPoints(recorder.createChart()).slice(-4), [
      [26, 120_000, null],
      [86, 120_000, null],
      [94, 160_000, 5_000],
      [102, 200_000, 5_000],
    ]);
  });

  it('ends the pause and the chart when a paused backfill is cancelled', () => {
    const recorder = new HistoryRecorder().addPages(3).update({ state: 'paused' }).observe().observeFor(60);
    recorder.update({ state: 'cancelled', canceledAt: recorder.at }).observe().advance(3600);
    assert.deepEqual(listSpans(recorder.createChart()), [{ kind: 'paused', from: 24, to: 84 }]);
    assert.equal(listPoints(recorder.createChart()).at(-1)?.[0], 84);
  });

  it('shows a stall as a span without a rate, both during the stall and after it', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 10_000_000 }).addPages(3).observeFor(70);
    assert.deepEqual(listSpans(recorder.createChart()), [{ kind: 'stalled', from: 24, to: null }]);
    recorder.update({ rowsProcessed: 160_000 }).observe().addPages(2);
    assert.deepEqual(listSpans(recorder.createChart()), [{ kind: 'stalled', from: 24, to: 94 }]);
    assert.deepEqual(
      listKnownRates(recorder.createChart()).map(({ at }) => at),
      [8, 16, 24, 102, 110],
    );
  });

  it('has no rate for an unobserved period, or for the page in progress when that period ends', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 10_000_000 }).addPages(3).advance(3600);
    assert.deepEqual(listSpans(recorder.createChart()), [{ kind: 'unobserved', from: 24, to: null }]);
    recorder
      .update({ rowsProcessed: 5_000_000, updatedAt: recorder.at - 4_000 })
      .observe()
      .addPages(3);
    assert.deepEqual(listSpans(recorder.createChart()), [{ kind: 'unobserved', from: 24, to: 3624 }]);
    assert.deepEqual(listPoints(recorder.createChart()).slice(3), [
      [24, 120_000, 5_000],
      [3620.5, 5_000_000, null],
      [3632, 5_040_000, null],
      [3640, 5_080_000, 5_000],
      [3648, 5_120_000, 5_000],
    ]);
  });

  it('has no rate before the first observation', () => {
    const recorder = new HistoryRecorder({ rowsProcessed: 500_000 }).advance(3600).addPages(3);
    assert.deepEqual(
      listKnownRates(recorder.createChart()).map(({ at }) => at),
      [3616, 3624],
    );
  });

  it('contains restarts of the reader, and has no rate where the counters were reset', () => {
    const recorder = new HistoryRecorder()
      .addPages(3)
      .editSink({ database: 'other' })
      .advance(2)
      .observe()
      .addPages(1);
    recorder.advance(8).update({ rowsProcessed: 1_000 }).observe().addPages(3);
    const chart = recorder.createChart();
    assert.deepEqual(
      chart.restarts.map(({ at, cause }) => [at - now / 1000, cause]),
      [
        [26, 'sinkEdited'],
        [42, 'countersReset'],
      ],
    );
    assert.ok(listKnownRates(chart).every(({ rate, at }) => rate > 0 && at !== 42));
  });

  for (const name of [
    'c02-series-orders-redis',
    'g10-series-big-redis-pause-resume',
    'g11-series-orders-webhook',
    'g12-series-slow-webhook-cancel',
    'g13-series-stream-pull-500rps',
    'g14-series-slow-webhook-pending2000',
  ]) {
    for (const everyMs of [500, 2_000, 10_000]) {
      it(`has no peaks, and rates that add up to the rows, for the recording ${name}, observed every ${everyMs} ms`, () => {
        const { history, backfill, at } = replay(name, everyMs);
        const chart = createChart(history, backfill, at);
        const { known, unknown } = integrateRates(chart);
        assert.equal(chart.rows.at(-1), backfill.rowsProcessed);
        assert.ok(Math.abs(known - Number(backfill.rowsProcessed)) < 0.01, `${known}`);
        assert.equal(unknown, 0);
        assert.ok(chart.rates.every((rate) => rate === null || (rate >= 0 && rate <= 12_000)));
        assert.ok(chart.times.every((time, index) => index === 0 || time > (chart.times[index - 1] ?? 0)));
        assert.deepEqual([chart.rows.length, chart.rates.length], [chart.times.length, chart.times.length]);
      });
    }
  }
});
