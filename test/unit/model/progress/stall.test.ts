import assert from 'node:assert/strict';
import { decodeSink } from '../../../../src/api/decodeSink.ts';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import type { ProgressTrack } from '../../../../src/model/progress/ProgressTrack.ts';
import { detectStall, isNormalWait, type StallCause } from '../../../../src/model/progress/stall.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import type { Sink } from '../../../../src/model/Sink.ts';
import { readRecordedSeries } from '../../../bench/series.ts';
import { readRecording } from '../../../recordings/recordings.ts';
import { backfill, now, sink } from '../../samples.ts';
import { BackfillObserver } from './BackfillObserver.ts';

const checks = (name: string, status: string, error: string | null = null): Partial<Sink> => ({
  health: {
    status,
    checks: [
      { name: 'Sink configuration', status: 'notice', error: null },
      { name, status, error },
    ],
  },
});
const stream: Partial<Sink> = { destination: { type: 'sequin_stream', address: null, fields: {} } };

/** Reads a sink from a recording. */
function readSink(name: string): Sink {
  return decodeSink(readRecording(name).response.body, () => undefined).sink;
}

/**
 * Observes for `seconds` seconds. Returns the number of seconds until a stall was first detected; undefined if there
 * was no stall.
 */
function measureSecondsToStall(observer: BackfillObserver, seconds: number): number | undefined {
  const startedAt = observer.seconds;
  let stalledAfter: number | undefined;
  observer.observeFor(seconds, () => {
    stalledAfter ??= observer.detectStall() && observer.seconds - startedAt;
  });
  return stalledAfter;
}

