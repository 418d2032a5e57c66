import assert from 'node:assert/strict';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { getStatus } from '../../../src/servers/liveStatus.ts';
import { findBackfill } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

/** A backfill, with a sink that has the same id. A page of rows arrives every 8 s until the backfill stops. */
interface Run {
  readonly id: string;
  /** The name of the sink's database. */
  readonly database?: string | null;
  /** When the backfill stops, in seconds after the start; by default, never. */
  readonly stopsAt?: number;
  /** When the backfill completes, in seconds after the start; by default, never. */
  readonly completesAt?: number;
  readonly sink?: Partial<Sink>;
}

/** Observes the runs every 2 s for a number of seconds. Returns the cause of each stall, by the id of the backfill. */
function observe(runs: readonly Run[], seconds: number): Record<string, string> {
  const store = new SnapshotStore();
  const getRowsAt = (second: number, { stopsAt = Infinity }: Run) =>
    40_000 * Math.floor(Math.min(second, stopsAt) / 8);
  const createBackfillAt = (second: number, run: Run): Backfill => {
    const isCompleted = second >= (run.completesAt ?? Infinity);
    const lastPageAt =
      8 * Math.floor(Math.min(second, run.stopsAt ?? Infinity, run.completesAt ?? Infinity) / 8);
    return backfill({
      id: run.id,
      sinkId: run.id,
      state: isCompleted ? 'completed' : 'active',
      rowsInitial: 90_000_000,
      rowsProcessed: getRowsAt(second, run),
      insertedAt: now,
      updatedAt: now + 1000 * lastPageAt,
      completedAt: isCompleted ? now + 1000 * (run.completesAt ?? 0) : null,
    });
  };
  for (let second = 2; second <= seconds; second += 2) {
    const at = now + 1000 * second;
    const items = runs.map((run) => ({
      sink: sink({ id: run.id, database: run.database ?? null, ...run.sink }),
      unfinishedBackfills: second >= (run.completesAt ?? Infinity) ? [] : [createBackfillAt(second, run)],
    }));
    for (const unlisted of store.applySinks({ items, skipped: 0, serverTime: at }, at)) {
      const run = runs.find(({ id }) => id === unlisted.id) ?? assert.fail();
      store.applyBackfill(createBackfillAt(second, run), at);
    }
  }
  const { snapshot } = store;
  return Object.fromEntries(
    runs.flatMap(({ id }) => {
      const observed = findBackfill(snapshot, id, id) ?? assert.fail();
      const { status, stall } = getStatus(snapshot, observed, now + 1000 * seconds);
      return status === 'stalled' ? [[id, stall?.cause.kind ?? '']] : [];
    }),
  );
}

describe('a stall that all backfills of a database have in common', () => {
  const error = { name: 'Message ingestion', status: 'error', error: 'no connection' };
  const delivery = { name: 'Message delivery', status: 'error', error: 'status 500' };
  const shop = (id: string, overrides: Partial<Run> = {}): Run => ({
    id,
    database: 'shop',
    stopsAt: 100,
    ...overrides,
  });
  const other: Run = { id: 'other', database: 'crm' };
  const shared = { a: 'databaseStalled', b: 'databaseStalled' };
  const alone = { a: 'unknown', b: 'unknown' };
  const cases: [title: string, readonly Run[], seconds: number, causes: Record<string, string>][] = [
    [
      'is detected while a backfill of another database is running',
      [shop('a'), shop('b'), other],
      200,
      shared,
    ],
    ['is not detected 40 s after the last progress', [shop('a'), shop('b'), other], 140, {}],
    [
      'includes a backfill that could still be starting',
      [shop('a'), shop('b', { stopsAt: 0 }), other],
      200,
      shared,
    ],
    [
      'is not detected while all backfills of the database could still be starting',
      [shop('a', { stopsAt: 0 }), shop('b', { stopsAt: 0 }), other],
      200,
      {},
    ],
    ['is not detected without a running backfill of another database', [shop('a'), shop('b')], 400, alone],
    [
      'is not detected if backfills of other databases have no progress either',
      [shop('a'), shop('b'), { ...other, stopsAt: 110 }],
      400,
      { ...alone, other: 'unknown' },
    ],
    [
      'is still detected after the backfills of other databases have completed',
      [shop('a'), shop('b'), { ...other, completesAt: 180 }],
      900,
      shared,
    ],
    [
      'is not detected while one backfill of the database is running',
      [shop('a'), shop('b'), shop('c', { stopsAt: 9_999 }), other],
      200,
      alone,
    ],
    ['is not detected for a single backfill', [shop('a'), other], 200, { a: 'unknown' }],
    [
      'is not detected for sinks without a database',
      [shop('a', { database: null }), shop('b', { database: null }), other],
      200,
      alone,
    ],
    [
      'does not include backfills that are stalled for another reason',
      [shop('a'), shop('b'), shop('c', { sink: { status: 'paused' } }), other],
      200,
      { ...shared, c: 'sinkPaused' },
    ],
    [
      'is not detected if every backfill is stalled for another reason',
      [
        shop('a', { sink: { health: { status: 'error', checks: [delivery] } } }),
        shop('b', { sink: { status: 'disabled' } }),
        other,
      ],
      200,
      { a: 'deliveryFailing', b: 'sinkDisabled' },
    ],
    [
      'includes a backfill whose message ingestion fails',
      [shop('a', { sink: { health: { status: 'error', checks: [error] } } }), shop('b'), other],
      200,
      shared,
    ],
  ];
  for (const [title, runs, seconds, expected] of cases) {
    it(title, () => {
      assert.deepEqual(observe(runs, seconds), expected);
    });
  }
});
