import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { getStatus } from '../../../src/servers/liveStatus.ts';
import { findBackfill } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

/** A backfill with a sink of its own. A page of rows arrives every 8 s until it stops. */
interface Run {
  readonly id: string;
  readonly database?: string | null;
  /** In seconds since the beginning; by default, never. */
  readonly stopsAt?: number;
  /** In seconds since the beginning; by default, never. */
  readonly completesAt?: number;
  readonly sink?: Partial<Sink>;
}

/** Observes the runs every 2 s for a time in seconds. Returns the cause of each stall, by the id of the backfill. */
function observe(runs: readonly Run[], seconds: number): Record<string, string> {
  const store = new SnapshotStore();
  const rowsAt = (second: number, { stopsAt = Infinity }: Run) =>
    40_000 * Math.floor(Math.min(second, stopsAt) / 8);
  const backfillAt = (second: number, run: Run): Backfill => {
    const isCompleted = second >= (run.completesAt ?? Infinity);
    const lastPageAt =
      8 * Math.floor(Math.min(second, run.stopsAt ?? Infinity, run.completesAt ?? Infinity) / 8);
    return backfill({
      id: run.id,
      sinkId: run.id,
      state: isCompleted ? 'completed' : 'active',
      rowsInitial: 90_000_000,
      rowsProcessed: rowsAt(second, run),
      insertedAt: now,
      updatedAt: now + 1000 * lastPageAt,
      completedAt: isCompleted ? now + 1000 * (run.completesAt ?? 0) : null,
    });
  };
  for (let second = 2; second <= seconds; second += 2) {
    const at = now + 1000 * second;
    const items = runs.map((run) => ({
      sink: sink({ id: run.id, database: run.database ?? null, ...run.sink }),
      unfinishedBackfills: second >= (run.completesAt ?? Infinity) ? [] : [backfillAt(second, run)],
    }));
    for (const unlisted of store.applySinks({ items, skipped: 0, serverTime: at }, at)) {
      const run = runs.find(({ id }) => id === unlisted.id) ?? assert.fail();
      store.applyBackfill(backfillAt(second, run), at);
    }
  }
  const { snapshot } = store;
  return Object.fromEntries(
    runs.flatMap(({ id }) => {
      const found = findBackfill(snapshot, id, id) ?? assert.fail();
      const { status, stall } = getStatus(snapshot, found, now + 1000 * seconds);
      return status === 'stalled' ? [[id, stall?.cause.kind ?? '']] : [];
    }),
  );
}

describe('a stall that all backfills of a database have in common', () => {
  const error = { name: 'Message ingestion', status: 'error', error: 'no connection' };
  const delivery = { name: 'Message delivery', status: 'error', error: 'status 500' };
  const shop = (id: string, different: Partial<Run> = {}): Run => ({
    id,
    database: 'shop',
    stopsAt: 100,
    ...different,
  });
  const other: Run = { id: 'other', database: 'crm' };
  const shared = { a: 'databaseStalled', b: 'databaseStalled' };
  const alone = { a: 'unknown', b: 'unknown' };
  const cases: [string, readonly Run[], number, Record<string, string>][] = [
    ['is detected while others run', [shop('a'), shop('b'), other], 200, shared],
    ['is no stall yet after 40 s', [shop('a'), shop('b'), other], 140, {}],
    [
      'includes a backfill that could still be starting',
      [shop('a'), shop('b', { stopsAt: 0 }), other],
      200,
      shared,
    ],
    [
      'is none while all of them could still be starting',
      [shop('a', { stopsAt: 0 }), shop('b', { stopsAt: 0 }), other],
      200,
      {},
    ],
    ['needs a backfill of another database', [shop('a'), shop('b')], 400, alone],
    [
      'needs progress of another database',
      [shop('a'), shop('b'), { ...other, stopsAt: 110 }],
      400,
      { ...alone, other: 'unknown' },
    ],
    [
      'stays one when the others have completed',
      [shop('a'), shop('b'), { ...other, completesAt: 180 }],
      900,
      shared,
    ],
    [
      'is none while one of the database runs',
      [shop('a'), shop('b'), shop('c', { stopsAt: 9_999 }), other],
      200,
      alone,
    ],
    ['is none of a single backfill', [shop('a'), other], 200, { a: 'unknown' }],
    [
      'is none of sinks without a database',
      [shop('a', { database: null }), shop('b', { database: null }), other],
      200,
      alone,
    ],
    [
      'does not include backfills with a reason of their own',
      [shop('a'), shop('b'), shop('c', { sink: { status: 'paused' } }), other],
      200,
      { ...shared, c: 'sinkPaused' },
    ],
    [
      'is none if every backfill has a reason of its own',
      [
        shop('a', { sink: { health: { status: 'error', checks: [delivery] } } }),
        shop('b', { sink: { status: 'disabled' } }),
        other,
      ],
      200,
      { a: 'deliveryFailing', b: 'sinkDisabled' },
    ],
    [
      'includes a backfill that Sequin can’t read',
      [shop('a', { sink: { health: { status: 'error', checks: [error] } } }), shop('b'), other],
      200,
      shared,
    ],
  ];
  for (const [name, runs, seconds, expected] of cases) {
    it(name, () => {
      assert.deepEqual(observe(runs, seconds), expected);
    });
  }
});
