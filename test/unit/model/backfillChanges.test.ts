import assert from 'node:assert/strict';
import { backfillStates, type BackfillState } from '../../../src/model/Backfill.ts';
import {
  getAllowedChanges,
  canRunAgain,
  targetStates,
  type BackfillChange,
} from '../../../src/model/backfillChanges.ts';
import { getMissingFeatures } from '../../../src/model/serverVersion.ts';
import { updateBackfill } from '../../emulator/controllers.ts';
import { getFeaturesMissingIn } from '../../emulator/versions.ts';
import { World } from '../../emulator/World.ts';
import { backfill, now } from '../samples.ts';

const changes: readonly BackfillChange[] = ['pause', 'resume', 'cancel'];
const unknownStates = ['rewinding', '', 'ACTIVE', 'constructor', '__proto__', 'hasOwnProperty'];

describe('getAllowedChanges', () => {
  const allowed: Readonly<Record<BackfillState, readonly BackfillChange[]>> = {
    active: ['pause', 'cancel'],
    paused: ['resume', 'cancel'],
    completed: [],
    cancelled: [],
    failed: [],
  };

  for (const state of backfillStates) {
    it(`allows for ${state}: ${allowed[state].join(', ') || 'nothing'}`, () => {
      assert.deepEqual(getAllowedChanges(backfill({ state })), allowed[state]);
    });

    for (const change of changes) {
      it(`matches the server’s response to ${change} in the state ${state}`, () => {
        const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
        const sink = world.addSink({ name: 'orders' });
        const { json } = world.addBackfill('orders', { table: 'public.orders', state });
        const { status } = updateBackfill(world, 'orders', json.id, { state: targetStates[change] });
        // Setting the current state again succeeds on the server but isn't offered.
        const changed = status === 200 && targetStates[change] !== state;
        assert.equal(getAllowedChanges(backfill({ state })).includes(change), changed);
        assert.equal(sink.backfills[0]?.json.state, changed ? targetStates[change] : state);
      });
    }
  }

  for (const state of backfillStates) {
    it(`allows at most cancel for ${state} on a server without the paused state`, () => {
      const cancelOnly = allowed[state].filter((change) => change === 'cancel');
      assert.deepEqual(getAllowedChanges(backfill({ state }), new Set(['paused'])), cancelOnly);
    });

    it(`allows the same for ${state} on a server that lacks only other features`, () => {
      const missing = new Set(['health', 'openBackfills', 'failed'] as const);
      assert.deepEqual(getAllowedChanges(backfill({ state }), missing), allowed[state]);
    });
  }

  it('matches what a server of the version accepts', () => {
    for (const version of ['0.13.5', '0.13.6']) {
      for (const change of ['pause', 'cancel'] as const) {
        const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
        world.addSink({ name: 'orders' });
        const { json } = world.addBackfill('orders', { table: 'public.orders' });
        const state = { state: targetStates[change] };
        const { status } = updateBackfill(world, 'orders', json.id, state, getFeaturesMissingIn(version));
        const isAllowed = getAllowedChanges(backfill(), getMissingFeatures(version)).includes(change);
        assert.equal(isAllowed, status === 200, `${change} with ${version}`);
      }
    }
  });

  it('allows nothing in an unknown state', () => {
    for (const state of unknownStates) {
      assert.deepEqual(getAllowedChanges(backfill({ state })), []);
    }
  });

  it('never leads to a state that claims undelivered rows', () => {
    assert.deepEqual(Object.values(targetStates).sort(), ['active', 'cancelled', 'paused']);
  });
});

describe('canRunAgain', () => {
  it('is true for finished backfills only', () => {
    const states = [...backfillStates, ...unknownStates];
    assert.deepEqual(
      states.filter((state) => canRunAgain(backfill({ state }))),
      ['completed', 'cancelled', 'failed'],
    );
  });

  it('is false if the table was dropped', () => {
    assert.ok(!canRunAgain(backfill({ state: 'completed', table: null })));
  });

  it('is true only if no other change is allowed', () => {
    for (const state of backfillStates) {
      const candidate = backfill({ state });
      assert.equal(canRunAgain(candidate), getAllowedChanges(candidate).length === 0);
    }
  });
});
