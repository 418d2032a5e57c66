import assert from 'node:assert/strict';
import { type Backfill, backfillStates } from '../../../src/model/Backfill.ts';
import type { ProgressEstimate } from '../../../src/model/progress/estimate.ts';
import type { StallCause } from '../../../src/model/progress/stall.ts';
import {
  describeBackfill,
  formatBackfillName,
  formatProgress,
  formatState,
  formatTableName,
} from '../../../src/text/backfillText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, now, sink } from '../samples.ts';

const hour = 3600_000;
const completed = {
  state: 'completed',
  rowsProcessed: 54_700,
  rowsInitial: 54_700,
  insertedAt: now - 2 * hour - 5_000,
  completedAt: now - 2 * hour,
};

describe('describeBackfill', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const descriptions: [string, Partial<Backfill>, string][] = [
    ['active', {}, '47%'],
    ['active, with uncounted rows', { rowsInitial: null, rowsProcessed: 0 }, 'counting rows…'],
    ['active, with processed but uncounted rows', { rowsInitial: null, rowsProcessed: 3_210 }, '3.2K rows'],
    ['active, with no rows read yet', { rowsProcessed: 0 }, '0%'],
    ['active, almost done', { rowsProcessed: 199_999 }, '99%'],
    [
      'active, with more rows processed than counted',
      { rowsProcessed: 1_040_000, rowsInitial: 1_000_000 },
      '1M rows',
    ],
    [
      'paused, with more rows processed than counted',
      { state: 'paused', rowsProcessed: 206_000, rowsInitial: 200_002 },
      'Paused · 206K rows',
    ],
    ['active on an empty table', { rowsProcessed: 0, rowsInitial: 0 }, '0 rows'],
    [
      'active, at a fraction without an exact binary representation',
      { rowsProcessed: 290, rowsInitial: 1_000 },
      '29%',
    ],
    [
      'active, with more than 2^53 rows',
      { rowsProcessed: 9007199254740993n, rowsInitial: 9007199254740995n },
      '99%',
    ],
    ['paused', { state: 'paused' }, 'Paused at 47%'],
    [
      'paused, with uncounted rows',
      { state: 'paused', rowsInitial: null, rowsProcessed: 0 },
      'Paused · 0 rows',
    ],
    ['completed', completed, '2 h ago · 55K rows · 5 s'],
    ['completed with one row', { ...completed, rowsProcessed: 1 }, '2 h ago · 1 row · 5 s'],
    ['completed without rows', { ...completed, rowsProcessed: 0, rowsInitial: 0 }, '2 h ago · 0 rows · 5 s'],
    [
      'completed with more than a million rows',
      { ...completed, rowsProcessed: 1_234_567 },
      '2 h ago · 1.2M rows · 5 s',
    ],
    [
      'completed at an unknown time',
      { ...completed, completedAt: null, updatedAt: now - hour },
      '1 h ago · 55K rows · 1 h',
    ],
    [
      'completed 20 s ahead of the local clock',
      { ...completed, completedAt: now + 20_000 },
      'just now · 55K rows · 2 h',
    ],
    [
      'completed 2 h ahead of the local clock',
      { ...completed, completedAt: now + 2 * hour },
      'in 2 h · 55K rows · 4 h',
    ],
    ['cancelled', { state: 'cancelled', canceledAt: now - 26 * hour }, 'at 47% · 1 d ago'],
    [
      'cancelled, with uncounted rows',
      { state: 'cancelled', rowsInitial: null, canceledAt: now - hour },
      '94K rows · 1 h ago',
    ],
    ['failed', { state: 'failed', updatedAt: now - 5 * hour }, 'at 47% · 5 h ago'],
    ['in an unknown state', { state: 'rewinding' }, 'rewinding · 47%'],
  ];
  for (const [name, changes, expected] of descriptions) {
    it(`describes a backfill (${name}): ${expected}`, () => {
      assert.equal(describeBackfill(backfill(changes), now), expected);
    });
  }

  const createEstimate = (ms: number, [minMs, maxMs] = [ms, ms]): ProgressEstimate => ({
    rowsPerSecond: 1_000,
    averageRowsPerSecond: 1_000,
    timeLeft: { ms, minMs, maxMs },
  });
  const createStalled = (ms: number, cause: StallCause) => ({
    status: 'stalled' as const,
    estimate: undefined,
    stall: { cause, idleSince: now - ms },
  });

  it('shows the time left after the percentage', () => {
    const describe = (...range: Parameters<typeof createEstimate>) =>
      describeBackfill(backfill(), now, {
        live: {
          status: 'running',
          estimate: createEstimate(...range),
        },
      });
    assert.equal(describe(4 * 60_000), '47% · 4 min left');
    assert.equal(describe(20_000), '47% · < 1 min left');
    assert.equal(describe(6 * 60_000, [4 * 60_000, 9 * 60_000]), '47% · 4–9 min left');
  });

  it('shows the cause of a stall, and its duration once the stall has lasted a minute', () => {
    const describe = (ms: number, cause: StallCause) =>
      describeBackfill(backfill(), now, { live: createStalled(ms, cause) });
    assert.equal(describe(1.6 * hour, { kind: 'sinkPaused' }), 'sink paused · 1 h');
    assert.equal(describe(90_000, { kind: 'bufferFull', error: 'x' }), 'buffer full · 1 min');
    assert.equal(describe(90_000, { kind: 'tableDropped' }), 'table dropped · 1 min');
    assert.equal(describe(90_000, { kind: 'unknown' }), 'Stalled 1 min');
    assert.equal(describe(59_000, { kind: 'sinkPaused' }), 'sink paused');
  });

  it('shows that a backfill stalls repeatedly, and its progress', () => {
    const live = createStalled(hour, { kind: 'recurring', count: 3 });
    assert.equal(describeBackfill(backfill(), now, { live }), 'Stalls repeatedly · 47%');
  });

  it('shows the progress rather than a stall while the table reader is starting', () => {
    const live = { ...createStalled(hour, { kind: 'readerStarting' }), status: 'running' as const };
    assert.equal(describeBackfill(backfill({ rowsProcessed: 0 }), now, { live }), '0%');
  });

  it('shows first that a completed backfill has delivery errors', () => {
    const live = {
      status: 'completedWithDeliveryErrors' as const,
      estimate: undefined,
      deliveryWarning: { error: null },
    };
    const describe = (withState: boolean) => describeBackfill(backfill(completed), now, { live, withState });
    assert.equal(describe(false), 'delivery errors · 2 h ago · 55K rows · 5 s');
    assert.equal(describe(true), 'Completed with delivery errors · 2 h ago · 55K rows · 5 s');
  });

  it('shows the known cause of a failure', () => {
    const failed = backfill({ state: 'failed', rowsInitial: null, rowsProcessed: 0, updatedAt: now - hour });
    const live = { ...createStalled(hour, { kind: 'noPrimaryKey' }), status: 'failed' as const };
    assert.equal(describeBackfill(failed, now, { live }), 'no primary key · 1 h ago');
  });

  it('leaves out how long ago a backfill finished if the label of the row is a time', () => {
    const describe = (changes: Partial<Backfill>) =>
      describeBackfill(backfill(changes), now, { hasTimeLabel: true });
    assert.equal(describe(completed), '55K rows · 5 s');
    assert.equal(describe({ state: 'cancelled', canceledAt: now }), 'at 47%');
  });

  it('begins with the state if the caller requests it', () => {
    const describe = (changes: Partial<Backfill>) =>
      describeBackfill(backfill(changes), now, { withState: true });
    assert.deepEqual(
      [{}, { state: 'paused' }, completed, { state: 'cancelled', canceledAt: now }, { state: 'failed' }].map(
        describe,
      ),
      [
        'Running · 47%',
        'Paused at 47%',
        'Completed · 2 h ago · 55K rows · 5 s',
        'Cancelled · at 47% · just now',
        'Failed · at 47% · just now',
      ],
    );
    const live = createStalled(hour, { kind: 'sinkPaused' });
    assert.equal(
      describeBackfill(backfill(), now, { live, withState: true }),
      'Stalled · 47% · sink paused · 1 h',
      'a stalled backfill isn’t called running',
    );
  });

  it('formats numbers for the locale', () => {
    setLocale('de', 'UTC');
    assert.equal(describeBackfill(backfill(), now), '47\u00a0%');
    assert.equal(
      describeBackfill(backfill({ ...completed, rowsProcessed: 1_234_567 }), now),
      '2 h ago · 1,2\u00a0Mio. rows · 5 s',
    );
  });
});

