/**
 * The backfill states of Sequin 0.14. `paused` was added in 0.13.6 and `failed` in 0.10.6.
 * A state that a newer server adds is kept as is: see {@link Backfill.state}.
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
  /** `schema.table`; null after the table is dropped, even while the backfill is active. */
  readonly table: string | null;
  /** Set once the table is dropped: its last known name, or null if it was never known. */
  readonly droppedTable?: string | null;
  /** Null for a full backfill. */
  readonly sortColumn: string | null;
  /** Null until the server has counted the table's rows. */
  readonly rowsInitial: RowCount | null;
  readonly rowsProcessed: RowCount;
  readonly rowsIngested: RowCount;
  readonly insertedAt: number;
  readonly updatedAt: number;
  readonly completedAt: number | null;
  readonly canceledAt: number | null;
}

/** Whether the backfill is unfinished: the states that the server lists in `active_backfills`. */
export function isUnfinished(backfill: Backfill): boolean {
  return backfill.state === 'active' || backfill.state === 'paused';
}

/**
 * Whether more rows are processed than were counted: after an interruption, the last page is read again. On a busy
 * server, these are 6 to 24 % of the rows (recordings real-big-redis, real-orders-redis).
 */
export function isPastCount({ rowsInitial, rowsProcessed }: Backfill): boolean {
  return rowsInitial !== null && rowsProcessed > rowsInitial;
}

/** The processed rows, as far as known without those that are read again. */
export function getUniqueRows({ rowsInitial, rowsProcessed }: Backfill): number {
  return Math.min(Number(rowsProcessed), rowsInitial === null ? Infinity : Number(rowsInitial));
}

/**
 * The processed share of all rows, from 0 to 1, without the backfills whose row count is unknown, and without those
 * past the count that didn't complete, because the number of their remaining rows is unknown; undefined when there are
 * no rows.
 */
export function getFractionDone(...backfills: readonly Backfill[]): number | undefined {
  let processed = 0;
  let initial = 0;
  for (const backfill of backfills) {
    if (backfill.rowsInitial === null) {
      continue;
    }
    if (!isPastCount(backfill) || backfill.state === 'completed') {
      processed += getUniqueRows(backfill);
      initial += Number(backfill.rowsInitial);
    }
  }
  return initial === 0 ? undefined : processed / initial;
}

/**
 * The time at which the backfill finished; undefined while it is unfinished.
 * The API reports no finish time for a failed backfill, so the time of its last change stands in.
 */
export function getFinishTime(backfill: Backfill): number | undefined {
  if (isUnfinished(backfill)) {
    return undefined;
  }
  return backfill.completedAt ?? backfill.canceledAt ?? backfill.updatedAt;
}

/** Orders backfills as the server lists them: latest start first, then by id. */
export function compareNewestFirst(a: Backfill, b: Backfill): number {
  return b.insertedAt - a.insertedAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
