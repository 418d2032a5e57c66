/**
 * The backfill states of Sequin 0.14. Sequin 0.10.6 added `failed`, and 0.13.6 added `paused`. A state that a newer
 * server adds is stored unchanged in {@link Backfill.state}.
 */
export const backfillStates = ['active', 'paused', 'completed', 'cancelled', 'failed'] as const;
export type BackfillState = (typeof backfillStates)[number];

/** A number of rows. It is a `bigint` only beyond 2^53, where a `number` would be inexact. */
export type RowCount = number | bigint;

/** A backfill as last reported by the server. Times are the server's, in milliseconds since the epoch. */
export interface Backfill {
  readonly id: string;
  readonly sinkId: string;
  /** A {@link BackfillState}, or a state unknown to this version of the extension. */
  readonly state: string;
  /** `schema.table`; null if the server doesn't report it or the table was dropped. */
  readonly table: string | null;
  /** The last known name of the dropped table; null if no name is known; undefined if the table wasn't dropped. */
  readonly droppedTable?: string | null;
  /** The column that a partial backfill sorts the rows by; null for a full backfill. */
  readonly sortColumn: string | null;
  /** The row count of the table; null until the server has counted the rows. */
  readonly rowsInitial: RowCount | null;
  /**
   * The number of rows that were read, including rows that were read again and rows whose messages are kept for a
   * retry.
   */
  readonly rowsProcessed: RowCount;
  readonly rowsIngested: RowCount;
  readonly insertedAt: number;
  readonly updatedAt: number;
  readonly completedAt: number | null;
  readonly canceledAt: number | null;
}

/** Whether the server reports that the table was dropped. */
export function isTableDropped({ droppedTable }: Backfill): boolean {
  return droppedTable !== undefined;
}

/** Whether the backfill is active or paused. The server lists unfinished backfills in `active_backfills`. */
export function isUnfinished(backfill: Backfill): boolean {
  return backfill.state === 'active' || backfill.state === 'paused';
}

/**
 * Whether more rows were processed than counted. Sequin reads the last page again after an interruption, which
 * increased the number of processed rows by 6% to 24% on a busy server (recordings real-big-redis and
 * real-orders-redis).
 */
export function exceedsRowCount({ rowsInitial, rowsProcessed }: Backfill): boolean {
  return rowsInitial !== null && rowsProcessed > rowsInitial;
}

/** The number of processed rows, but at most the row count, because any further rows were read again. */
export function getUniqueRowsProcessed({ rowsInitial, rowsProcessed }: Backfill): number {
  return Math.min(Number(rowsProcessed), rowsInitial === null ? Infinity : Number(rowsInitial));
}

/**
 * The processed fraction (0 to 1) of the rows of all given backfills; undefined if they have no rows. Leaves out each
 * backfill whose number of remaining rows is unknown, because it has no row count, or because it exceeds its row count
 * and hasn't completed.
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
 * The time at which the backfill finished, in milliseconds since the epoch; undefined while it is unfinished. For a
 * backfill that failed or is in an unknown state, the API reports no finish time, so this is the time of its last
 * update.
 */
export function getFinishTime(backfill: Backfill): number | undefined {
  if (isUnfinished(backfill)) {
    return undefined;
  }
  return backfill.completedAt ?? backfill.canceledAt ?? backfill.updatedAt;
}

/** Orders backfills as the server lists them: by descending start time, then by descending id. */
export function compareNewestFirst(a: Backfill, b: Backfill): number {
  return b.insertedAt - a.insertedAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
