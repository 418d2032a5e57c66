import { type Backfill, getUniqueRowsProcessed } from '../Backfill.ts';
import { type BackfillQueue, type QueueOutcome, queueOutcomes } from './BackfillQueue.ts';

/** The progress of a whole queue. */
export interface QueueProgress {
  /** The total number of backfills, including backfills that aren't in `counts`. */
  readonly total: number;
  /**
   * The numbers of backfills by state. Leaves out started backfills that someone paused, or that no response contains.
   */
  readonly counts: Readonly<Record<QueueOutcome | 'running' | 'waiting', number>>;
  /** The processed fraction (0 to 1) of the rows of all backfills with a row count; undefined if they have no rows. */
  readonly fraction: number | undefined;
  /** The time until the last backfill completes, in milliseconds; undefined if a row count or all rates are unknown. */
  readonly remainingMs: number | undefined;
}

/** Finds an unfinished backfill of the queue, and its rate in rows per second if the rate is known. */
export type FindUnfinished = (item: {
  readonly sinkId: string;
  readonly backfillId: string;
}) => { readonly backfill: Backfill; readonly rowsPerSecond: number | undefined } | undefined;

/** The remaining work of one backfill. */
interface RemainingWork {
  /** Undefined while the row count is unknown. */
  readonly rows: number | undefined;
  readonly rowsPerSecond: number | undefined;
}

/** Computes the progress of all backfills of a queue together. */
export function getQueueProgress(queue: BackfillQueue, findUnfinished: FindUnfinished): QueueProgress {
  const counts = Object.fromEntries(
    [...queueOutcomes, 'running', 'waiting'].map((key) => [key, 0]),
  ) as Record<QueueOutcome | 'running' | 'waiting', number>;
  const running: RemainingWork[] = [];
  const waiting: RemainingWork[] = [];
  let processedRows = 0;
  let totalRows = 0;
  for (const item of queue.items) {
    const { backfill, rowsPerSecond } = findUnfinished(item) ?? {};
    if (item.phase !== 'waiting' && item.phase !== 'started') {
      counts[item.phase] += 1;
      processedRows += item.rows ?? 0;
      totalRows += item.rows ?? 0;
      continue;
    }
    const processed = backfill === undefined ? 0 : getUniqueRowsProcessed(backfill);
    const rowsInitial = backfill?.rowsInitial ?? undefined;
    const total = rowsInitial === undefined ? undefined : Number(rowsInitial);
    processedRows += total === undefined ? 0 : processed;
    totalRows += total ?? 0;
    const remaining = { rows: total === undefined ? undefined : total - processed, rowsPerSecond };
    if (backfill?.state === 'active') {
      counts.running += 1;
      running.push(remaining);
    } else if (item.phase === 'waiting') {
      counts.waiting += 1;
      waiting.push(remaining);
    }
  }
  return {
    total: queue.items.length,
    counts,
    fraction: totalRows === 0 ? undefined : processedRows / totalRows,
    remainingMs: estimateRemainingMs(queue.limit, running, waiting),
  };
}

/**
 * Estimates the time in milliseconds until the last backfill completes. Assumes that each waiting backfill starts as
 * soon as the limit allows, and proceeds at the mean rate of the running backfills.
 */
function estimateRemainingMs(
  limit: number,
  running: readonly RemainingWork[],
  waiting: readonly RemainingWork[],
): number | undefined {
  const rates = running.flatMap(({ rowsPerSecond }) => rowsPerSecond ?? []);
  if (rates.length === 0 || [...running, ...waiting].some(({ rows }) => rows === undefined)) {
    return undefined;
  }
  const meanRate = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const toSeconds = ({ rows = 0, rowsPerSecond = meanRate }: RemainingWork): number => rows / rowsPerSecond;
  const compareNumbers = (a: number, b: number): number => a - b;
  // The seconds until each slot is free. If more backfills are running than the limit allows, the first ones to end
  // don't free a slot.
  const slotEnds = running.map(toSeconds).sort(compareNumbers).slice(-limit);
  for (const remaining of waiting) {
    const start = slotEnds.length < limit ? 0 : (slotEnds.shift() ?? 0);
    slotEnds.push(start + toSeconds(remaining));
    slotEnds.sort(compareNumbers);
  }
  return 1000 * Math.max(...slotEnds);
}
