import assert from 'node:assert/strict';
import type { ProgressHistory, Sample } from '../../../../src/model/history/history.ts';
import { downsampleHistory } from '../../../../src/model/history/downsampling.ts';
import { readSeries } from '../../../recordings/recordings.ts';
import { now } from '../../samples.ts';
import { HistoryRecorder, replay } from './HistoryRecorder.ts';

const second = (at: number): number => now + at * 1000;

describe('what is taken down of a backfill', () => {
  it('is its create, its count, its first rows and its end', () => {
    const watch = new HistoryRecorder({ rowsInitial: null }).watch(4).change({ rowsInitial: 2_000 }).look();
    watch.watch(10).change({ rowsProcessed: 1_000 }).look().watch(10);
    watch.change({ rowsProcessed: 2_000, state: 'completed', completedAt: watch.at }).look();
    assert.deepEqual(watch.history, {
      samples: [
        { at: now, rows: 0 },
        { at: second(14), rows: 1_000 },
        { at: second(24), rows: 2_000 },
      ],
      events: [
        { kind: 'created', at: now },
        { kind: 'counted', rows: 2_000, at: second(4) },
        { kind: 'firstRows', at: second(14) },
        { kind: 'ended', state: 'completed', at: second(24) },
      ],
      observedAt: second(24),
    });
  });

  it('is the same object while nothing is new', () => {
    const watch = new HistoryRecorder().pages(3);
    const { history } = watch;
    assert.equal(watch.look().history, history);
    assert.equal(watch.sleep(2).look().history, history);
    const later = watch.sleep(4).look().history;
    assert.notEqual(later, history, 'it was watched for longer');
    assert.equal(later?.samples, history?.samples);
    assert.equal(later?.events, history?.events);
  });

  it('dates a write by the server, to between the look before and this one', () => {
    const watch = new HistoryRecorder().watch(60);
    // Told by the server: in between, before the last look, after this one.
    for (const [updatedAt, at] of [
      [62, 62.5],
      [40, 65],
      [99, 75],
    ] as const) {
      const rowsProcessed = Number(watch.backfill.rowsProcessed) + 1_000;
      watch
        .sleep(5)
        .change({ rowsProcessed, updatedAt: second(updatedAt) })
        .look();
      assert.equal(watch.samples.at(-1)?.at, second(at));
    }
  });

  it('has a pause and a resume at the server’s times', () => {
    const watch = new HistoryRecorder().pages(3).sleep(1).change({ state: 'paused' }).sleep(1).look();
    watch.watch(60).sleep(1).change({ state: 'active' }).sleep(1).look();
    assert.deepEqual(watch.events('paused'), [{ kind: 'paused', by: 'itself', at: 25 }]);
    assert.deepEqual(watch.events('resumed'), [{ kind: 'resumed', by: 'itself', at: 87 }]);
    assert.deepEqual(watch.events('restarted'), []);
  });

  it('has a resume that nobody saw between two looks, before the write that came of it', () => {
    const watch = new HistoryRecorder().pages(3).change({ state: 'paused' }).look();
    watch.sleep(100).change({ state: 'active', rowsProcessed: 400_000 }).sleep(4).look();
    assert.deepEqual(watch.events('resumed'), [{ kind: 'resumed', by: 'itself', at: 124.5, notBefore: 24 }]);
  });

  it('has a pause at once with a page after the page', () => {
    const watch = new HistoryRecorder().pages(3).sleep(1).change({ state: 'paused', rowsProcessed: 160_000 });
    watch.sleep(2).look();
    assert.equal(watch.samples.at(-1)?.at, second(25.5));
    assert.deepEqual(watch.events('paused'), [{ kind: 'paused', by: 'itself', at: 25.5 }]);
  });

  for (const status of ['paused', 'disabled']) {
    it(`has the rest of a sink that is ${status}, of which the server tells no time`, () => {
      const watch = new HistoryRecorder().pages(3).edit({ status }).sleep(2).look();
      watch.sleep(60).edit({ status: 'active' }).look();
      assert.deepEqual(watch.events('paused'), [{ kind: 'paused', by: 'sink', at: 26 }]);
      assert.deepEqual(watch.events('resumed'), [{ kind: 'resumed', by: 'sink', at: 86, notBefore: 26 }]);
    });
  }

  it('has no resume of a paused one that is cancelled', () => {
    const watch = new HistoryRecorder().pages(3).change({ state: 'paused' }).look().watch(10);
    watch.change({ state: 'cancelled', canceledAt: watch.at }).look();
    assert.deepEqual(watch.events('resumed'), []);
    assert.deepEqual(watch.events('ended'), [{ kind: 'ended', state: 'cancelled', at: 34 }]);
  });

  it('has a stall once it moves again, since when the stall was said', () => {
    const watch = new HistoryRecorder({ rowsInitial: 10_000_000 }).pages(3).watch(70);
    const said = watch.stall()?.idleSince ?? assert.fail('no stall is said');
    assert.deepEqual(watch.events('stalled'), []);
    watch.change({ rowsProcessed: 160_000 }).look().pages(3);
    assert.deepEqual(watch.events('stalled'), [{ kind: 'stalled', from: (said - now) / 1000, to: 94 }]);
  });

  it('has a stall until it moves again, also where looks are 20 s apart', () => {
    const watch = new HistoryRecorder({ rowsInitial: 10_000_000 }).pages(3);
    for (let look = 0; look < 4; look += 1) {
      watch.sleep(20).look();
    }
    watch.sleep(18).change({ rowsProcessed: 160_000 }).sleep(2).look();
    assert.deepEqual(watch.events('stalled'), [{ kind: 'stalled', from: 24, to: 122.5 }]);
  });

  it('has no stall of a silence that its rhythm explains', () => {
    const bursts = new HistoryRecorder({ rowsInitial: 10_000_000 }).pages(5, 40_000, 45).pages(1, 40_000, 65);
    assert.deepEqual(bursts.events('stalled'), []);
  });

  const movesOn: [string, (watch: HistoryRecorder) => void][] = [
    ['is paused', (watch) => watch.change({ state: 'paused' })],
    ['is cancelled', (watch) => watch.change({ state: 'cancelled', canceledAt: watch.at })],
    ['is edited', (watch) => watch.edit({ database: 'other' })],
    ['is counted', (watch) => watch.change({ rowsInitial: 1_000_000 })],
  ];
  for (const [name, moveOn] of movesOn) {
    it(`has a stall that is over because it ${name}`, () => {
      const watch = new HistoryRecorder({ rowsInitial: null }).watch(70);
      moveOn(watch);
      watch.look().watch(10);
      assert.deepEqual(watch.events('stalled'), [{ kind: 'stalled', from: 0, to: 70 }]);
    });
  }

  it('has no stall of a time that nobody watched', () => {
    const watch = new HistoryRecorder().pages(3).sleep(3600).change({ rowsProcessed: 160_000 }).look();
    assert.deepEqual(watch.events('stalled'), []);
    watch.watch(70).sleep(3600).change({ rowsProcessed: 200_000 }).look();
    const [stalled] = watch.events('stalled');
    assert.ok(stalled && stalled.to - stalled.from < 80, JSON.stringify(stalled));
  });

  it('has a restart of the reader for each sign of one', () => {
    const watch = new HistoryRecorder().pages(3).edit({ database: 'other' }).sleep(2).look().pages(1);
    watch.sleep(1).change({}).sleep(1).look().pages(1);
    watch.change({ rowsProcessed: 1_000 }).look();
    assert.deepEqual(watch.events('restarted'), [
      { kind: 'restarted', cause: 'sinkEdited', at: 26 },
      { kind: 'restarted', cause: 'resumed', at: 35 },
      { kind: 'restarted', cause: 'countersSetBack', at: 44.001 },
    ]);
    assert.equal(watch.samples.at(-1)?.rows, 1_000);
  });

  it('has no restart for a count that becomes known after a while', () => {
    const watch = new HistoryRecorder({ rowsInitial: null })
      .watch(30)
      .change({ rowsInitial: 1_000_000 })
      .look();
    assert.deepEqual(watch.events('restarted'), []);
    assert.deepEqual(watch.events('counted'), [{ kind: 'counted', rows: 1_000_000, at: 30 }]);
  });

  it('has an end that failed between its last change and the look', () => {
    const watch = new HistoryRecorder().pages(3).sleep(60).change({ state: 'failed' }).sleep(50).look();
    assert.deepEqual(watch.events('ended'), [{ kind: 'ended', state: 'failed', at: 134, notBefore: 84 }]);
  });

  it('has the last rows not later than the end that the server tells', () => {
    const watch = new HistoryRecorder().pages(1).sleep(4);
    watch
      .change({ rowsProcessed: 50_000, state: 'completed', completedAt: second(12) })
      .sleep(2)
      .look();
    assert.deepEqual(watch.samples.at(-1), { at: second(12), rows: 50_000 });
  });

  it('has when nobody looked, until it ended if it did', () => {
    const watch = new HistoryRecorder().pages(3).sleep(119).look().sleep(121).look();
    assert.deepEqual(watch.events('unseen'), [{ kind: 'unseen', from: 143, to: 264 }]);
    const ended = new HistoryRecorder().pages(3).sleep(600);
    ended.change({ state: 'completed', completedAt: ended.at, rowsProcessed: 1_000_000 }).sleep(3600).look();
    assert.deepEqual(ended.events('unseen'), [{ kind: 'unseen', from: 24, to: 624 }]);
    assert.deepEqual(ended.events('ended'), [{ kind: 'ended', state: 'completed', at: 624 }]);
  });

  it('has one time unseen where each look is long after the other', () => {
    const watch = new HistoryRecorder().pages(3);
    for (let hour = 1; hour <= 24; hour += 1) {
      watch
        .sleep(3600)
        .change({ rowsProcessed: hour * 200_000 })
        .look();
    }
    assert.deepEqual(watch.events('unseen'), [{ kind: 'unseen', from: 24, to: 24 + 24 * 3600 }]);
    assert.equal(watch.samples.length, 28);
  });

  it('begins, for one that is first met half done, with a time that nobody saw', () => {
    const watch = new HistoryRecorder({ rowsProcessed: 94_000 }).sleep(3600);
    watch.change({ updatedAt: watch.at - 4_000 }).look();
    assert.deepEqual(watch.history, {
      samples: [
        { at: now, rows: 0 },
        { at: second(3596.5), rows: 94_000 },
      ],
      events: [
        { kind: 'created', at: now },
        { kind: 'unseen', from: now, to: second(3600) },
        { kind: 'firstRows', at: second(3596.5), notBefore: now },
        { kind: 'counted', rows: 1_000_000, at: second(3600), notBefore: now },
      ],
      observedAt: second(3600),
    });
  });

  it('forgets what is dated later than now where a clock was set back', () => {
    const watch = new HistoryRecorder().pages(30).change({ state: 'paused' }).look();
    watch.seconds -= 120;
    watch.look();
    assert.equal(watch.history?.observedAt, second(120));
    assert.ok(watch.samples.slice(0, -1).every(({ at }) => at <= second(120)));
    assert.equal(watch.samples.at(-1)?.rows, watch.backfill.rowsProcessed);
    assert.equal(watch.events('paused').length, 1, 'it still rests');
    assert.equal(watch.events('created').length, 1);
  });

  it('outlives JSON', () => {
    const { history } = new HistoryRecorder().pages(20);
    assert.deepEqual(JSON.parse(JSON.stringify(history)), history);
  });

  it('holds counts beyond 2^53', () => {
    const watch = new HistoryRecorder({ rowsInitial: 2n ** 60n, rowsProcessed: 2n ** 59n }).watch(4);
    watch.change({ rowsProcessed: 2n ** 59n + 40_000n }).look();
    assert.deepEqual(watch.events('counted'), [{ kind: 'counted', rows: 2n ** 60n, at: 0 }]);
    assert.ok(Number.isFinite(watch.samples.at(-1)?.rows));
  });
});

