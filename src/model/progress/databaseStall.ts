import type { Backfill } from '../Backfill.ts';
import type { DerivedStatus } from './backfillStatus.ts';
import { getIdleMs, getIdleSince, normalIdleMs } from './idleTime.ts';
import type { ProgressTrack } from './ProgressTrack.ts';
import type { Stall, StallCause } from './stall.ts';

/** A backfill with what is known about it alone, and the name of the database that it reads from. */
export interface BackfillOfDatabase {
  readonly database: string | null | undefined;
  readonly backfill: Backfill;
  readonly track: ProgressTrack | undefined;
  /** Undefined for a backfill that isn't active. */
  readonly status: DerivedStatus | undefined;
}

/** The causes that the source database may be behind. All others explain one backfill, or those of one sink. */
const databaseCauses: ReadonlySet<StallCause['kind']> = new Set([
  'fetchFailing',
  'notReading',
  'counting',
  'readerStarting',
  'unknown',
]);

/**
 * Whether a backfill is idle for longer than an interruption takes, so that its database may be the cause. Undefined if
 * the backfill has a cause of its own, which isn't evidence of a problem of its database.
 */
export function isWaiting(
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
 * Finds the databases of which all running backfills wait, at least one of them stalled, while backfills of another
 * database made progress. Returns the stall of each of these backfills, by its id.
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
      track !== undefined && isWaiting({ track, status }, now) === true
        ? [{ backfill, status, idleSince: getIdleSince(track) }]
        : [],
    );
    if (
      database == null ||
      waiting.length < 2 ||
      active.some((each) => isWaiting(each, now) === false) ||
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

/** When a backfill last processed rows, as far as known; for a completed one, when it completed. */
function getLastProgress({ backfill, track, status }: BackfillOfDatabase): number {
  return status === undefined ? (backfill.completedAt ?? 0) : (track?.lastUpdate?.at ?? 0);
}

/** The server's text about a failure to read a table; null if there is none. */
function getError(status: DerivedStatus | undefined): string | null {
  const cause = status?.stall?.cause;
  return cause?.kind === 'fetchFailing' ? cause.error : null;
}
