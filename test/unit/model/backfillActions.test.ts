import assert from 'node:assert/strict';
import { type BackfillState, backfillStates } from '../../../src/model/Backfill.ts';
import {
  actionRules,
  type BackfillAction,
  type ChangeAction,
  getAllowedActions,
} from '../../../src/model/backfillActions.ts';
import { updateBackfill } from '../../../src/sampleServer/backfillControllers.ts';
import type { Fields } from '../../../src/sampleServer/fields.ts';
import { World } from '../../../src/sampleServer/World.ts';
import { adaptRequestBody, getFeaturesMissingIn } from '../../emulator/versions.ts';
import { backfill, now } from '../samples.ts';

const changes: readonly ChangeAction[] = ['pause', 'resume', 'cancel'];
const unknownStates = ['rewinding', '', 'ACTIVE', 'constructor', '__proto__', 'hasOwnProperty'];

describe('getAllowedActions', () => {
  const allowed: Readonly<Record<BackfillState, readonly BackfillAction[]>> = {
    active: ['pause', 'cancel'],
    paused: ['resume', 'cancel'],
    completed: ['runAgain'],
    cancelled: ['runAgain'],
    failed: ['runAgain'],
  };

  for (const state of backfillStates) {
    it(`allows only ${allowed[state].join(' and ')} in the state ${state}`, () => {
      assert.deepEqual(getAllowedActions(backfill({ state }), '0.14.6'), allowed[state]);
    });

    for (const change of changes) {
      it(`allows ${change} in the state ${state} if and only if it changes the state on the server`, () => {
        const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
        const sink = world.addSink({ name: 'orders' });
        const serverBackfill = world.addBackfill('orders', { table: 'public.orders', state });
        const { status } = updateBackfill(world, sink, serverBackfill, {
          state: actionRules[change].targetState,
        });
        // The server accepts the current state again, but the extension doesn't offer that.
        const isChanged = status === 200 && actionRules[change].targetState !== state;
        assert.equal(getAllowedActions(backfill({ state }), '0.14.6').includes(change), isChanged);
        assert.equal(serverBackfill.json.state, isChanged ? actionRules[change].targetState : state);
      });
    }
  }

  for (const state of backfillStates) {
    it(`doesn’t allow pause or resume in the state ${state} on a server without the state paused`, () => {
      const expected = allowed[state].filter((action) => action !== 'pause' && action !== 'resume');
      assert.deepEqual(getAllowedActions(backfill({ state }), '0.13.5'), expected);
    });

    for (const version of ['0.13.6', 'dev', undefined]) {
      const versionText = version === undefined ? 'an unknown version' : `version ${version}`;
      it(`allows all actions of the state ${state} on a server with ${versionText}`, () => {
        assert.deepEqual(getAllowedActions(backfill({ state }), version), allowed[state]);
      });
    }
  }

  it('allows pause and cancel if and only if the server’s version accepts them', () => {
    for (const version of ['0.13.5', '0.13.6']) {
      for (const change of ['pause', 'cancel'] as const) {
        const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
        const sink = world.addSink({ name: 'orders' });
        const serverBackfill = world.addBackfill('orders', { table: 'public.orders' });
        const body = JSON.stringify({ state: actionRules[change].targetState });
        const fields = JSON.parse(adaptRequestBody(body, getFeaturesMissingIn(version))) as Fields;
        const { status } = updateBackfill(world, sink, serverBackfill, fields);
        const isAllowed = getAllowedActions(backfill(), version).includes(change);
        assert.equal(isAllowed, status === 200, `${change} with ${version}`);
      }
    }
  });

  it('allows no actions in an unknown state', () => {
    for (const state of unknownStates) {
      assert.deepEqual(getAllowedActions(backfill({ state }), '0.14.6'), []);
    }
  });

  it('doesn’t allow running a backfill again if its table was dropped', () => {
    assert.deepEqual(getAllowedActions(backfill({ state: 'completed', table: null }), '0.14.6'), []);
    assert.deepEqual(getAllowedActions(backfill({ table: null }), '0.14.6'), ['pause', 'cancel']);
  });
});

describe('actionRules', () => {
  it('never lead to the state completed or failed', () => {
    const targetStates = Object.values(actionRules).map(({ targetState }) => targetState);
    assert.deepEqual([...new Set(targetStates)].sort(), ['active', 'cancelled', 'paused']);
  });
});
