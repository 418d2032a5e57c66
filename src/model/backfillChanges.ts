import type { Backfill } from './Backfill.ts';
import type { Feature } from './serverVersion.ts';

/** What can be done to a backfill that exists. */
export type BackfillChange = 'pause' | 'resume' | 'cancel';

/**
 * The state that a change leads to. The server lets a client write `completed` and `failed` too: we never do,
 * since they would tell of rows that nobody delivered.
 */
export const targetStates = { pause: 'paused', resume: 'active', cancel: 'cancelled' } as const;

/** The transitions that Sequin 0.14.6 allows (recordings e20 to e57), least harmful first. */
const changesByState: Readonly<Record<string, readonly BackfillChange[]>> = {
  active: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
};

/** What came with the state `paused`. */
const changesNeedingPausedState: readonly BackfillChange[] = ['pause', 'resume'];

/**
 * What the state of a backfill allows; nothing in a state that is not known. `missing` is what its server is too
 * old for: one that does not know `paused` refuses it.
 */
export function allowedChanges(
  { state }: Backfill,
  missingFeatures: ReadonlySet<Feature> = new Set(),
): readonly BackfillChange[] {
  const changes = Object.hasOwn(changesByState, state) ? (changesByState[state] ?? []) : [];
  return missingFeatures.has('paused')
    ? changes.filter((change) => !changesNeedingPausedState.includes(change))
    : changes;
}

/** Whether another backfill of its table can follow it: it ended, and the table is not known to be gone. */
export function canRunAgain(backfill: Backfill): boolean {
  return ['completed', 'cancelled', 'failed'].includes(backfill.state) && backfill.table !== null;
}