describe('what is taken down of a recorded backfill', () => {
  const series: [string, number][] = [
    ['c02-series-orders-redis', 500],
    ['g10-series-big-redis-pause-resume', 500],
    ['g10-series-big-redis-pause-resume', 2_000],
    ['g11-series-orders-webhook', 500],
    ['g11-series-orders-webhook', 2_000],
    ['g12-series-slow-webhook-cancel', 500],
    ['g13-series-stream-pull-500rps', 500],
    ['g14-series-slow-webhook-pending2000', 500],
  ];
  const kinds: Record<string, readonly string[]> = { PATCHpaused: ['paused'], PATCHactive: ['resumed'] };
  for (const [name, everyMs] of series) {
    it(`is what was done to it, at its time: ${name}, seen every ${everyMs} ms`, () => {
      const { journal, backfill: last, zero } = replay(name, everyMs);
      assert.equal(journal.samples.at(-1)?.rows, last.rowsProcessed);
      const done = readSeries(name).samples.flatMap(({ event, body, t_ms }) => {
        const kind = kinds[`${event ?? ''}${String((body as { state?: string } | undefined)?.state)}`];
        return kind === undefined ? [] : [{ kind: kind[0], at: zero + t_ms }];
      });
      const seen = journal.events.filter(({ kind }) => !['created', 'counted', 'firstRows'].includes(kind));
      assert.deepEqual(
        seen.map(({ kind }) => kind),
        [...done.map(({ kind }) => kind), 'ended'],
      );
      done.forEach(({ at }, index) => {
        const event = seen[index];
        assert.ok(
          event && 'at' in event && Math.abs(event.at - at) <= 500,
          `${JSON.stringify(event)}, ${at}`,
        );
      });
    });
  }
});

