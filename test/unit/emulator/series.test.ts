import assert from 'node:assert/strict';
import type { BackfillJson } from '../../emulator/sequinTypes.ts';
import { World } from '../../emulator/World.ts';
import { fastSeries, readSeries } from '../../recordings/recordings.ts';

const INTERVAL_MS = 500;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

type Sample = Pick<BackfillJson, 'state' | 'rows_processed_count' | 'rows_initial_count' | 'updated_at'> & {
  t_ms: number;
};

/** A sample that differs from the one before in its rows. */
interface Step {
  rows: number;
  /** Since the step before, or since the start. */
  silence: number;
}

describe('A running backfill of the emulator', () => {
  const recorded = fastSeries.map((name) => uninterrupted(recordedSamples(name)));
  const longestSilence = Math.max(
    ...recorded.flatMap((samples) =>
      steps(samples)
        .slice(1)
        .map((step) => step.silence),
    ),
  );
  const firstRows = recorded.map((samples) => steps(samples)[0]?.silence ?? 0);

  for (const seed of SEEDS) {
    const start = new Date(2026, 0).getTime();

    it(`keeps the recorded rhythm to its end (seed ${seed})`, () => {
      const { clock, world } = newLab(seed, start);
      const samples = watch(clock, world, ({ state }) => state !== 'active');
      const [first, ...later] = steps(samples);
      assert.ok(first && first.silence >= 3_000 && first.silence <= Math.max(...firstRows));
      assert.equal(samples[0]?.rows_initial_count, null);
      assert.equal(samples[1]?.rows_initial_count, 200_000);
      assert.ok([first, ...later].every(({ rows }) => rows > 0 && rows <= 40_000));
      assert.ok(later.every(({ silence }) => silence <= longestSilence));
      assert.equal(samples.at(-1)?.state, 'completed');
      assert.equal(samples.at(-1)?.rows_processed_count, 200_000);
    });

    it(`writes updated_at with its counters and completed_at after them (seed ${seed})`, () => {
      const { clock, world } = newLab(seed, start);
      const samples = watch(clock, world, ({ state }) => state !== 'active');
      for (const { rows_processed_count: rows, updated_at: updated, t_ms: time } of samples) {
        if (rows === 0) assert.equal(Date.parse(updated), start);
        else assert.ok(start + time - Date.parse(updated) < longestSilence + 1_000);
      }
      const { completed_at: completed, updated_at: updated } = last(world);
      assert.match(completed ?? '', /:\d\d\.000000Z$/);
      assert.ok([0, 1_000].includes(Date.parse(completed ?? '') - Date.parse(updated)));
    });
  }

  it('rounds the time of its end to the nearest second, and cuts that of its last change', () => {
    for (const [ms, completed] of [
      [400, '1970-01-01T00:00:00.000000Z'],
      [600, '1970-01-01T00:00:01.000000Z'],
    ] as const) {
      const { clock, world } = newLab(1, 0);
      clock.ms = ms;
      const sink = world.getSink('orders');
      world.moveBackfill(sink, sink.backfills[0] ?? assert.fail(), 'completed');
      assert.deepEqual(
        [last(world).updated_at, last(world).completed_at],
        ['1970-01-01T00:00:00Z', completed],
      );
    }
  });

  it('stands still while it is paused, and then reads the page under way again', () => {
    const { clock, world } = newLab(1, 0);
    watch(clock, world, ({ rows_processed_count: rows }) => rows >= 103_000);
    const sink = world.getSink('orders');
    const [backfill = assert.fail()] = sink.backfills;
    world.moveBackfill(sink, backfill, 'paused');
    clock.ms += 3_600_000;
    assert.deepEqual([last(world).state, last(world).rows_processed_count], ['paused', 103_000]);

    world.moveBackfill(sink, backfill, 'active');
    const [first] = steps(watch(clock, world, ({ state }) => state !== 'active'));
    assert.ok(first && first.rows < 40_000 && first.silence <= 1_000);
    assert.deepEqual([last(world).state, last(world).rows_processed_count], ['completed', 240_000]);
  });

  it('stays active at 0 on a stream that nobody receives, and on a disabled sink', () => {
    const { clock, world } = newLab(1, 0);
    world.addSink({ name: 'stream' });
    world.addSink({ name: 'off', status: 'disabled', destination: { type: 'kafka' } });
    for (const name of ['stream', 'off']) world.addBackfill(name, { table: 'public.orders' });
    clock.ms += 24 * 3_600_000;
    for (const name of ['stream', 'off']) {
      const { state, rows_processed_count: rows, rows_initial_count: total } = last(world, name);
      assert.deepEqual([state, rows, total], ['active', 0, 200_000]);
    }
  });

  it('fails without a row and without a count where a table has no primary key', () => {
    const { clock, world } = newLab(1, 0);
    world.addTable('public.no_pk', 50, false);
    const { json } = world.addBackfill('orders', { table: 'public.no_pk' });
    clock.ms += 21_000;
    assert.equal(last(world), json);
    assert.deepEqual([json.state, json.rows_processed_count, json.rows_initial_count], ['failed', 0, null]);
  });
});

/** A world in which a backfill of 200,000 rows has just been created. */
function newLab(seed: number, ms: number): { world: World; clock: { ms: number } } {
  const clock = { ms, now: () => clock.ms };
  const world = new World({ seed, speed: 1, clock });
  world.addSink({ name: 'orders', destination: { type: 'kafka' } });
  world.addBackfill('orders', { table: 'public.orders' });
  return { world, clock };
}

/** Samples the latest backfill every 500 ms until it is as wanted, for an hour at most. */
function watch(clock: { ms: number }, world: World, done: (json: BackfillJson) => boolean): Sample[] {
  const start = clock.ms;
  const samples: Sample[] = [];
  for (; clock.ms < start + 3_600_000; clock.ms += INTERVAL_MS) {
    samples.push({ ...last(world), t_ms: clock.ms - start });
    if (done(last(world))) break;
  }
  return samples;
}

function last(world: World, sink = 'orders'): BackfillJson {
  return world.getSink(sink).backfills.at(-1)?.json ?? assert.fail();
}

function recordedSamples(name: string): Sample[] {
  return readSeries(name).samples.flatMap(({ backfill, t_ms }) => (backfill ? [{ ...backfill, t_ms }] : []));
}

/** What came before the backfill was paused or ended. */
function uninterrupted(samples: Sample[]): Sample[] {
  const end = samples.findIndex(({ state }) => state !== 'active');
  return samples.slice(0, end);
}

function steps(samples: Sample[]): Step[] {
  const found: Step[] = [];
  let [previous] = samples;
  for (const sample of samples) {
    if (!previous || sample.rows_processed_count === previous.rows_processed_count) continue;
    const rows = sample.rows_processed_count - previous.rows_processed_count;
    found.push({ rows, silence: sample.t_ms - previous.t_ms });
    previous = sample;
  }
  return found;
}
