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
 * The processed share of all rows, from 0 to 1, without the backfills whose row count is unknown; undefined when
 * there are no rows.
 * Capped at 1, because an interrupted backfill reads some rows twice.
 */
export function getFractionDone(...backfills: readonly Backfill[]): number | undefined {
  let processed = 0;
  let initial = 0;
  for (const backfill of backfills) {
    if (backfill.rowsInitial === null) {
      continue;
    }
    processed += Math.min(Number(backfill.rowsProcessed), Number(backfill.rowsInitial));
    initial += Number(backfill.rowsInitial);
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