describe('a journal of a long time', () => {
  const dayMs = 24 * 3600_000;

  it('stays small over a day of a write a second, exact, dense of late and coarse long ago', () => {
    const watch = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    const written = new Map([[now, 0]]);
    let [most, longest] = [0, 0];
    for (let look = 0; look < dayMs / 2_000; look += 1) {
      // Every other write is seen only in the sum.
      const rowsProcessed = Number(watch.backfill.rowsProcessed) + 2_000 + (look % 7);
      watch.sleep(2).change({ rowsProcessed }).look();
      const last = watch.samples.at(-1);
      written.set(last?.at ?? NaN, rowsProcessed);
      most = Math.max(most, watch.samples.length);
      longest = Math.max(longest, look % 100 === 0 ? JSON.stringify(watch.history).length : 0);
    }
    const { samples } = watch;
    console.log(
      `      ${written.size} writes: at most ${most} samples, ${longest} characters of JSON, now ${samples.length}`,
    );
    assert.ok(most <= 300 && longest < 12_000);
    assert.deepEqual(samples[0], { at: now, rows: 0 });
    assert.equal(samples.at(-1)?.rows, watch.backfill.rowsProcessed);
    assert.ok(samples.every(({ at, rows }) => written.get(at) === rows));
    const gapsFrom = (fromMs: number, toMs: number): number[] =>
      samples.flatMap(({ at }, index) => {
        const age = watch.at - at;
        return age >= fromMs && age < toMs && index > 0 ? [at - (samples[index - 1]?.at ?? 0)] : [];
      });
    assert.ok(
      Math.max(...gapsFrom(0, 180_000)) <= 10_000,
      'the last 3 minutes, by less than a rate is told over',
    );
    assert.ok(Math.max(...gapsFrom(0, 3600_000)) <= 5 * 60_000, 'the last hour');
    assert.ok(Math.max(...gapsFrom(0, dayMs)) <= dayMs / 24, 'the whole day');
    assert.ok(gapsFrom(dayMs / 2, dayMs).length >= 20, 'the first half of the day');
  });

  it('is thinned the same way each time', () => {
    const thinned = (): ProgressHistory | undefined =>
      new HistoryRecorder({ rowsInitial: 1e9 }).pages(700).history;
    assert.deepEqual(thinned(), thinned());
  });

  it('keeps the newest events of a day of pauses, and its create and end', () => {
    const watch = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    for (let pause = 0; pause < 200; pause += 1) {
      watch.pages(2).change({ state: 'paused' }).look().watch(4).change({ state: 'active' }).look();
    }
    watch.sleep(400).look().pages(2).change({ state: 'paused' }).look().watch(4);
    const { history } = watch;
    assert.ok((history?.events.length ?? 0) <= 100 && watch.samples.length <= 300);
    assert.equal(watch.events('paused').length - watch.events('resumed').length, 1, 'the pause that lasts');
    assert.deepEqual(
      history?.events.slice(0, 3).map(({ kind }) => kind),
      ['created', 'counted', 'firstRows'],
    );
    assert.equal(watch.events('unseen').length, 1);
    watch.change({ state: 'cancelled', canceledAt: watch.at }).look();
    assert.equal(watch.history?.events.at(-1)?.kind, 'ended');
    assert.ok(watch.history.events.length <= 100);
  });

  it('keeps the last sample before each pause', () => {
    const watch = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    const before: (Sample | undefined)[] = [];
    for (let pause = 0; pause < 20; pause += 1) {
      before.push(watch.pages(20 + pause, 1_000, 3).samples.at(-1));
      watch.change({ state: 'paused' }).look().watch(20).change({ state: 'active' }).look();
    }
    watch.pages(500, 1_000, 3);
    assert.ok(watch.samples.length <= 300);
    assert.ok(before.every((sample) => sample !== undefined && watch.samples.includes(sample)));
  });

  it('is cut to what there is room for, whatever was to be spared', () => {
    const watch = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    for (let pause = 0; pause < 40; pause += 1) {
      watch.pages(2).change({ state: 'paused' }).look().watch(4).change({ state: 'active' }).look();
    }
    for (let sleep = 0; sleep < 5; sleep += 1) {
      watch.pages(2).sleep(600).look();
    }
    const journal =
      watch.pages(1, 1_000, 2).change({ state: 'paused' }).look().watch(4).history ?? assert.fail();
    for (const [samples, events] of [
      [37, 5],
      [3, 100],
    ] as const) {
      const small = downsampleHistory(journal, samples, events);
      assert.ok(small.samples.length <= samples && small.events.length <= events);
      assert.deepEqual(
        [small.samples[0], small.samples.at(-1)],
        [journal.samples[0], journal.samples.at(-1)],
      );
    }
    assert.deepEqual(
      downsampleHistory(journal, 37, 5).events.map(({ kind }) => kind),
      ['created', 'counted', 'firstRows', 'unseen', 'paused'],
    );
    const full = downsampleHistory(journal, 300, 100);
    assert.equal(downsampleHistory(full, 300, 100), full);
    const resumed = watch.change({ state: 'active' }).look().pages(1, 1_000, 2).history ?? assert.fail();
    assert.deepEqual(downsampleHistory(resumed, 3, 5).samples.at(-1), resumed.samples.at(-1));
  });

  it('thins its samples at most once in 100 writes, since that is expensive', () => {
    const watch = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    let thinnings = 0;
    for (let write = 0; write < 2_000; write += 1) {
      const before = watch.samples.length;
      watch.pages(1);
      if (watch.samples.length < before) thinnings += 1;
    }
    assert.ok(thinnings > 0 && thinnings <= 20, `${thinnings} times`);
  });
});
