import assert from 'node:assert/strict';
import { decodeSink } from '../../../../src/api/schemas.ts';
import type { Backfill } from '../../../../src/model/Backfill.ts';
import type { Sink } from '../../../../src/model/Sink.ts';
import { detectDeliveryWarning, detectStall, type StallCause } from '../../../../src/model/progress/stall.ts';
import type { ProgressTrack } from '../../../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { recordedSeries } from '../../../bench/series.ts';
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
const stream: Partial<Sink> = { destination: { type: 'sequin_stream', address: null } };

/** A sink as the server once told it. */
function recordedSink(name: string): Sink {
  const { data, ...one } = readRecording(name).response.body as { data?: unknown[] };
  return decodeSink(data?.[0] ?? one, () => undefined).sink;
}

/** After how many seconds of a watch a stall is said first. */
function firstSaid(watch: BackfillObserver, seconds: number): number | undefined {
  const begun = watch.seconds;
  let said: number | undefined;
  watch.watch(seconds, (seen) => (said ??= seen.stall() && seen.seconds - begun));
  return said;
}

describe('a stall', () => {
  const causes: [string, Partial<Backfill>, Partial<Sink>, StallCause][] = [
    ['still counting', { rowsInitial: null }, {}, { kind: 'counting' }],
    ['the reader has not started', {}, {}, { kind: 'readerStarting' }],
    ['nobody receives', {}, stream, { kind: 'nobodyReceives' }],
    ['nobody receives any more', { rowsProcessed: 5_000 }, stream, { kind: 'nobodyReceives' }],
    [
      'deliveries fail, as recorded for a webhook',
      { rowsProcessed: 5_000 },
      recordedSink('j01-failing-webhook-sink'),
      { kind: 'deliveryFailing', error: '[http_endpoint]: Unexpected status code: 500' },
    ],
    [
      'deliveries fail, as recorded for Redis',
      { rowsProcessed: 5_000 },
      recordedSink('j03-redis-down-sink'),
      { kind: 'deliveryFailing', error: '[redis_stream_sink]: No connection to Redis' },
    ],
    [
      'fetching fails',
      { rowsProcessed: 5_000 },
      checks('Backfill fetch process', 'warning', 'permission denied for table'),
      { kind: 'fetchFailing', error: 'permission denied for table' },
    ],
    [
      'the buffer is full, by its check',
      { rowsProcessed: 5_000 },
      checks('Messages pending delivery', 'error'),
      { kind: 'bufferFull', error: null },
    ],
    [
      'the buffer is full, by an error',
      { rowsProcessed: 5_000 },
      checks('Message ingestion', 'error', 'payload_size_limit_exceeded'),
      { kind: 'bufferFull', error: 'payload_size_limit_exceeded' },
    ],
    [
      'deliveries fail, and fill the buffer',
      { rowsProcessed: 5_000 },
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
      { kind: 'deliveryFailing', error: 'Message delivery' },
    ],
    ['no health is told', { rowsProcessed: 5_000 }, { health: null }, { kind: 'unknown' }],
    ['nothing explains it', { rowsProcessed: 5_000 }, {}, { kind: 'unknown' }],
  ];
  for (const [name, fields, ofSink, cause] of causes) {
    it(`is said after 30 s and within 60 s of silence: ${name}`, () => {
      const watch = new BackfillObserver(fields, ofSink);
      const said = firstSaid(watch, 90);
      assert.ok(said !== undefined && said > 30 && said <= 60, `after ${said} s`);
      assert.deepEqual(watch.stall()?.cause, cause);
      assert.ok(Math.abs((watch.stall()?.idleSince ?? 0) - now) <= 500);
    });
  }

  it('is said at once where the sink rests', () => {
    assert.equal(new BackfillObserver({}, { status: 'disabled' }).look().stall()?.cause.kind, 'sinkDisabled');
    assert.equal(new BackfillObserver({}, { status: 'paused' }).look().stall()?.cause.kind, 'sinkPaused');
    const watch = new BackfillObserver().pages(3).edit({ status: 'paused' }).sleep(2).look();
    assert.equal(watch.stall()?.cause.kind, 'sinkPaused');
  });

  it('is said at once, and without ever having looked, of a table without a primary key', () => {
    const failed = backfill({ state: 'failed', rowsInitial: null, rowsProcessed: 0 });
    assert.equal(detectStall(undefined, failed, sink(), now)?.cause.kind, 'noPrimaryKey');
    assert.equal(detectStall(undefined, { ...failed, rowsProcessed: 1 }, sink(), now), undefined);
  });

  it('is none of what was paused, has ended, or was never watched', () => {
    const paused = new BackfillObserver({ state: 'paused' }).watch(600);
    assert.equal(paused.stall(), undefined);
    const ended = new BackfillObserver({ state: 'completed' }).watch(600);
    assert.equal(ended.stall(), undefined);
    assert.equal(new BackfillObserver().stall(), undefined);
  });

  it('is over with the next page', () => {
    const watch = new BackfillObserver().pages(3).watch(70);
    assert.equal(watch.stall()?.cause.kind, 'unknown');
    watch.change({ rowsProcessed: 160_000 }).look();
    assert.equal(watch.stall(), undefined);
  });

  const begins: [string, (watch: BackfillObserver) => BackfillObserver][] = [
    ['a resume', (watch) => watch.change({ state: 'paused' }).watch(300).change({ state: 'active' })],
    [
      'a resume of the sink',
      (watch) => watch.edit({ status: 'paused' }).watch(300).edit({ status: 'active' }),
    ],
    ['an edit of the sink', (watch) => watch.watch(300).edit({ database: 'other' })],
    ['a change of its tables', (watch) => watch.watch(300).edit({ source: null })],
    ['a new name of the sink', (watch) => watch.watch(300).edit({ name: 'renamed' })],
  ];
  for (const [name, begin] of begins) {
    it(`is not said in the first 30 s after ${name}, and within 60 s`, () => {
      const said = firstSaid(begin(new BackfillObserver().pages(4)), 90);
      assert.ok(said !== undefined && said > 30 && said <= 60, `after ${said} s`);
    });
  }

  it('is no edit of the sink when only its health changes', () => {
    const watch = new BackfillObserver().pages(4).watch(40).edit(checks('Message delivery', 'error'));
    assert.ok((firstSaid(watch, 30) ?? Infinity) <= 20);
  });

  it('needs somebody who looked: sleep is no silence', () => {
    const watch = new BackfillObserver().pages(4).sleep(3600);
    assert.equal(watch.stall(), undefined, 'before the first look');
    watch.change({ rowsProcessed: 9_000_000 }).look();
    assert.equal(watch.stall(), undefined, 'it had moved meanwhile');
    watch.sleep(3600).look();
    assert.notEqual(watch.stall(), undefined, 'it had not, and updated_at says since when');
  });

  for (const lag of [-3, 3]) {
    it(`is said although the server’s time is known only to ${lag} s`, () => {
      const watch = new BackfillObserver().pages(4);
      watch.change({ rowsProcessed: 200_000, updatedAt: watch.at + lag * 1000 });
      const said = firstSaid(watch, 90);
      assert.ok(said !== undefined && said > 30 && said <= 60, `after ${said} s`);
    });
  }

  it('is no restart of the server, which takes 48 s', () => {
    for (const asked of [2, 14]) {
      const watch = new BackfillObserver().pages(4).sleep(asked);
      assert.equal(firstSaid(watch, 48 - asked), undefined);
    }
  });

  it('goes by its own rhythm: pages of a slow destination, and silences that were seen', () => {
    const slow = new BackfillObserver().pages(1, 1_000, 10).pages(1, 2_000, 20).pages(1, 4_000, 40);
    assert.equal(firstSaid(slow, 80), undefined, 'the next page has 8,000 rows');
    assert.notEqual(firstSaid(slow, 60), undefined);
    const bursts = new BackfillObserver({ rowsInitial: 10_000_000 }).pages(5, 40_000, 45);
    assert.equal(firstSaid(bursts, 60), undefined);
    assert.notEqual(firstSaid(bursts, 20), undefined);
  });

  it('goes by silences that were seen, also between pages that are quick', () => {
    const watch = new BackfillObserver({ rowsInitial: 10_000_000 }).pages(6).watch(32).pages(1).pages(6);
    assert.equal(firstSaid(watch, 58), undefined);
    assert.notEqual(firstSaid(watch, 10), undefined);
  });

  it('does not become its own rhythm', () => {
    const watch = new BackfillObserver({ rowsInitial: 10_000_000 }).pages(8).watch(1_000).pages(8);
    assert.ok((firstSaid(watch, 90) ?? Infinity) <= 60);
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
      it(`is never said of ${name}, seen every ${everyMs} ms`, () => {
        const ofSink = sink(name.includes('stream') ? stream : {});
        let track: ProgressTrack | undefined;
        for (const { at, backfill: seen } of recordedSeries(name, everyMs).looks) {
          track = trackProgress(track, seen, at, ofSink);
          assert.equal(detectStall(track, seen, ofSink, at), undefined, `after ${at - seen.insertedAt} ms`);
        }
      });
    }
  }

  it('is said of the recorded sinks that rest or that nobody receives from', () => {
    const { sink: disabled, unfinishedBackfills } = decodeSink(
      readRecording('e64-disabled-sink-with-active-backfill').response.body,
      () => undefined,
    );
    const [open] = unfinishedBackfills ?? [];
    assert.ok(open);
    assert.equal(detectStall(undefined, open, disabled, now)?.cause.kind, 'sinkDisabled');
  });
});

describe('what completed and yet needs attention', () => {
  const completed = backfill({ state: 'completed' });

  it('is one whose sink fails, as recorded', () => {
    const failing = recordedSink('g04-failing-webhook-sink-health');
    assert.deepEqual(detectDeliveryWarning(completed, failing), {
      kind: 'completedWithFailingChecks',
      failingCheckCount: 1,
    });
    assert.equal(detectDeliveryWarning(backfill(), failing), undefined);
  });

  it('is none whose sink is well, or of which nothing is told', () => {
    assert.equal(detectDeliveryWarning(completed, sink()), undefined);
    assert.equal(detectDeliveryWarning(completed, sink({ health: null })), undefined);
  });
});
