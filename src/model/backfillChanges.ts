import type { Backfill } from './Backfill.ts';
import type { Feature } from './serverVersion.ts';

/** A change to an existing backfill. */
export type BackfillChange = 'pause' | 'resume' | 'cancel';

/**
 * The state that each change leads to. The server also accepts `completed` and `failed` from a client; the
 * extension never writes them, because they would claim rows that weren't delivered.
 */
export const targetStates = { pause: 'paused', resume: 'active', cancel: 'cancelled' } as const;

/** The transitions that Sequin 0.14.6 allows (recordings e20 to e57), least harmful first. */
const changesByState: Readonly<Record<string, readonly BackfillChange[]>> = {
  active: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
};

/** The changes that need a server with the state `paused`. */
const changesNeedingPausedState: readonly BackfillChange[] = ['pause', 'resume'];

/**
 * The changes that are allowed in a backfill's state; none in an unknown state.
 * @param missingFeatures the features that the server is too old for; one without `paused` rejects pause and
 * resume
 */
export function getAllowedChanges(
  { state }: Backfill,
  missingFeatures: ReadonlySet<Feature> = new Set(),
): readonly BackfillChange[] {
  const changes = Object.hasOwn(changesByState, state) ? (changesByState[state] ?? []) : [];
  return missingFeatures.has('paused')
    ? changes.filter((change) => !changesNeedingPausedState.includes(change))
    : changes;
}

/**
 * Whether a new backfill of the same table can be started: this one is finished, and its table isn't known to
 * be dropped.
 */
export function canRunAgain(backfill: Backfill): boolean {
  return ['completed', 'cancelled', 'failed'].includes(backfill.state) && backfill.table !== null;
}