describe('formatProgress', () => {
  const texts: [Partial<Backfill>, string][] = [
    [{}, '47% · 94,000 of 200,000 rows'],
    [{ rowsInitial: null, rowsProcessed: 0 }, 'counting rows…'],
    [{ rowsInitial: null, rowsProcessed: 3_000 }, '3,000 rows'],
    [{ rowsProcessed: 0, rowsInitial: 0 }, 'no rows'],
    [{ rowsProcessed: 0, rowsInitial: 1 }, '0% · 0 of 1 row'],
    [
      { rowsProcessed: 9007199254740993n, rowsInitial: 9007199254740995n },
      '99% · 9,007,199,254,740,993 of 9,007,199,254,740,995 rows',
    ],
  ];
  for (const [changes, expected] of texts) {
    const current = backfill(changes);
    const { rowsProcessed, rowsInitial } = current;
    it(`returns "${expected}" if rowsProcessed is ${String(rowsProcessed)} and rowsInitial is ${String(rowsInitial)}`, () => {
      setLocale('en', 'UTC');
      assert.equal(formatProgress(current), expected);
    });
  }
});

describe('formatState', () => {
  it('returns a display name for every known state, and an unknown state unchanged', () => {
    for (const state of backfillStates) {
      assert.equal(formatState(state).toLowerCase(), state);
      assert.match(formatState(state), /^[A-Z]/);
    }
    assert.equal(formatState('constructor'), 'constructor');
  });
});

describe('formatTableName', () => {
  it('returns a placeholder for a dropped table with an unknown name', () => {
    assert.equal(formatTableName(backfill({ table: null })), '(dropped table)');
  });
});

describe('formatBackfillName', () => {
  it('names the table and, if known, the sink, and uses the last known name of a dropped table', () => {
    assert.equal(formatBackfillName(backfill(), sink()), 'public.orders → orders-kafka');
    assert.equal(formatBackfillName(backfill({ table: null }), undefined), '(dropped table)');
    assert.equal(
      formatBackfillName({ table: null, droppedTable: 'public.orders' }, undefined),
      'public.orders (dropped)',
    );
  });
});
