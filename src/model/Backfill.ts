/**
 * The backfill states of Sequin 0.14. `paused` was added in 0.13.6 and `failed` in 0.10.6. A state that a newer server
 * adds is kept as is: see {@link Backfill.state}.
 */
export const backfillStates = ['active', 'paused', 'completed', 'cancelled', 'failed'] as const;
export type BackfillState = (typeof backfillStates)[number];

/** A number of rows; a `bigint` only where a `number` would be inexact (beyond 2^53). */
export type RowCount = number | bigint;

/** A backfill as last reported by the server. Times are milliseconds since the epoch. */
export interface Backfill {
  readonly id: string;
  readonly sinkId: string;
  /** A {@link BackfillState}, or a state unknown to this version of the extension. */
  readonly state: string;
  /** `schema.table`; null if the server doesn't report it, or after the table is dropped, even in an active backfill. */
  readonly table: string | null;
  /** The last known name of a dropped table, or null if it was never known; undefined unless the table was dropped. */
  readonly droppedTable?: string | null;
  /** Null for a full backfill. */
  readonly sortColumn: string | null;
  /** Null until the server has counted the table's rows. */
  readonly rowsInitial: RowCount | null;
  /** Includes rows that were read again, and rows whose messages are kept for a retry. */
  readonly rowsProcessed: RowCount;
  readonly rowsIngested: RowCount;
  readonly insertedAt: number;
  readonly updatedAt: number;
  readonly completedAt: number | null;
  readonly canceledAt: number | null;
}

/** Whether the table was dropped, as far as the server reports it. */
export function isTableDropped({ droppedTable }: Backfill): boolean {
  return droppedTable !== undefined;
}

/** Whether the backfill is active or paused. The server lists the backfills in these states in `active_backfills`. */
export function isUnfinished(backfill: Backfill): boolean {
  return backfill.state === 'active' || backfill.state === 'paused';
}

/**
 * Whether more rows are processed than were counted. After an interruption, Sequin reads the last page again, which adds
 * 6 to 24% on a busy server (recordings real-big-redis, real-orders-redis in test/recordings).
 */
export function exceedsRowCount({ rowsInitial, rowsProcessed }: Backfill): boolean {
  return rowsInitial !== null && rowsProcessed > rowsInitial;
}

/** The number of processed rows, without those that were read again, as far as the row count shows them. */
export function getUniqueRowsProcessed({ rowsInitial, rowsProcessed }: Backfill): number {
  return Math.min(Number(rowsProcessed), rowsInitial === null ? Infinity : Number(rowsInitial));
}

/**
 * The processed fraction (0 to 1) across backfills. Skips backfills without a row count, and those that exceed theirs
 * without being completed, because their remaining rows are unknown. Undefined if the other backfills have no rows in total.
 */
export function getFractionDone(...backfills: readonly Backfill[]): number | undefined {
  let processed = 0;
  let total = 0;
  for (const backfill of backfills) {
    if (backfill.rowsInitial === null) {
      continue;
    }
    if (!exceedsRowCount(backfill) || backfill.state === 'completed') {
      processed += getUniqueRowsProcessed(backfill);
      total += Number(backfill.rowsInitial);
    }
  }
  return total === 0 ? undefined : processed / total;
}

/**
 * The time at which the backfill finished, in milliseconds since the epoch; undefined while it is unfinished. The API
 * reports no time for a failed backfill or one in an unknown state, so this is then the time of its last update.
 */
export function getFinishTime(backfill: Backfill): number | undefined {
  if (isUnfinished(backfill)) {
    return undefined;
  }
  return backfill.completedAt ?? backfill.canceledAt ?? backfill.updatedAt;
}

/** Orders backfills as the server lists them: latest start first, then by descending id. */
export function compareNewestFirst(a: Backfill, b: Backfill): number {
  return b.insertedAt - a.insertedAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
