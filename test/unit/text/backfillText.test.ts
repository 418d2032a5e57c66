import assert from 'node:assert/strict';
import { backfillStates, type Backfill } from '../../../src/model/Backfill.ts';
import {
  describeBackfill,
  toBackfillFacts,
  formatState,
  formatTableName,
} from '../../../src/text/backfillText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { BackfillObserver } from '../model/progress/BackfillObserver.ts';
import { backfill, now } from '../samples.ts';

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
    ['active', {}, '47% · 94,000 of 200,000 rows'],
    ['active, not counted yet', { rowsInitial: null, rowsProcessed: 0 }, 'counting rows…'],
    ['active, with progress before it is counted', { rowsInitial: null, rowsProcessed: 3000 }, '3,000 rows'],
    ['active, nothing read yet', { rowsProcessed: 0 }, '0% · 0 of 200,000 rows'],
    ['active, almost done', { rowsProcessed: 199_999 }, '99% · 199,999 of 200,000 rows'],
    [
      'active, with more rows than counted',
      { rowsProcessed: 1_040_000, rowsInitial: 1_000_000 },
      '1,040,000 rows processed (1,000,000 counted)',
    ],
    [
      'paused, with more rows than counted',
      { state: 'paused', rowsProcessed: 206_000, rowsInitial: 200_002 },
      'paused · 206,000 rows processed (200,002 counted)',
    ],
    [
      'active, with more rows than counted, beyond 2^53',
      { rowsProcessed: 9007199254740995n, rowsInitial: 9007199254740993n },
      '9,007,199,254,740,995 rows processed (9,007,199,254,740,993 counted)',
    ],
    [
      'completed with more rows than counted',
      { ...completed, rowsProcessed: 229_602, rowsInitial: 200_002 },
      '229,602 rows in 5 s · 2 h ago',
    ],
    ['active on an empty table', { rowsProcessed: 0, rowsInitial: 0 }, 'no rows'],
    ['active, on a table with one row', { rowsProcessed: 0, rowsInitial: 1 }, '0% · 0 of 1 row'],
    [
      'active, at a fraction without an exact binary representation',
      { rowsProcessed: 290, rowsInitial: 1_000 },
      '29% · 290 of 1,000 rows',
    ],
    [
      'active, beyond 2^53',
      { rowsProcessed: 9007199254740993n, rowsInitial: 9007199254740995n },
      '99% · 9,007,199,254,740,993 of 9,007,199,254,740,995 rows',
    ],
    ['paused', { state: 'paused' }, 'paused · 47% · 94,000 of 200,000 rows'],
    ['paused, never counted', { state: 'paused', rowsInitial: null, rowsProcessed: 0 }, 'paused · 0 rows'],
    ['completed', completed, '54,700 rows in 5 s · 2 h ago'],
    ['completed with one row', { ...completed, rowsProcessed: 1 }, '1 row in 5 s · 2 h ago'],
    ['completed, empty', { ...completed, rowsProcessed: 0, rowsInitial: 0 }, '0 rows in 5 s · 2 h ago'],
    [
      'completed without a timestamp',
      { ...completed, completedAt: null, updatedAt: now - hour },
      '54,700 rows in 1 h · 1 h ago',
    ],
    [
      'completed 20 s ahead of the editor’s clock',
      { ...completed, completedAt: now + 20_000 },
      '54,700 rows in 2 h · just now',
    ],
    [
      'completed far in the future',
      { ...completed, completedAt: now + 2 * hour },
      '54,700 rows in 4 h · in 2 h',
    ],
    [
      'cancelled',
      { state: 'cancelled', canceledAt: now - 26 * hour },
      'cancelled · 47% · 94,000 of 200,000 rows · 1 d ago',
    ],
    [
      'failed without a row',
      { state: 'failed', rowsInitial: null, rowsProcessed: 0, updatedAt: now - 90_000 },
      'failed · 0 rows · 1 min ago',
    ],
    ['in an unknown state', { state: 'rewinding' }, 'rewinding · 47% · 94,000 of 200,000 rows'],
  ];
  for (const [name, changes, expected] of descriptions) {
    it(`describes a backfill: ${name}`, () => {
      assert.equal(describeBackfill(backfill(changes), now), expected);
    });
  }

  it('formats numbers and times for the locale', () => {
    setLocale('de', 'UTC');
    assert.equal(describeBackfill(backfill(), now), '47\u00a0% · 94.000 of 200.000 rows');
  });
});

describe('facts of a backfill', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const facts = (changes: Partial<Backfill>): Record<string, string> =>
    Object.fromEntries(
      toBackfillFacts(backfill(changes), now, undefined).map(({ label, value }) => [label, value]),
    );

  it('are complete for a running backfill', () => {
    assert.deepEqual(facts({}), {
      'Rows processed': '94,000',
      'Rows ingested': '94,000',
      'Initial row count': '200,000',
      'Sort column': 'none (full backfill)',
      Started: 'Jun 15, 2026, 11:59:00 AM (1 min ago)',
      'Last change': 'Jun 15, 2026, 11:59:58 AM (just now)',
      'Running for': '1 min',
      ID: 'bf000000-0000-4000-8000-000000000001',
    });
  });

  it('include completion, duration and rate of a completed backfill', () => {
    const { Completed, Duration, 'Average rate': rate } = facts(completed);
    assert.equal(Completed, 'Jun 15, 2026, 10:00:00 AM (2 h ago)');
    assert.equal(Duration, '5 s');
    assert.equal(rate, '11,000 rows/s');
  });

  it('include the rows that were read again, as observed or evident from the count', () => {
    assert.equal(facts({ rowsProcessed: 229_602, rowsInitial: 200_002 })['Rows read again'], '29,600');
    const observer = new BackfillObserver().addPages(6).addPages(1, 1_000, 30);
    const observed = toBackfillFacts(observer.backfill, observer.at, observer.track);
    assert.equal(observed.find(({ label }) => label === 'Rows read again')?.value, '40,000');
  });

  it('include the cancellation', () => {
    assert.equal(
      facts({ state: 'cancelled', canceledAt: now })['Cancelled'],
      'Jun 15, 2026, 12:00:00 PM (just now)',
    );
  });

  it('have texts for missing values', () => {
    assert.equal(facts({ rowsInitial: null })['Initial row count'], 'still counting');
    assert.equal(facts({ state: 'failed', rowsInitial: null })['Initial row count'], 'not counted');
    assert.equal(formatTableName(backfill({ table: null })), '(dropped table)');
  });

  it('include a name for every state and the server’s name for an unknown one', () => {
    for (const state of backfillStates) {
      assert.equal(formatState(state).toLowerCase(), state);
    }
    assert.equal(formatState('constructor'), 'constructor');
  });
});
