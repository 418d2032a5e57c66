import assert from 'node:assert/strict';
import { downsampleHistory } from '../../../../src/model/history/downsampling.ts';
import type { ProgressHistory, Sample } from '../../../../src/model/history/history.ts';
import { readSeries } from '../../../recordings/recordings.ts';
import { now } from '../../samples.ts';
import { HistoryRecorder, replay } from './HistoryRecorder.ts';

/** The server's time `seconds` seconds after the start of the backfill, in milliseconds since the epoch. */
const atSecond = (seconds: number): number => now + seconds * 1000;

describe('recordObservation', () => {
  it('records the start, the row count, the first rows and the finish', () => {
    const recorder = new HistoryRecorder({ rowsInitial: null })
      .observeFor(4)
      .update({ rowsInitial: 2_000 })
      .observe();
    recorder.observeFor(10).update({ rowsProcessed: 1_000 }).observe().observeFor(10);
    recorder.update({ rowsProcessed: 2_000, state: 'completed', completedAt: recorder.at }).observe();
    assert.deepEqual(recorder.history, {
      samples: [
        { at: now, rows: 0 },
        { at: atSecond(14), rows: 1_000 },
        { at: atSecond(24), rows: 2_000 },
      ],
      events: [
        { kind: 'created', at: now },
        { kind: 'counted', rows: 2_000, at: atSecond(4) },
        { kind: 'firstRows', at: atSecond(14) },
        { kind: 'finished', state: 'completed', at: atSecond(24) },
      ],
      observedAt: atSecond(24),
      firstObservedAt: now,
    });
  });

  it('returns the same object while nothing changes', () => {
    const recorder = new HistoryRecorder().addPages(3);
    const { history } = recorder;
    assert.equal(recorder.observe().history, history);
    assert.equal(recorder.advance(2).observe().history, history);
    const later = recorder.advance(4).observe().history;
    assert.notEqual(later, history, 'the time of the observation is recorded');
    assert.equal(later?.samples, history?.samples);
    assert.equal(later?.events, history?.events);
  });

  it('dates a counter update by updated_at, but not before the previous observation or after the current one', () => {
    const recorder = new HistoryRecorder().observeFor(60);
    // The reported times are between the two observations, before the previous one, and after the current one.
    for (const [updatedAt, at] of [
      [62, 62.5],
      [40, 65],
      [99, 75],
    ] as const) {
      const rowsProcessed = Number(recorder.backfill.rowsProcessed) + 1_000;
      recorder
        .advance(5)
        .update({ rowsProcessed, updatedAt: atSecond(updatedAt) })
        .observe();
      assert.equal(recorder.samples.at(-1)?.at, atSecond(at));
    }
  });

  it('dates a pause and a resume by updated_at', () => {
    const recorder = new HistoryRecorder()
      .addPages(3)
      .advance(1)
      .update({ state: 'paused' })
      .advance(1)
      .observe();
    recorder.observeFor(60).advance(1).update({ state: 'active' }).advance(1).observe();
    assert.deepEqual(recorder.events('paused'), [{ kind: 'paused', by: 'itself', at: 25 }]);
    assert.deepEqual(recorder.events('resumed'), [{ kind: 'resumed', by: 'itself', at: 87 }]);
    assert.deepEqual(recorder.events('restarted'), []);
  });

  it('dates a resume between two observations no later than the rows that followed it', () => {
    const recorder = new HistoryRecorder().addPages(3).update({ state: 'paused' }).observe();
    recorder.advance(100).update({ state: 'active', rowsProcessed: 400_000 }).advance(4).observe();
    assert.deepEqual(recorder.events('resumed'), [
      { kind: 'resumed', by: 'itself', at: 124.5, notBefore: 24 },
    ]);
  });

  it('dates a pause no earlier than the page that arrived together with it', () => {
    const recorder = new HistoryRecorder()
      .addPages(3)
      .advance(1)
      .update({ state: 'paused', rowsProcessed: 160_000 });
    recorder.advance(2).observe();
    assert.equal(recorder.samples.at(-1)?.at, atSecond(25.5));
    assert.deepEqual(recorder.events('paused'), [{ kind: 'paused', by: 'itself', at: 25.5 }]);
  });

  it('dates a pause and a resume of the sink by the observation, because the server reports no time', () => {
    const recorder = new HistoryRecorder().addPages(3).editSink({ status: 'paused' }).advance(2).observe();
    recorder.advance(60).editSink({ status: 'active' }).observe();
    assert.deepEqual(recorder.events('paused'), [{ kind: 'paused', by: 'sink', at: 26 }]);
    assert.deepEqual(recorder.events('resumed'), [{ kind: 'resumed', by: 'sink', at: 86, notBefore: 26 }]);
  });

  it('records no pause when a sink is disabled, because its backfill continues', () => {
    const recorder = new HistoryRecorder().addPages(3).editSink({ status: 'disabled' }).addPages(3);
    assert.deepEqual(recorder.events('paused'), []);
    assert.notEqual(recorder.estimate(), undefined);
  });

  it('records no resume of a paused backfill that is cancelled', () => {
    const recorder = new HistoryRecorder().addPages(3).update({ state: 'paused' }).observe().observeFor(10);
    recorder.update({ state: 'cancelled', canceledAt: recorder.at }).observe();
    assert.deepEqual(recorder.events('resumed'), []);
    assert.deepEqual(recorder.events('finished'), [{ kind: 'finished', state: 'cancelled', at: 34 }]);
  });

  it('records a stall once progress continues, with the same start as during the stall', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 10_000_000 }).addPages(3).observeFor(70);
    const stalledSince = recorder.detectStall()?.idleSince ?? assert.fail('no stall');
    assert.deepEqual(recorder.events('stalled'), []);
    recorder.update({ rowsProcessed: 160_000 }).observe().addPages(3);
    assert.deepEqual(recorder.events('stalled'), [
      { kind: 'stalled', from: (stalledSince - now) / 1000, to: 94 },
    ]);
  });

  it('records a stall that ends when progress continues, even if observations are 20 s apart', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 10_000_000 }).addPages(3);
    for (let count = 0; count < 4; count += 1) {
      recorder.advance(20).observe();
    }
    recorder.advance(18).update({ rowsProcessed: 160_000 }).advance(2).observe();
    assert.deepEqual(recorder.events('stalled'), [{ kind: 'stalled', from: 24, to: 122.5 }]);
  });

  it('records no stall for an idle time up to 1.5 times as long as an earlier idle time', () => {
    const bursts = new HistoryRecorder({ rowsInitial: 10_000_000 })
      .addPages(5, 40_000, 45)
      .addPages(1, 40_000, 65);
    assert.deepEqual(bursts.events('stalled'), []);
  });

  const endings: [string, (recorder: HistoryRecorder) => void][] = [
    ['is paused', (recorder) => recorder.update({ state: 'paused' })],
    ['is cancelled', (recorder) => recorder.update({ state: 'cancelled', canceledAt: recorder.at })],
    ['is interrupted by an edit of its sink', (recorder) => recorder.editSink({ database: 'other' })],
    ['gets its row count', (recorder) => recorder.update({ rowsInitial: 1_000_000 })],
  ];
  for (const [name, endStall] of endings) {
    it(`records a stall that ends when the backfill ${name}`, () => {
      const recorder = new HistoryRecorder({ rowsInitial: null }).addPages(3).observeFor(70);
      endStall(recorder);
      recorder.observe().observeFor(10);
      assert.deepEqual(recorder.events('stalled'), [{ kind: 'stalled', from: 24, to: 94 }]);
    });
  }

  it('records no stall for an unobserved period', () => {
    const recorder = new HistoryRecorder()
      .addPages(3)
      .advance(3600)
      .update({ rowsProcessed: 160_000 })
      .observe();
    assert.deepEqual(recorder.events('stalled'), []);
    recorder.observeFor(70).advance(3600).update({ rowsProcessed: 200_000 }).observe();
    const [stalled] = recorder.events('stalled');
    assert.ok(stalled && stalled.to - stalled.from < 80, JSON.stringify(stalled));
  });

  it('records a restart for an edit of the sink, an update without progress, and a reset of the counters', () => {
    const recorder = new HistoryRecorder()
      .addPages(3)
      .editSink({ database: 'other' })
      .advance(2)
      .observe()
      .addPages(1);
    recorder.advance(1).update({}).advance(1).observe().addPages(1);
    recorder.update({ rowsProcessed: 1_000 }).observe();
    assert.deepEqual(recorder.events('restarted'), [
      { kind: 'restarted', cause: 'sinkEdited', at: 26 },
      { kind: 'restarted', cause: 'resumed', at: 35 },
      { kind: 'restarted', cause: 'countersReset', at: 44.001 },
    ]);
    assert.equal(recorder.samples.at(-1)?.rows, 1_000);
  });

  it('records no restart when the row count becomes known', () => {
    const recorder = new HistoryRecorder({ rowsInitial: null })
      .observeFor(30)
      .update({ rowsInitial: 1_000_000 })
      .observe();
    assert.deepEqual(recorder.events('restarted'), []);
    assert.deepEqual(recorder.events('counted'), [{ kind: 'counted', rows: 1_000_000, at: 30 }]);
  });

  it('records that a failure occurred between updated_at and the observation', () => {
    const recorder = new HistoryRecorder()
      .addPages(3)
      .advance(60)
      .update({ state: 'failed' })
      .advance(50)
      .observe();
    assert.deepEqual(recorder.events('finished'), [
      { kind: 'finished', state: 'failed', at: 134, notBefore: 84 },
    ]);
  });

  it('dates the last rows no later than the reported finish', () => {
    const recorder = new HistoryRecorder().addPages(1).advance(4);
    recorder
      .update({ rowsProcessed: 50_000, state: 'completed', completedAt: atSecond(12) })
      .advance(2)
      .observe();
    assert.deepEqual(recorder.samples.at(-1), { at: atSecond(12), rows: 50_000 });
  });

  it('records an unobserved period that ends with the next observation, or with the finish of the backfill', () => {
    const recorder = new HistoryRecorder().addPages(3).advance(119).observe().advance(121).observe();
    assert.deepEqual(recorder.events('unobserved'), [{ kind: 'unobserved', from: 143, to: 264 }]);
    const finished = new HistoryRecorder().addPages(3).advance(600);
    finished
      .update({ state: 'completed', completedAt: finished.at, rowsProcessed: 1_000_000 })
      .advance(3600)
      .observe();
    assert.deepEqual(finished.events('unobserved'), [{ kind: 'unobserved', from: 24, to: 624 }]);
    assert.deepEqual(finished.events('finished'), [{ kind: 'finished', state: 'completed', at: 624 }]);
  });

  it('merges adjacent unobserved periods', () => {
    const recorder = new HistoryRecorder().addPages(3);
    for (let hour = 1; hour <= 24; hour += 1) {
      recorder
        .advance(3600)
        .update({ rowsProcessed: hour * 200_000 })
        .observe();
    }
    assert.deepEqual(recorder.events('unobserved'), [{ kind: 'unobserved', from: 24, to: 24 + 24 * 3600 }]);
    assert.equal(recorder.samples.length, 28);
  });

  it('begins a history with an unobserved period if the backfill is already running when it is first observed', () => {
    const recorder = new HistoryRecorder({ rowsProcessed: 94_000 }).advance(3600);
    recorder.update({ updatedAt: recorder.at - 4_000 }).observe();
    assert.deepEqual(recorder.history, {
      samples: [
        { at: now, rows: 0 },
        { at: atSecond(3596.5), rows: 94_000 },
      ],
      events: [
        { kind: 'created', at: now },
        { kind: 'unobserved', from: now, to: atSecond(3600) },
        { kind: 'firstRows', at: atSecond(3596.5), notBefore: now },
        { kind: 'counted', rows: 1_000_000, at: atSecond(3600), notBefore: now },
      ],
      observedAt: atSecond(3600),
      firstObservedAt: atSecond(3600),
    });
  });

  it('discards samples and events that are in the future after the clock is set back', () => {
    const recorder = new HistoryRecorder().addPages(30).update({ state: 'paused' }).observe();
    recorder.seconds -= 120;
    recorder.observe();
    assert.equal(recorder.history?.observedAt, atSecond(120));
    assert.ok(recorder.samples.slice(0, -1).every(({ at }) => at <= atSecond(120)));
    assert.equal(recorder.samples.at(-1)?.rows, recorder.backfill.rowsProcessed);
    assert.equal(recorder.events('paused').length, 1, 'it is still paused');
    assert.equal(recorder.events('created').length, 1);
  });

  it('returns a history that can be stored as JSON', () => {
    const { history } = new HistoryRecorder().addPages(20);
    assert.deepEqual(JSON.parse(JSON.stringify(history)), history);
  });

  it('records row counts beyond 2^53', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 2n ** 60n, rowsProcessed: 2n ** 59n }).observeFor(4);
    recorder.update({ rowsProcessed: 2n ** 59n + 40_000n }).observe();
    assert.deepEqual(recorder.events('counted'), [{ kind: 'counted', rows: 2n ** 60n, at: 0 }]);
    assert.ok(Number.isFinite(recorder.samples.at(-1)?.rows));
  });
});

