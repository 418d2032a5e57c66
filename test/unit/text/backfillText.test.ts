import assert from 'node:assert/strict';
import { backfillStates, type Backfill } from '../../../src/model/Backfill.ts';
import {
  describeBackfill,
  toBackfillFacts,
  formatState,
  formatTableName,
} from '../../../src/text/backfillText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, now } from '../samples.ts';

const hour = 3600_000;
const completed = {
  state: 'completed',
  rowsProcessed: 54_700,
  rowsInitial: 54_700,
  insertedAt: now - 2 * hour - 5_000,
  completedAt: now - 2 * hour,
};

describe('what the tree says of a backfill', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const descriptions: [string, Partial<Backfill>, string][] = [
    ['active', {}, '47% · 94,000 of 200,000 rows'],
    ['active, not counted yet', { rowsInitial: null, rowsProcessed: 0 }, 'counting rows…'],
    ['active, moving before it is counted', { rowsInitial: null, rowsProcessed: 3000 }, '3,000 rows'],
    ['active, nothing read yet', { rowsProcessed: 0 }, '0% · 0 of 200,000 rows'],
    ['active, almost done', { rowsProcessed: 199_999 }, '99% · 199,999 of 200,000 rows'],
    [
      'active, more than counted',
      { rowsProcessed: 1_040_000, rowsInitial: 1_000_000 },
      '100% · 1,040,000 of 1,000,000 rows',
    ],
    ['active on an empty table', { rowsProcessed: 0, rowsInitial: 0 }, 'no rows'],
    ['of one row', { rowsProcessed: 0, rowsInitial: 1 }, '0% · 0 of 1 row'],
    [
      'active, at a share that no binary number has',
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
      'completed without a time',
      { ...completed, completedAt: null, updatedAt: now - hour },
      '54,700 rows in 1 h · 1 h ago',
    ],
    [
      'completed a moment ahead of our clock',
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
    ['in a state of a later version', { state: 'rewinding' }, 'rewinding · 47% · 94,000 of 200,000 rows'],
  ];
  for (const [name, different, expected] of descriptions) {
    it(name, () => {
      assert.equal(describeBackfill(backfill(different), now), expected);
    });
  }

  it('in another language, numbers and times are as people there write them', () => {
    setLocale('de', 'UTC');
    assert.equal(describeBackfill(backfill(), now), '47\u00a0% · 94.000 of 200.000 rows');
  });
});

describe('what is told of a backfill in full', () => {
  before(() => {
    setLocale('en', 'UTC');
  });

  const facts = (different: Partial<Backfill>): Record<string, string> =>
    Object.fromEntries(
      toBackfillFacts(backfill(different), now, undefined).map(({ label, value }) => [label, value]),
    );

  it('has every fact of one that runs', () => {
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

  it('says when one completed, and how long it took', () => {
    const { Completed, Duration, 'Average rate': rate } = facts(completed);
    assert.equal(Completed, 'Jun 15, 2026, 10:00:00 AM (2 h ago)');
    assert.equal(Duration, '5 s');
    assert.equal(rate, '11,000 rows/s');
  });

  it('says when one was cancelled', () => {
    assert.equal(
      facts({ state: 'cancelled', canceledAt: now })['Cancelled'],
      'Jun 15, 2026, 12:00:00 PM (just now)',
    );
  });

  it('has words for what is missing', () => {
    assert.equal(facts({ rowsInitial: null })['Initial row count'], 'still counting');
    assert.equal(facts({ state: 'failed', rowsInitial: null })['Initial row count'], 'not counted');
    assert.equal(formatTableName(backfill({ table: null })), '(dropped table)');
  });

  it('names every state, and one of a later version as the server does', () => {
    for (const state of backfillStates) {
      assert.equal(formatState(state).toLowerCase(), state);
    }
    assert.equal(formatState('constructor'), 'constructor');
  });
});
