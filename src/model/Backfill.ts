/**
 * The states that Sequin 0.14 knows. `paused` came with 0.13.6, `failed` with 0.10.6.
 * A state that a newer server adds is kept as it is named: see {@link Backfill.state}.
 */
export const backfillStates = ['active', 'paused', 'completed', 'cancelled', 'failed'] as const;
export type BackfillState = (typeof backfillStates)[number];

/** A number of rows; a `bigint` only where a `number` would not be exact (beyond 2^53). */
export type RowCount = number | bigint;

/** One backfill of one sink, as the server last told it. Times are milliseconds since the epoch. */
export interface Backfill {
  readonly id: string;
  readonly sinkId: string;
  /** A {@link BackfillState}, or a word that this version does not know. */
  readonly state: string;
  /** `schema.table`; null once the table is dropped, even while the backfill is active. */
  readonly table: string | null;
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

/** Whether it can still move: the states that the server lists in `active_backfills`. */
export function isUnfinished(backfill: Backfill): boolean {
  return backfill.state === 'active' || backfill.state === 'paused';
}

/**
 * How much is done, 0 to 1; undefined while the rows are not counted, or when there are none.
 * Held to 1, since a backfill that was interrupted reads some rows twice.
 */
export function fractionDone(...backfills: readonly Backfill[]): number | undefined {
  let processed = 0;
  let initial = 0;
  for (const backfill of backfills) {
    if (backfill.rowsInitial === null) {
      return undefined;
    }
    processed += Math.min(Number(backfill.rowsProcessed), Number(backfill.rowsInitial));
    initial += Number(backfill.rowsInitial);
  }
  return initial === 0 ? undefined : processed / initial;
}

/** When it ended, or undefined while it has not. A failed one has no time of its own: its last change is the closest. */
export function getFinishTime(backfill: Backfill): number | undefined {
  if (isUnfinished(backfill)) {
    return undefined;
  }
  return backfill.completedAt ?? backfill.canceledAt ?? backfill.updatedAt;
}

/** Newest first, as the server lists them: by start, then by id. */
export function compareNewestFirst(a: Backfill, b: Backfill): number {
  return b.insertedAt - a.insertedAt || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}