describe('recordObservation on recorded series', () => {
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
    it(`records each pause, resume and finish in the recording ${name}, observed every ${everyMs} ms`, () => {
      const { history, backfill: last, zeroAt } = replay(name, everyMs);
      assert.equal(history.samples.at(-1)?.rows, last.rowsProcessed);
      const changes = readSeries(name).samples.flatMap(({ event, body, t_ms }) => {
        const kind = kinds[`${event ?? ''}${String((body as { state?: string } | undefined)?.state)}`];
        return kind === undefined ? [] : [{ kind: kind[0], at: zeroAt + t_ms }];
      });
      const recorded = history.events.filter(
        ({ kind }) => !['created', 'counted', 'firstRows'].includes(kind),
      );
      assert.deepEqual(
        recorded.map(({ kind }) => kind),
        [...changes.map(({ kind }) => kind), 'finished'],
      );
      changes.forEach(({ at }, index) => {
        const event = recorded[index];
        assert.ok(
          event && 'at' in event && Math.abs(event.at - at) <= 500,
          `${JSON.stringify(event)}, ${at}`,
        );
      });
    });
  }
});

describe('the history of a long backfill', () => {
  const dayMs = 24 * 3600_000;

  it('stays small over a day with an update per second, and has exact samples at intervals that grow with their age', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    const updates = new Map([[now, 0]]);
    let [maxSamples, maxLength] = [0, 0];
    for (let count = 0; count < dayMs / 2_000; count += 1) {
      // Each observation shows two updates at once.
      const rowsProcessed = Number(recorder.backfill.rowsProcessed) + 2_000 + (count % 7);
      recorder.advance(2).update({ rowsProcessed }).observe();
      const last = recorder.samples.at(-1);
      updates.set(last?.at ?? NaN, rowsProcessed);
      maxSamples = Math.max(maxSamples, recorder.samples.length);
      maxLength = Math.max(maxLength, count % 100 === 0 ? JSON.stringify(recorder.history).length : 0);
    }
    const { samples } = recorder;
    console.log(
      `      ${updates.size} updates: at most ${maxSamples} samples, ${maxLength} characters of JSON, now ${samples.length}`,
    );
    assert.ok(maxSamples <= 300 && maxLength < 12_000);
    assert.deepEqual(samples[0], { at: now, rows: 0 });
    assert.equal(samples.at(-1)?.rows, recorder.backfill.rowsProcessed);
    assert.ok(samples.every(({ at, rows }) => updates.get(at) === rows));
    const listGaps = (fromMs: number, toMs: number): number[] =>
      samples.flatMap(({ at }, index) => {
        const age = recorder.at - at;
        return age >= fromMs && age < toMs && index > 0 ? [at - (samples[index - 1]?.at ?? 0)] : [];
      });
    assert.ok(
      Math.max(...listGaps(0, 180_000)) <= 10_000,
      'the last 3 minutes: at most the interval of a rate',
    );
    assert.ok(Math.max(...listGaps(0, 3600_000)) <= 5 * 60_000, 'the last hour');
    assert.ok(Math.max(...listGaps(0, dayMs)) <= dayMs / 24, 'the whole day');
    assert.ok(listGaps(dayMs / 2, dayMs).length >= 20, 'the first half of the day');
  });

  it('is downsampled to the same samples if the same progress is recorded again', () => {
    const createDownsampled = (): ProgressHistory | undefined =>
      new HistoryRecorder({ rowsInitial: 1e9 }).addPages(700).history;
    assert.deepEqual(createDownsampled(), createDownsampled());
  });

  it('keeps at most 100 events of a backfill with many pauses, including its start, current pause and end', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    for (let pause = 0; pause < 200; pause += 1) {
      recorder.addPages(2).pauseFor(4);
    }
    recorder.advance(400).observe().addPages(2).update({ state: 'paused' }).observe().observeFor(4);
    const { history } = recorder;
    assert.ok((history?.events.length ?? 0) <= 100 && recorder.samples.length <= 300);
    assert.equal(
      recorder.events('paused').length - recorder.events('resumed').length,
      1,
      'the pause in progress',
    );
    assert.deepEqual(
      history?.events.slice(0, 3).map(({ kind }) => kind),
      ['created', 'counted', 'firstRows'],
    );
    assert.equal(recorder.events('unobserved').length, 1);
    recorder.update({ state: 'cancelled', canceledAt: recorder.at }).observe();
    assert.equal(recorder.history?.events.at(-1)?.kind, 'finished');
    assert.ok(recorder.history.events.length <= 100);
  });

  it('keeps the last sample before each pause', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    const before: (Sample | undefined)[] = [];
    for (let pause = 0; pause < 20; pause += 1) {
      before.push(recorder.addPages(20 + pause, 1_000, 3).samples.at(-1));
      recorder.pauseFor(20);
    }
    recorder.addPages(500, 1_000, 3);
    assert.ok(recorder.samples.length <= 300);
    assert.ok(before.every((sample) => sample !== undefined && recorder.samples.includes(sample)));
  });

  it('can be downsampled to a given size, and then keeps its first and last samples', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    for (let pause = 0; pause < 40; pause += 1) {
      recorder.addPages(2).pauseFor(4);
    }
    for (let sleep = 0; sleep < 5; sleep += 1) {
      recorder.addPages(2).advance(600).observe();
    }
    const history =
      recorder.addPages(1, 1_000, 2).update({ state: 'paused' }).observe().observeFor(4).history ??
      assert.fail();
    for (const [samples, events] of [
      [37, 5],
      [3, 100],
    ] as const) {
      const small = downsampleHistory(history, samples, events);
      assert.ok(small.samples.length <= samples && small.events.length <= events);
      assert.deepEqual(
        [small.samples[0], small.samples.at(-1)],
        [history.samples[0], history.samples.at(-1)],
      );
    }
    assert.deepEqual(
      downsampleHistory(history, 37, 5).events.map(({ kind }) => kind),
      ['created', 'counted', 'firstRows', 'unobserved', 'paused'],
    );
    const full = downsampleHistory(history, 300, 100);
    assert.equal(downsampleHistory(full, 300, 100), full);
    const resumed =
      recorder.update({ state: 'active' }).observe().addPages(1, 1_000, 2).history ?? assert.fail();
    assert.deepEqual(downsampleHistory(resumed, 3, 5).samples.at(-1), resumed.samples.at(-1));
  });

  it('can be downsampled even if all of its samples have the same time', () => {
    const { history = assert.fail() } = new HistoryRecorder().addPages(10);
    const samples = history.samples.map(({ rows }) => ({ at: now, rows }));
    assert.deepEqual(downsampleHistory({ ...history, samples }, 5, 100).samples, [
      samples[0],
      samples.at(-1),
    ]);
  });

  it('is downsampled at most once in 100 updates, because downsampling is expensive', () => {
    const recorder = new HistoryRecorder({ rowsInitial: 1_000_000_000 });
    let downsamplingCount = 0;
    for (let write = 0; write < 2_000; write += 1) {
      const before = recorder.samples.length;
      recorder.addPages(1);
      if (recorder.samples.length < before) {
        downsamplingCount += 1;
      }
    }
    assert.ok(downsamplingCount > 0 && downsamplingCount <= 20, `${downsamplingCount} times`);
  });
});
