import assert from 'node:assert/strict';
import { createChart, type Chart, type ChartSpan } from '../../../../src/model/history/chart.ts';
import { now } from '../../samples.ts';
import { integralOf, HistoryRecorder, replay } from './HistoryRecorder.ts';

/** Its points as [seconds since the create, rows, rate]. */
function pointsOf({ times, rows, rates }: Chart): (number | null | undefined)[][] {
  return times.map((time, index) => [time - now / 1000, rows[index], rates[index]]);
}

function spansOf({ spans }: Chart): ChartSpan[] {
  const relative = (time: number): number => time - now / 1000;
  return spans.map(({ kind, from, to }) => ({
    kind,
    from: relative(from),
    to: to === null ? null : relative(to),
  }));
}

/** The rates that it has, at their times. */
function known({ times, rates }: Chart): { at: number; rate: number }[] {
  return times.flatMap((time, index) => {
    const rate = rates[index] ?? null;
    return rate === null ? [] : [{ at: time - now / 1000, rate }];
  });
}

describe('the chart of a backfill', () => {
  it('has a point for each write and one for now, and rates over 10 s or more', () => {
    const watch = new HistoryRecorder().pages(1, 1_000, 12).pages(3, 40_000, 5).watch(3);
    assert.deepEqual(pointsOf(watch.chart()), [
      [0, 0, null],
      [12, 1_000, 1_000 / 12],
      [17, 41_000, 8_000],
      [22, 81_000, 8_000],
      [27, 121_000, 8_000],
      [30, 121_000, null],
    ]);
  });

  it('has one point of one that nobody saw move, and no rate before 10 s', () => {
    assert.deepEqual(pointsOf(new HistoryRecorder().look().chart()), [[0, 0, null]]);
    const watch = new HistoryRecorder().pages(2, 1_000, 4);
    assert.deepEqual(known(watch.chart()), []);
    assert.equal(known(watch.pages(1, 1_000, 4).chart()).length, 3);
  });

  it('makes no needle of pages that land at once', () => {
    const watch = new HistoryRecorder().pages(1, 1_000, 10);
    for (let pair = 0; pair < 20; pair += 1) {
      watch.pages(1, 40_000, 19).pages(1, 40_000, 1);
    }
    const rates = known(watch.chart()).slice(1);
    assert.ok(
      rates.every(({ rate }) => rate > 2_000 && rate < 6_000),
      JSON.stringify(rates),
    );
  });

  it('has no rate while it is paused, and tells the pause and until when', () => {
    const watch = new HistoryRecorder().pages(3).sleep(2).change({ state: 'paused' }).look().watch(60);
    assert.deepEqual(spansOf(watch.chart()), [{ kind: 'paused', from: 26, to: null }]);
    assert.deepEqual(pointsOf(watch.chart()).slice(-2), [
      [26, 120_000, null],
      [86, 120_000, null],
    ]);
    watch.change({ state: 'active' }).look().pages(2);
    assert.deepEqual(spansOf(watch.chart()), [{ kind: 'paused', from: 26, to: 86 }]);
    assert.deepEqual(pointsOf(watch.chart()).slice(-4), [
      [26, 120_000, null],
      [86, 120_000, null],
      [94, 160_000, 5_000],
      [102, 200_000, 5_000],
    ]);
  });

  it('has the pause of one that was cancelled in it until its end, and ends there', () => {
    const watch = new HistoryRecorder().pages(3).change({ state: 'paused' }).look().watch(60);
    watch.change({ state: 'cancelled', canceledAt: watch.at }).look().sleep(3600);
    assert.deepEqual(spansOf(watch.chart()), [{ kind: 'paused', from: 24, to: 84 }]);
    assert.equal(pointsOf(watch.chart()).at(-1)?.[0], 84);
  });

  it('has no rate in a stall, told while it lasts and when it is over', () => {
    const watch = new HistoryRecorder({ rowsInitial: 10_000_000 }).pages(3).watch(70);
    assert.deepEqual(spansOf(watch.chart()), [{ kind: 'stalled', from: 24, to: null }]);
    watch.change({ rowsProcessed: 160_000 }).look().pages(2);
    assert.deepEqual(spansOf(watch.chart()), [{ kind: 'stalled', from: 24, to: 94 }]);
    assert.deepEqual(
      known(watch.chart()).map(({ at }) => at),
      [8, 16, 24, 102, 110],
    );
  });

  it('has no rate across a time that nobody saw, nor of the page that was under way when somebody looked', () => {
    const watch = new HistoryRecorder({ rowsInitial: 10_000_000 }).pages(3).sleep(3600);
    assert.deepEqual(spansOf(watch.chart()), [{ kind: 'unseen', from: 24, to: null }]);
    watch
      .change({ rowsProcessed: 5_000_000, updatedAt: watch.at - 4_000 })
      .look()
      .pages(3);
    assert.deepEqual(spansOf(watch.chart()), [{ kind: 'unseen', from: 24, to: 3624 }]);
    assert.deepEqual(pointsOf(watch.chart()).slice(3), [
      [24, 120_000, 5_000],
      [3620.5, 5_000_000, null],
      [3632, 5_040_000, null],
      [3640, 5_080_000, 5_000],
      [3648, 5_120_000, 5_000],
    ]);
  });

  it('invents no rate for what ran before the first look', () => {
    const watch = new HistoryRecorder({ rowsProcessed: 500_000 }).sleep(3600).pages(3);
    assert.deepEqual(
      known(watch.chart()).map(({ at }) => at),
      [3616, 3624],
    );
  });

  it('marks where the reader began again, and has no rate where its counters went back', () => {
    const watch = new HistoryRecorder().pages(3).edit({ database: 'other' }).sleep(2).look().pages(1);
    watch.sleep(8).change({ rowsProcessed: 1_000 }).look().pages(3);
    const chart = watch.chart();
    assert.deepEqual(
      chart.marks.map(({ at, cause }) => [at - now / 1000, cause]),
      [
        [26, 'sinkEdited'],
        [42, 'countersSetBack'],
      ],
    );
    assert.ok(known(chart).every(({ rate, at }) => rate > 0 && at !== 42));
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
      it(`makes the rows by its rates, without needles: ${name}, seen every ${everyMs} ms`, () => {
        const { journal, backfill, track, at } = replay(name, everyMs);
        const chart = createChart(journal, backfill, at, track);
        const { told, untold } = integralOf(chart);
        assert.equal(chart.rows.at(-1), backfill.rowsProcessed);
        assert.ok(Math.abs(told - Number(backfill.rowsProcessed)) < 0.01, `${told}`);
        assert.equal(untold, 0);
        assert.ok(chart.rates.every((rate) => rate === null || (rate >= 0 && rate <= 12_000)));
        assert.ok(chart.times.every((time, index) => index === 0 || time > (chart.times[index - 1] ?? 0)));
        assert.deepEqual([chart.rows.length, chart.rates.length], [chart.times.length, chart.times.length]);
      });
    }
  }
});