describe('detectStall', () => {
  const causes: [string, Partial<Backfill>, Partial<Sink>, StallCause][] = [
    ['the server is still counting', { rowsInitial: null }, {}, { kind: 'counting' }],
    ['the reader hasn’t started', {}, {}, { kind: 'readerStarting' }],
    ['no consumer has received anything yet', {}, stream, { kind: 'noConsumer' }],
    ['no consumer is receiving anymore', { rowsProcessed: 5_000 }, stream, { kind: 'noConsumer' }],
    [
      'reading the table fails',
      { rowsProcessed: 5_000 },
      checks('Backfill fetch process', 'warning', 'permission denied for table'),
      { kind: 'fetchFailing', error: 'permission denied for table' },
    ],
    [
      'the check of pending messages reports a full buffer',
      { rowsProcessed: 5_000 },
      checks('Messages pending delivery', 'error'),
      { kind: 'bufferFull', error: null },
    ],
    [
      'the error of another check mentions a full buffer',
      { rowsProcessed: 5_000 },
      checks('Message ingestion', 'error', 'payload_size_limit_exceeded'),
      { kind: 'bufferFull', error: 'payload_size_limit_exceeded' },
    ],
    [
      'another check fails',
      { rowsProcessed: 5_000 },
      checks('Message filtering', 'error', 'function failed'),
      { kind: 'checkFailing', name: 'Message filtering', error: 'function failed' },
    ],
  ];
  for (const [name, fields, sinkFields, cause] of causes) {
    it(`detects a stall after 30 to 60 s without progress if ${name}`, () => {
      const observer = new BackfillObserver(fields, sinkFields);
      const seconds = measureSecondsToStall(observer, 90);
      assert.ok(seconds !== undefined && seconds > 30 && seconds <= 60, `after ${seconds} s`);
      assert.deepEqual(observer.detectStall()?.cause, cause);
      assert.ok(Math.abs((observer.detectStall()?.idleSince ?? 0) - now) <= 500);
    });
  }

  for (const health of [null, sink().health]) {
    const condition = health === null ? 'the server reports no health' : 'all checks are healthy';
    it(`detects a stall with an unknown cause after 30 to 60 s without progress if ${condition}`, () => {
      const observer = new BackfillObserver({}, { health }).addPages(3);
      const seconds = measureSecondsToStall(observer, 90);
      assert.ok(seconds !== undefined && seconds > 30 && seconds <= 60, `after ${seconds} s`);
      assert.equal(observer.detectStall()?.cause.kind, 'unknown');
    });
  }

  const firstObservations: [string, Partial<Backfill>][] = [
    ['rows at the first observation', { rowsProcessed: 5_000 }],
    ['no rows', {}],
    ['neither rows nor a row count', { rowsInitial: null }],
  ];
  for (const [name, fields] of firstObservations) {
    it(`tolerates a page that takes 179 s, but not 309 s, while the pace is unknown, with ${name}`, () => {
      const observer = new BackfillObserver(fields);
      observer.observeFor(179, () => {
        assert.ok(isNormalWait(observer.detectStall()?.cause ?? { kind: 'counting' }));
      });
      const seconds = measureSecondsToStall(observer.observeFor(130), 10);
      assert.ok(seconds !== undefined);
      assert.ok(!isNormalWait(observer.detectStall()?.cause ?? { kind: 'counting' }));
    });
  }

  it('tolerates a page that takes 179 s after two short first pages', () => {
    const observer = new BackfillObserver().addPages(1, 1_000, 10).addPages(1, 2_000, 4);
    assert.equal(measureSecondsToStall(observer, 179), undefined);
    assert.notEqual(measureSecondsToStall(observer, 150), undefined);
  });

  const counts: [name: string, fields: Partial<Backfill>][] = [
    ['no row count', { rowsInitial: null }],
    ['a row count', {}],
    ['a row count of 0', { rowsInitial: 0 }],
  ];
  for (const [name, fields] of counts) {
    it(`detects that the server isn’t reading after 3 days without pages, with ${name}`, () => {
      const observer = new BackfillObserver(fields)
        .observe()
        .advance(3 * 86_400)
        .observe();
      assert.equal(observer.detectStall()?.cause.kind, 'notReading');
    });
  }

  const failing: [string, Partial<Sink>, string][] = [
    [
      'a recorded webhook',
      readSink('j01-failing-webhook-sink'),
      '[http_endpoint]: Unexpected status code: 500',
    ],
    ['a recorded Redis', readSink('j03-redis-down-sink'), '[redis_stream_sink]: No connection to Redis'],
    ['a check with a warning', checks('Message delivery', 'warning', 'load shedding'), 'load shedding'],
    [
      'a buffer that is full of undelivered messages',
      {
        health: {
          status: 'error',
          checks: ['Messages pending delivery', 'Message delivery'].map((name) => ({
            name,
            status: 'error',
            error: name,
          })),
        },
      },
      'Message delivery',
    ],
  ];
  for (const [name, sinkFields, error] of failing) {
    it(`detects failing deliveries after each page, even though the number of processed rows rises: ${name}`, () => {
      const observer = new BackfillObserver({}, sinkFields);
      for (let page = 0; page < 5; page += 1) {
        observer.addPages(1);
        assert.deepEqual(observer.detectStall()?.cause, { kind: 'deliveryFailing', error });
      }
    });
  }

  it('detects a dropped table of an active backfill, but not if only the name of the table is unknown', () => {
    const dropped = new BackfillObserver({ table: null, droppedTable: 'public.orders' }).observe();
    assert.equal(dropped.detectStall()?.cause.kind, 'tableDropped');
    assert.equal(new BackfillObserver({ table: null }).observe().detectStall(), undefined);
    assert.equal(
      new BackfillObserver({ table: null, droppedTable: null, state: 'cancelled' }).observe().detectStall(),
      undefined,
    );
  });

  it('detects a disabled sink only 30 to 60 s after its backfill has stopped', () => {
    const observer = new BackfillObserver({}, { status: 'disabled' }).addPages(8);
    assert.equal(observer.detectStall(), undefined);
    assert.notEqual(observer.estimate(), undefined, 'it has a rate while it continues');
    const seconds = measureSecondsToStall(observer, 90);
    assert.ok(seconds !== undefined && seconds > 30 && seconds <= 60, `after ${seconds} s`);
    assert.equal(observer.detectStall()?.cause.kind, 'sinkDisabled');
  });

  it('detects a paused sink at once, even while its last pages still arrive', () => {
    assert.equal(
      new BackfillObserver({}, { status: 'paused' }).observe().detectStall()?.cause.kind,
      'sinkPaused',
    );
    const observer = new BackfillObserver().addPages(3).editSink({ status: 'paused' }).advance(2).observe();
    assert.equal(observer.detectStall()?.cause.kind, 'sinkPaused');
    observer.addPages(1);
    assert.equal(observer.detectStall()?.cause.kind, 'sinkPaused');
  });

  it('detects a missing primary key if the backfill failed without progress, even without an observation', () => {
    const failed = backfill({ state: 'failed', rowsInitial: null, rowsProcessed: 0 });
    const input = { backfill: failed, sink: sink(), track: undefined };
    assert.equal(detectStall(input, now)?.cause.kind, 'noPrimaryKey');
    assert.equal(detectStall({ ...input, backfill: { ...failed, rowsProcessed: 1 } }, now), undefined);
  });

  it('detects no stall of a paused, a finished or an unobserved backfill', () => {
    const paused = new BackfillObserver({ state: 'paused' }).observeFor(600);
    assert.equal(paused.detectStall(), undefined);
    const finished = new BackfillObserver({ state: 'completed' }).observeFor(600);
    assert.equal(finished.detectStall(), undefined);
    assert.equal(new BackfillObserver().detectStall(), undefined);
  });

  it('no longer detects a stall once the next page has arrived', () => {
    const observer = new BackfillObserver().addPages(3).observeFor(70);
    assert.equal(observer.detectStall()?.cause.kind, 'unknown');
    observer.update({ rowsProcessed: 160_000 }).observe();
    assert.equal(observer.detectStall(), undefined);
  });

  const idleTimeRestarts: [string, (observer: BackfillObserver) => BackfillObserver][] = [
    [
      'a resume',
      (observer) => observer.update({ state: 'paused' }).observeFor(300).update({ state: 'active' }),
    ],
    [
      'a resume of the sink',
      (observer) => observer.editSink({ status: 'paused' }).observeFor(300).editSink({ status: 'active' }),
    ],
    ['an edit of the sink', (observer) => observer.observeFor(300).editSink({ database: 'other' })],
    ['a change of the sink’s tables', (observer) => observer.observeFor(300).editSink({ source: null })],
    ['a change of the sink’s name', (observer) => observer.observeFor(300).editSink({ name: 'renamed' })],
  ];
  for (const [name, restartIdleTime] of idleTimeRestarts) {
    it(`detects a stall only 30 to 60 s after ${name}`, () => {
      const seconds = measureSecondsToStall(restartIdleTime(new BackfillObserver().addPages(4)), 90);
      assert.ok(seconds !== undefined && seconds > 30 && seconds <= 60, `after ${seconds} s`);
    });
  }

  it('doesn’t restart the idle time after a change of the sink’s health', () => {
    const observer = new BackfillObserver()
      .addPages(4)
      .observeFor(40)
      .editSink(checks('Message ingestion', 'error'));
    assert.ok((measureSecondsToStall(observer, 30) ?? Infinity) <= 20);
  });

  it('detects a stall 30 to 60 s after the server has reset the counter to 0', () => {
    const observer = new BackfillObserver().addPages(5).update({ rowsProcessed: 0 }).observe();
    const seconds = measureSecondsToStall(observer, 90);
    assert.ok(seconds !== undefined && seconds > 30 && seconds <= 60, `after ${seconds} s`);
  });

  it('counts unobserved time as idle only after an observation shows no progress', () => {
    const observer = new BackfillObserver().addPages(4).advance(3600);
    assert.equal(observer.detectStall(), undefined, 'before the next observation');
    observer.update({ rowsProcessed: 9_000_000 }).observe();
    assert.equal(observer.detectStall(), undefined, 'it progressed in between');
    observer.advance(3600).observe();
    assert.notEqual(
      observer.detectStall(),
      undefined,
      'it didn’t progress in between, and updated_at shows since when',
    );
  });

  for (const offsetSeconds of [-3, 3]) {
    it(`detects a stall if updated_at differs from the estimated server time by ${offsetSeconds} s`, () => {
      const observer = new BackfillObserver().addPages(4);
      observer.update({ rowsProcessed: 200_000, updatedAt: observer.at + offsetSeconds * 1000 });
      const seconds = measureSecondsToStall(observer, 90);
      assert.ok(seconds !== undefined && seconds > 30 && seconds <= 60, `after ${seconds} s`);
    });
  }

  it('tolerates a server restart that takes 48 s', () => {
    for (const unobserved of [2, 14]) {
      const observer = new BackfillObserver().addPages(4).advance(unobserved);
      assert.equal(measureSecondsToStall(observer, 48 - unobserved), undefined);
    }
  });

  it('tolerates longer idle times after slow pages and after earlier idle times', () => {
    const slow = new BackfillObserver().addPages(1, 1_000, 10).addPages(1, 2_000, 20).addPages(1, 4_000, 40);
    assert.equal(measureSecondsToStall(slow, 80), undefined, 'the next page has 8,000 rows');
    assert.notEqual(measureSecondsToStall(slow, 60), undefined);
    const bursts = new BackfillObserver({ rowsInitial: 10_000_000 }).addPages(5, 40_000, 45);
    assert.equal(measureSecondsToStall(bursts, 60), undefined);
    assert.notEqual(measureSecondsToStall(bursts, 20), undefined);
  });

  it('tolerates an idle time of 400 s, but not 430 s, after a wait of 200 s for the first page', () => {
    const waited = new BackfillObserver().observeFor(200).addPages(1, 1_000, 5);
    assert.equal(measureSecondsToStall(waited, 400), undefined);
    assert.notEqual(measureSecondsToStall(waited, 30), undefined);
  });

  it('tolerates longer idle times after a single idle time between fast pages', () => {
    const observer = new BackfillObserver({ rowsInitial: 10_000_000 })
      .addPages(6)
      .observeFor(32)
      .addPages(1)
      .addPages(6);
    assert.equal(measureSecondsToStall(observer, 58), undefined);
    assert.notEqual(measureSecondsToStall(observer, 10), undefined);
  });

  it('detects a second stall as early as the first one', () => {
    const observer = new BackfillObserver({ rowsInitial: 10_000_000 })
      .addPages(8)
      .observeFor(1_000)
      .addPages(8);
    assert.ok((measureSecondsToStall(observer, 90) ?? Infinity) <= 60);
  });

  for (const name of [
    'c02-series-orders-redis',
    'g10-series-big-redis-pause-resume',
    'g11-series-orders-webhook',
    'g12-series-slow-webhook-cancel',
    'g13-series-stream-pull-500rps',
    'g14-series-slow-webhook-pending2000',
    'hold-big-redis',
    'hold-slow-webhook',
    'real-big-redis',
    'real-orders-redis',
  ]) {
    for (const everyMs of [500, 2_000, 10_000]) {
      it(`detects no stall in the recording ${name}, observed every ${everyMs} ms`, () => {
        const observedSink = sink(name.includes('stream') ? stream : {});
        let track: ProgressTrack | undefined;
        for (const { at, backfill: observed } of readRecordedSeries(name, everyMs).observations) {
          track = trackProgress(track, observed, at, observedSink);
          assert.equal(
            detectStall({ track, backfill: observed, sink: observedSink }, at),
            undefined,
            `after ${at - observed.insertedAt} ms`,
          );
        }
      });
    }
  }

  it('detects the disabled sink of an unfinished backfill in a recorded response', () => {
    const { sink: disabled, unfinishedBackfills } = decodeSink(
      readRecording('e64-disabled-sink-with-active-backfill').response.body,
      () => undefined,
    );
    const [unfinished] = unfinishedBackfills ?? [];
    assert.ok(unfinished);
    const minuteLater = unfinished.updatedAt + 60_000;
    const stall = detectStall({ backfill: unfinished, sink: disabled, track: undefined }, minuteLater);
    assert.equal(stall?.cause.kind, 'sinkDisabled');
  });
});
