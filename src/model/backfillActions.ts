import type { Backfill, BackfillState } from './Backfill.ts';
import { type Feature, lacksFeature } from './serverVersion.ts';

/** The states in which an action is allowed, and the state that it leads to. */
export interface ActionRule {
  /** The states in which a backfill allows the action; empty for actions that create a backfill. */
  readonly allowedStates: readonly BackfillState[];
  readonly targetState: BackfillState;
  /** The server feature that the action requires. */
  readonly feature?: Feature;
}

/**
 * The rules of all actions. They follow the transitions that Sequin 0.14.6 allows (recordings e20 to e57). The server
 * also accepts the states `completed` and `failed`. The extension never writes them, because only the server knows
 * whether a backfill has completed or failed. Labels are in `text/actionText.ts`.
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

/** An action that creates a backfill. `startQueued` creates a paused backfill that the queue resumes later. */
export type StartAction = 'start' | 'startPaused' | 'startQueued';

/** An action that consists of one request to the server. */
export type WriteAction = ChangeAction | StartAction;

/** An action on an existing backfill. `runAgain` starts a new backfill of the same table. */
export type BackfillAction = ChangeAction | 'runAgain';

const backfillActions: readonly BackfillAction[] = ['pause', 'resume', 'cancel', 'runAgain'];

/** Whether the state of the backfill allows the action, but the version of the server doesn't support it. */
export function isUnsupported(
  { state }: Backfill,
  action: BackfillAction,
  version: string | undefined,
): boolean {
  return allowsState(action, state) && lacksFeatureFor(action, version);
}

/**
 * The actions that are allowed on a backfill; none if its state is unknown.
 * @param version the server's version; servers before 0.13.6 reject pause and resume
 */
export function getAllowedActions(
  { state, table }: Backfill,
  version: string | undefined,
): readonly BackfillAction[] {
  return backfillActions.filter(
    (action) =>
      allowsState(action, state) &&
      !lacksFeatureFor(action, version) &&
      // A new backfill needs the name of the table, which is unknown after the table was dropped.
      (action !== 'runAgain' || table !== null),
  );
}

function allowsState(action: BackfillAction, state: string): boolean {
  const { allowedStates }: ActionRule = actionRules[action];
  return allowedStates.some((allowed) => allowed === state);
}

function lacksFeatureFor(action: BackfillAction, version: string | undefined): boolean {
  const { feature }: ActionRule = actionRules[action];
  return feature !== undefined && lacksFeature(version, feature);
}
