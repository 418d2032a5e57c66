import assert from 'node:assert/strict';
import { backfillStates, type BackfillState } from '../../../src/model/Backfill.ts';
import {
  allowedChanges,
  canRunAgain,
  targetStates,
  type BackfillChange,
} from '../../../src/model/backfillChanges.ts';
import { missingFeatures } from '../../../src/model/serverVersion.ts';
import { updateBackfill } from '../../emulator/controllers.ts';
import { lacksOf } from '../../emulator/versions.ts';
import { World } from '../../emulator/World.ts';
import { backfill, now } from '../samples.ts';

const changes: readonly BackfillChange[] = ['pause', 'resume', 'cancel'];
const unknownStates = ['rewinding', '', 'ACTIVE', 'constructor', '__proto__', 'hasOwnProperty'];

describe('what can be done to a backfill', () => {
  const allowed: Readonly<Record<BackfillState, readonly BackfillChange[]>> = {
    active: ['pause', 'cancel'],
    paused: ['resume', 'cancel'],
    completed: [],
    cancelled: [],
    failed: [],
  };

  for (const state of backfillStates) {
    it(`that is ${state}: ${allowed[state].join(', ') || 'nothing'}`, () => {
      assert.deepEqual(allowedChanges(backfill({ state })), allowed[state]);
    });

    for (const change of changes) {
      it(`${change} on ${state}: as the server sees it`, () => {
        const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
        const sink = world.addSink({ name: 'orders' });
        const { json } = world.addBackfill('orders', { table: 'public.orders', state });
        const { status } = updateBackfill(world, 'orders', json.id, { state: targetStates[change] });
        // That it is so already is no refusal, and nothing to offer.
        const changed = status === 200 && targetStates[change] !== state;
        assert.equal(allowedChanges(backfill({ state })).includes(change), changed);
        assert.equal(sink.backfills[0]?.json.state, changed ? targetStates[change] : state);
      });
    }
  }

  for (const state of backfillStates) {
    it(`that is ${state}, of a server that knows no pause: at most to cancel`, () => {
      const only = allowed[state].filter((change) => change === 'cancel');
      assert.deepEqual(allowedChanges(backfill({ state }), new Set(['paused'])), only);
    });

    it(`that is ${state}, of a server that lacks all else: the same`, () => {
      const missing = new Set(['health', 'openBackfills', 'failed'] as const);
      assert.deepEqual(allowedChanges(backfill({ state }), missing), allowed[state]);
    });
  }

  it('is what a server of its version does', () => {
    for (const version of ['0.13.5', '0.13.6']) {
      for (const change of ['pause', 'cancel'] as const) {
        const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
        world.addSink({ name: 'orders' });
        const { json } = world.addBackfill('orders', { table: 'public.orders' });
        const state = { state: targetStates[change] };
        const { status } = updateBackfill(world, 'orders', json.id, state, lacksOf(version));
        const isAllowed = allowedChanges(backfill(), missingFeatures(version)).includes(change);
        assert.equal(isAllowed, status === 200, `${change} with ${version}`);
      }
    }
  });

  it('in a state that is not known: nothing', () => {
    for (const state of unknownStates) {
      assert.deepEqual(allowedChanges(backfill({ state })), []);
    }
  });

  it('never leads to a state that tells of rows that nobody delivered', () => {
    assert.deepEqual(Object.values(targetStates).sort(), ['active', 'cancelled', 'paused']);
  });
});

describe('a backfill that can run again', () => {
  it('has ended', () => {
    const states = [...backfillStates, ...unknownStates];
    assert.deepEqual(
      states.filter((state) => canRunAgain(backfill({ state }))),
      ['completed', 'cancelled', 'failed'],
    );
  });

  it('has a table still', () => {
    assert.ok(!canRunAgain(backfill({ state: 'completed', table: null })));
  });

  it('is offered nothing else', () => {
    for (const state of backfillStates) {
      const given = backfill({ state });
      assert.equal(canRunAgain(given), allowedChanges(given).length === 0);
    }
  });
});
