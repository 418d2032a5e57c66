import type { Backfill } from './Backfill.ts';
import type { Feature } from './serverVersion.ts';

/** What can be done to a backfill that exists. */
export type Change = 'pause' | 'resume' | 'cancel';

/**
 * The state that a change leads to. The server lets a client write `completed` and `failed` too: we never do,
 * since they would tell of rows that nobody delivered.
 */
export const stateAfter = { pause: 'paused', resume: 'active', cancel: 'cancelled' } as const;

/** The transitions that Sequin 0.14.6 allows (recordings e20 to e57), least harmful first. */
const changesFrom: Readonly<Record<string, readonly Change[]>> = {
  active: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
};

/** What came with the state `paused`. */
const needsPaused: readonly Change[] = ['pause', 'resume'];

/**
 * What the state of a backfill allows; nothing in a state that is not known. `missing` is what its server is too
 * old for: one that does not know `paused` refuses it.
 */
export function allowedChanges(
  { state }: Backfill,
  missing: ReadonlySet<Feature> = new Set(),
): readonly Change[] {
  const changes = Object.hasOwn(changesFrom, state) ? (changesFrom[state] ?? []) : [];
  return missing.has('paused') ? changes.filter((change) => !needsPaused.includes(change)) : changes;
}

/** Whether another backfill of its table can follow it: it ended, and the table is not known to be gone. */
export function canRunAgain(backfill: Backfill): boolean {
  return ['completed', 'cancelled', 'failed'].includes(backfill.state) && backfill.table !== null;
}
