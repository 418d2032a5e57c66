import assert from 'node:assert/strict';
import type { BackfillJson } from '../../../src/sampleServer/sequinTypes.ts';
import { EmulatedWorld } from '../../emulator/EmulatedWorld.ts';
import { fastSeries } from '../../recordings/recordings.ts';
import { findSteps, readActiveSamples, type Sample } from './series.ts';

const intervalMs = 500;
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe('a running backfill of the emulator', () => {
  const recorded = readActiveSamples(fastSeries);
  const maxIdleMs = Math.max(
    ...recorded.flatMap((samples) =>
      findSteps(samples)
        .slice(1)
        .map((step) => step.idleMs),
    ),
  );
  const firstWaits = recorded.map((samples) => findSteps(samples)[0]?.idleMs ?? 0);

  for (const seed of seeds) {
    const start = new Date(2026, 0).getTime();

    it(`processes rows with the recorded timing until completion (seed ${seed})`, () => {
      const { clock, world } = createWorld(seed, start);
      const samples = sampleUntil(clock, world, ({ state }) => state !== 'active');
      const [first, ...later] = findSteps(samples);
      assert.ok(first && first.idleMs >= 3_000 && first.idleMs <= Math.max(...firstWaits));
      assert.equal(samples[0]?.rows_initial_count, null);
      assert.equal(samples[1]?.rows_initial_count, 200_000);
      assert.ok([first, ...later].every(({ rows }) => rows > 0 && rows <= 40_000));
      assert.ok(later.every(({ idleMs }) => idleMs <= maxIdleMs));
      assert.equal(samples.at(-1)?.state, 'completed');
      assert.equal(samples.at(-1)?.rows_processed_count, 200_000);
    });

    it(`updates updated_at with the counters and sets completed_at at the end (seed ${seed})`, () => {
      const { clock, world } = createWorld(seed, start);
      const samples = sampleUntil(clock, world, ({ state }) => state !== 'active');
      for (const { rows_processed_count: rows, updated_at: updated, t_ms: time } of samples) {
        if (rows === 0) {
          assert.equal(Date.parse(updated), start);
        } else {
          assert.ok(start + time - Date.parse(updated) < maxIdleMs + 1_000);
        }
      }
      const { completed_at: completed, updated_at: updated } = getLatestBackfill(world);
      assert.match(completed ?? '', /:\d\d\.000000Z$/);
      assert.ok([0, 1_000].includes(Date.parse(completed ?? '') - Date.parse(updated)));
    });
  }

  it('rounds completed_at to the nearest second and truncates updated_at', () => {
    for (const [ms, completed] of [
      [400, '1970-01-01T00:00:00.000000Z'],
      [600, '1970-01-01T00:00:01.000000Z'],
    ] as const) {
      const { clock, world } = createWorld(1, 0);
      clock.ms = ms;
      const sink = world.getSink('orders');
      world.changeState(sink, sink.backfills[0] ?? assert.fail(), 'completed');
      assert.deepEqual(
        [getLatestBackfill(world).updated_at, getLatestBackfill(world).completed_at],
        ['1970-01-01T00:00:00Z', completed],
      );
    }
  });

  it('makes no progress while paused, and reads the last page again after a resume (recording g10)', () => {
    const { clock, world } = createWorld(1, 0);
    sampleUntil(clock, world, ({ rows_processed_count: rows }) => rows >= 103_000);
    const sink = world.getSink('orders');
    const [backfill = assert.fail()] = sink.backfills;
    world.changeState(sink, backfill, 'paused');
    clock.ms += 3_600_000;
    assert.deepEqual(
      [getLatestBackfill(world).state, getLatestBackfill(world).rows_processed_count],
      ['paused', 103_000],
    );

    world.changeState(sink, backfill, 'active');
    const [first] = findSteps(sampleUntil(clock, world, ({ state }) => state !== 'active'));
    assert.ok(first && first.rows < 40_000 && first.idleMs <= 1_000);
    assert.deepEqual(
      [getLatestBackfill(world).state, getLatestBackfill(world).rows_processed_count],
      ['completed', 240_000],
    );
  });

  describe('under the conditions of a real server', () => {
    /** Creates a backfill that has read 63,000 of 200,000 rows, and is reading a page of 40,000 rows. */
    function createHalfDone() {
      const { clock, world } = createWorld(1, 0);
      sampleUntil(clock, world, ({ rows_processed_count: rows }) => rows >= 63_000);
      return { clock, world, rows: () => getLatestBackfill(world).rows_processed_count };
    }

    it('stops at once when its sink is paused, and repeats its last page after a resume (recordings y17a to y17e)', () => {
      const { clock, world, rows } = createHalfDone();
      world.updateSink('orders', { status: 'paused' });
      clock.ms += 3_600_000;
      assert.deepEqual([rows(), getLatestBackfill(world).state], [63_000, 'active']);
      world.updateSink('orders', { status: 'active' });
      clock.ms += 3_600_000;
      assert.deepEqual([rows(), getLatestBackfill(world).state], [232_000, 'completed']);
    });

    it('repeats the last page after each restart, but nothing if it has read no page since the previous restart', () => {
      const { clock, world, rows } = createHalfDone();
      world.restart();
      sampleUntil(clock, world, ({ rows_processed_count: processed }) => processed >= 126_000);
      world.restart();
      world.restart();
      clock.ms += 3_600_000;
      assert.deepEqual([rows(), getLatestBackfill(world).state], [264_000, 'completed']);
    });

    it('keeps its progress when the clock is set back', () => {
      const { clock, rows } = createHalfDone();
      clock.ms -= 5_000;
      assert.equal(rows(), 63_000);
    });

    it('continues after its sink is disabled, but only until the server restarts', () => {
      const { clock, world, rows } = createHalfDone();
      world.updateSink('orders', { status: 'disabled' });
      clock.ms += 12_000;
      assert.ok(rows() > 63_000);
      world.restart();
      const rowsAtRestart = rows();
      clock.ms += 3_600_000;
      assert.equal(rows(), rowsAtRestart);
    });

    it('stops if its sink is disabled and then another sink of the database is edited', () => {
      const { clock, world, rows } = createHalfDone();
      world.addSink({ name: 'other' });
      world.updateSink('orders', { status: 'disabled' });
      world.updateSink('other', { status: 'paused' });
      const rowsAtRestart = rows();
      clock.ms += 3_600_000;
      assert.equal(rows(), rowsAtRestart);
    });

    it('is interrupted by an edit of another sink of its database, and repeats a page', () => {
      const { clock, world, rows } = createHalfDone();
      world.addSink({ name: 'elsewhere', database: 'other-db' });
      world.addSink({ name: 'other' });
      world.updateSink('elsewhere', { status: 'paused' });
      world.updateSink('other', { status: 'paused' });
      clock.ms += 17_000;
      assert.equal(rows(), 63_000);
      clock.ms += 4_000;
      assert.ok(rows() > 63_000);
      clock.ms += 3_600_000;
      assert.deepEqual([rows(), getLatestBackfill(world).state], [232_000, 'completed']);
    });

    it('continues 10 to 15 s after its sink is resumed', () => {
      const { clock, world, rows } = createHalfDone();
      world.updateSink('orders', { status: 'paused' });
      clock.ms += 60_000;
      world.updateSink('orders', { status: 'active' });
      clock.ms += 10_000;
      assert.equal(rows(), 63_000);
      clock.ms += 5_000;
      assert.ok(rows() > 63_000);
    });

    it('makes no progress while Sequin can’t connect to the database', () => {
      const { clock, world, rows } = createHalfDone();
      world.setDatabaseError('source-db', 'The host is not reachable on that port (econnrefused).');
      clock.ms += 3_600_000;
      assert.equal(rows(), 63_000);
      world.setDatabaseError('source-db', undefined);
      clock.ms += 15_000;
      assert.ok(rows() > 63_000);
    });

    it('continues within 15 s of a server restart, and reads the last page again', () => {
      const { clock, world, rows } = createHalfDone();
      world.restart();
      clock.ms += 8_000;
      assert.equal(rows(), 63_000);
      clock.ms += 7_000;
      assert.ok(rows() > 63_000);
      clock.ms += 3_600_000;
      assert.deepEqual([rows(), getLatestBackfill(world).state], [232_000, 'completed']);
    });

    it('processes rows more and more slowly while the destination and its health check fail', () => {
      const { clock, world } = createWorld(1, 0);
      world.addTable('public.orders', 900_000);
      world.setDestinationError('orders', '[redis_stream_sink]: No connection to Redis');
      const samples = sampleUntil(clock, world, ({ state }) => state !== 'active');
      const waits = findSteps(samples).map(({ idleMs }) => idleMs);
      assert.deepEqual(
        waits,
        waits.toSorted((a, b) => a - b),
      );
      assert.ok((waits.at(-1) ?? 0) > 100_000 && (waits.at(-1) ?? 0) <= 179_500);
      assert.equal(samples.at(-1)?.state, 'completed', 'completed does not mean delivered');
      const { health } = world.getSink('orders').json;
      assert.deepEqual(
        health?.checks.filter(({ status }) => status === 'error').map(({ error }) => error),
        ['[redis_stream_sink]: No connection to Redis'],
      );
      world.setDestinationError('orders', undefined);
      assert.equal(world.getSink('orders').json.health?.status, 'healthy');
    });

    it('fails without a primary key and stalls without a consumer, even while the destination fails', () => {
      const { clock, world } = createWorld(1, 0);
      world.addTable('public.no_pk', 50, false);
      world.setDestinationError('orders', 'No connection to Redis');
      const failing = world.addBackfill('orders', { table: 'public.no_pk' }).json;
      world.addSink({ name: 'stream' });
      world.setDestinationError('stream', 'No connection to Redis');
      const stalling = world.addBackfill('stream', { table: 'public.orders' }).json;
      clock.ms += 3_600_000;
      assert.deepEqual(
        [failing, stalling].map(({ id }) => {
          const { state, rows_processed_count: rows } = world.findBackfill(id)?.json ?? assert.fail();
          return [state, rows];
        }),
        [
          ['failed', 0],
          ['active', 0],
        ],
      );
    });

    it('stays active without progress when its table is dropped', () => {
      const { clock, world, rows } = createHalfDone();
      world.dropTable('public.orders');
      clock.ms += 3_600_000;
      const { state, table } = getLatestBackfill(world);
      assert.deepEqual([state, table, rows()], ['active', null, 63_000]);
      assert.equal(world.getSink('orders').json.health?.status, 'healthy');
    });
  });

  it('stays active at 0 rows on a stream without a consumer and on a disabled sink', () => {
    const { clock, world } = createWorld(1, 0);
    world.addSink({ name: 'stream' });
    world.addSink({ name: 'off', status: 'disabled', destination: { type: 'kafka' } });
    for (const name of ['stream', 'off']) {
      world.addBackfill(name, { table: 'public.orders' });
    }
    clock.ms += 24 * 3_600_000;
    for (const name of ['stream', 'off']) {
      const { state, rows_processed_count: rows, rows_initial_count: total } = getLatestBackfill(world, name);
      assert.deepEqual([state, rows, total], ['active', 0, 200_000]);
    }
  });

  it('fails with 0 rows and without a row count if its table has no primary key', () => {
    const { clock, world } = createWorld(1, 0);
    world.addTable('public.no_pk', 50, false);
    const { json } = world.addBackfill('orders', { table: 'public.no_pk' });
    clock.ms += 21_000;
    assert.equal(getLatestBackfill(world), json);
    assert.deepEqual([json.state, json.rows_processed_count, json.rows_initial_count], ['failed', 0, null]);
  });
});

/** Creates a world with a new backfill of 200,000 rows. */
function createWorld(seed: number, ms: number): { world: EmulatedWorld; clock: { ms: number } } {
  const clock = { ms, now: () => clock.ms };
  const world = new EmulatedWorld({ seed, speed: 1, clock });
  world.addSink({ name: 'orders', destination: { type: 'kafka' } });
  world.addBackfill('orders', { table: 'public.orders' });
  return { world, clock };
}

/** Samples the latest backfill every 500 ms until it meets a condition, for at most one hour. */
function sampleUntil(
  clock: { ms: number },
  world: EmulatedWorld,
  condition: (json: BackfillJson) => boolean,
): Sample[] {
  const start = clock.ms;
  const samples: Sample[] = [];
  for (; clock.ms < start + 3_600_000; clock.ms += intervalMs) {
    samples.push({ ...getLatestBackfill(world), t_ms: clock.ms - start });
    if (condition(getLatestBackfill(world))) {
      break;
    }
  }
  return samples;
}

function getLatestBackfill(world: EmulatedWorld, sink = 'orders'): BackfillJson {
  return world.getSink(sink).backfills.at(-1)?.json ?? assert.fail();
}
