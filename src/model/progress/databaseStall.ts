import type { Backfill } from '../Backfill.ts';
import type { DerivedStatus } from './backfillStatus.ts';
import { getIdleMs, getIdleSince, normalIdleMs } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import type { Stall, StallCause } from './stall.ts';

/** A backfill, the name of its source database, and a status that doesn't take other backfills into account. */
export interface BackfillOfDatabase {
  readonly database: string | null | undefined;
  readonly backfill: Backfill;
  readonly track: ProgressTrack | undefined;
  /** Undefined for a backfill that isn't active. */
  readonly status: DerivedStatus | undefined;
}

/** The causes that a problem of the source database may explain. All other causes concern one backfill or one sink. */
const databaseCauses: ReadonlySet<StallCause['kind']> = new Set([
  'fetchFailing',
  'notReading',
  'counting',
  'readerStarting',
  'unknown',
]);

/**
 * Whether a backfill may be waiting for its database, because it has been idle for longer than an interruption takes.
 * Undefined if the backfill has stalled for another reason: such a stall doesn't show whether the database has a
 * problem.
 */
export function mayWaitForDatabase(
  { track, status }: Pick<BackfillOfDatabase, 'track' | 'status'>,
  now: number,
): boolean | undefined {
  const isIdle = track !== undefined && getIdleMs(track, now) > normalIdleMs;
  const kind = status?.stall?.cause.kind;
  if (kind === undefined || kind === 'recurring' || kind === 'resuming') {
    return isIdle;
  }
  return databaseCauses.has(kind) ? isIdle : undefined;
}

/**
 * Finds each database that seems to have a problem: at least two of its active backfills are waiting, at least one of
 * them is stalled, and none makes progress, while a backfill of another database has made progress since they stopped.
 * Returns the stalls of the waiting backfills, by backfill id.
 * @param now the server's time, in milliseconds since the epoch
 */
export function findDatabaseStalls(
  backfills: readonly BackfillOfDatabase[],
  now: number,
): ReadonlyMap<string, Stall> {
  const stalls = new Map<string, Stall>();
  for (const [database, members] of Map.groupBy(backfills, (each) => each.database)) {
    const active = members.filter(({ status }) => status !== undefined);
    const waiting = active.flatMap(({ backfill, track, status }) =>
      track !== undefined && mayWaitForDatabase({ track, status }, now) === true
        ? [{ backfill, status, idleSince: getIdleSince(track) }]
        : [],
    );
    if (
      database == null ||
      waiting.length < 2 ||
      active.some((each) => mayWaitForDatabase(each, now) === false) ||
      !waiting.some(({ status }) => status?.status === 'stalled')
    ) {
      continue;
    }
    const stoppedAt = Math.max(...waiting.map(({ idleSince }) => idleSince));
    const hasProgressElsewhere = backfills.some(
      (each) => each.database !== database && getLastProgress(each) > stoppedAt + normalIdleMs,
    );
    if (!hasProgressElsewhere) {
      continue;
    }
    const cause: StallCause = {
      kind: 'databaseStalled',
      database,
      count: waiting.length,
      error: waiting.map(({ status }) => getError(status)).find((error) => error !== null) ?? null,
    };
    for (const { backfill, idleSince } of waiting) {
      stalls.set(backfill.id, { cause, idleSince });
    }
  }
  return stalls;
}

/** The last known progress of a backfill. For a completed backfill, this is the time at which it completed. */
function getLastProgress({ backfill, track, status }: BackfillOfDatabase): number {
  return status === undefined ? (backfill.completedAt ?? 0) : (track?.lastUpdate?.at ?? 0);
}

/** The server's text about a failure to read the table; null if there is none. */
function getError(status: DerivedStatus | undefined): string | null {
  const cause = status?.stall?.cause;
  return cause?.kind === 'fetchFailing' ? cause.error : null;
}
