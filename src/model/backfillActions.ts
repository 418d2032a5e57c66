import type { Backfill, BackfillState } from './Backfill.ts';
import { type Feature, lacksFeature } from './serverVersion.ts';

/** The states that an action is allowed in, and the state that it leads to. */
export interface ActionRule {
  /** The states of a backfill that allow the action; empty for start actions, which create the backfill. */
  readonly allowedStates: readonly BackfillState[];
  readonly targetState: BackfillState;
  /** The feature of the server that the action needs. */
  readonly feature?: Feature;
}

/**
 * The rules of all actions, with the transitions that Sequin 0.14.6 allows (recordings e20 to e57 in test/recordings).
 * The server also accepts the states `completed` and `failed` from a client. The extension never writes them: only the
 * server knows whether a backfill has completed or failed. Labels are in `text/actionText.ts`.
 */
export const actionRules = {
  pause: { allowedStates: ['active'], targetState: 'paused', feature: 'paused' },
  resume: { allowedStates: ['paused'], targetState: 'active', feature: 'paused' },
  cancel: { allowedStates: ['active', 'paused'], targetState: 'cancelled' },
  runAgain: { allowedStates: ['completed', 'cancelled', 'failed'], targetState: 'active' },
  start: { allowedStates: [], targetState: 'active' },
  startPaused: { allowedStates: [], targetState: 'paused', feature: 'paused' },
  startQueued: { allowedStates: [], targetState: 'paused', feature: 'paused' },
} as const satisfies Record<string, ActionRule>;

/** An action that changes the state of an existing backfill. */
export type ChangeAction = 'pause' | 'resume' | 'cancel';

/** An action that creates a backfill. `startQueued` creates it paused, and the queue resumes it. */
export type StartAction = 'start' | 'startPaused' | 'startQueued';

/** An action that is one request to the server. */
export type WriteAction = ChangeAction | StartAction;

/** An action on an existing backfill. `runAgain` starts a new one of the same table. */
export type BackfillAction = ChangeAction | 'runAgain';

const backfillActions: readonly BackfillAction[] = ['pause', 'resume', 'cancel', 'runAgain'];

/** Whether the backfill's state allows an action that the server's version doesn't support. */
export function isUnsupported(
  { state }: Backfill,
  action: BackfillAction,
  version: string | undefined,
): boolean {
  return allowsState(action, state) && lacksFeatureOf(action, version);
}

/**
 * The actions that are allowed on a backfill; none in an unknown state.
 * @param version the server's version; one before 0.13.6 rejects pause and resume
 */
export function getAllowedActions(
  { state, table }: Backfill,
  version: string | undefined,
): readonly BackfillAction[] {
  return backfillActions.filter(
    (action) =>
      allowsState(action, state) &&
      !lacksFeatureOf(action, version) &&
      // A start needs the name of the table, which is unknown if it was dropped.
      (action !== 'runAgain' || table !== null),
  );
}

function allowsState(action: BackfillAction, state: string): boolean {
  const { allowedStates }: ActionRule = actionRules[action];
  return allowedStates.some((allowed) => allowed === state);
}

function lacksFeatureOf(action: BackfillAction, version: string | undefined): boolean {
  const { feature }: ActionRule = actionRules[action];
  return feature !== undefined && lacksFeature(version, feature);
}
