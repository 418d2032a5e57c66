import type { Backfill, BackfillState } from './Backfill.ts';
import { type Feature, getMissingFeatures } from './serverVersion.ts';

/** The states that an action is allowed in, and the state that it leads to. */
export interface ActionRule {
  /** The states of the backfill that the action is run on; none for a start, which needs no backfill. */
  readonly allowedStates: readonly BackfillState[];
  readonly targetState: BackfillState;
  /** The feature of the server that the action needs. */
  readonly feature?: Feature;
}

/**
 * The actions on backfills, with the transitions that Sequin 0.14.6 allows
 * (recordings e20 to e57). The server also accepts the states `completed` and `failed` from a client; the extension
 * never writes them, because they would claim rows that weren't delivered. `text/actionText.ts` has the texts.
 */
export const backfillActions = {
  pause: { allowedStates: ['active'], targetState: 'paused', feature: 'paused' },
  resume: { allowedStates: ['paused'], targetState: 'active', feature: 'paused' },
  cancel: { allowedStates: ['active', 'paused'], targetState: 'cancelled' },
  runAgain: { allowedStates: ['completed', 'cancelled', 'failed'], targetState: 'active' },
  start: { allowedStates: [], targetState: 'active' },
  startPaused: { allowedStates: [], targetState: 'paused', feature: 'paused' },
  startQueued: { allowedStates: [], targetState: 'paused', feature: 'paused' },
} as const satisfies Record<string, ActionRule>;

/** A change to an existing backfill. */
export type BackfillChange = 'pause' | 'resume' | 'cancel';

/** The creation of a backfill. `startQueued` creates it paused, and the queue resumes it. */
export type BackfillStart = 'start' | 'startPaused' | 'startQueued';

/** An action that writes. */
export type WriteAction = BackfillChange | BackfillStart;

/** An action that is run on an existing backfill. `runAgain` starts a new one of the same table. */
export type RowAction = BackfillChange | 'runAgain';

const rowActions: readonly RowAction[] = ['pause', 'resume', 'cancel', 'runAgain'];

/**
 * The actions that are allowed on a backfill; none in an unknown state.
 * @param version the server's version; one before 0.13.6 rejects pause and resume
 */
export function getAllowedActions(
  { state, table }: Backfill,
  version: string | undefined,
): readonly RowAction[] {
  const missingFeatures = getMissingFeatures(version);
  return rowActions.filter((action) => {
    const { allowedStates, feature }: ActionRule = backfillActions[action];
    return (
      allowedStates.some((allowed) => allowed === state) &&
      (feature === undefined || !missingFeatures.has(feature)) &&
      // A start needs the name of the table, which is unknown if it was dropped.
      (action !== 'runAgain' || table !== null)
    );
  });
}
