import { type Backfill, compareNewestFirst, getUniqueRowsProcessed } from '../Backfill.ts';
import { computeOutcome, type ProgressEstimate } from '../progress/estimate.ts';
import { listPauses, type ProgressHistory } from './history.ts';
import { listPreviousRuns } from './previousRun.ts';

/** The speed of a backfill relative to earlier runs of the same table. */
export interface RunComparison {
  /**
   * The average rate divided by the median of the earlier runs' average rates: 2 means twice as fast. Greater than 0.
   */
  readonly rateRatio: number;
  /** The number of earlier runs in the comparison: 1 to 3. */
  readonly runCount: number;
}

/**
 * The maximum number of earlier runs in a comparison. Conditions change, so only the latest runs are a useful
 * reference.
 */
const maxComparedRuns = 3;

/** The shortest run with a meaningful rate, in milliseconds. The server's times are whole seconds. */
const minRunMs = 1_000;

/** The shortest running time to compare, in milliseconds. Most of a shorter time is the wait for the first page. */
const minElapsedMs = 10_000;

/**
 * Lists all runs of a backfill's table into the backfill's sink, newest first, including the backfill itself. If the
 * table was dropped, lists only the backfill itself, because a dropped table has no name.
 */
export function listRunsOfSameTable(sinkBackfills: Iterable<Backfill>, backfill: Backfill): Backfill[] {
  const otherRuns = [...sinkBackfills].filter(
    ({ id, sinkId, table }) =>
      id !== backfill.id && sinkId === backfill.sinkId && table !== null && table === backfill.table,
  );
  return [backfill, ...otherRuns].sort(compareNewestFirst);
}

/**
 * Compares a backfill's average rate with the median rate of up to three earlier runs that completed. Undefined if
 * there is no such run, or if the backfill ran for less than 10 s, has no rows, or is neither completed nor running
 * with an estimate.
 *
 * Known pauses don't count: `estimate` already excludes the pauses of a running backfill, and the history of a finished
 * backfill contains its pauses. For a run without a history, the API reports only the start and the finish, so pauses
 * lower its rate.
 * @param runs the runs of the same table, see {@link listRunsOfSameTable}
 * @param histories by backfill id
 */
export function compareRuns(
  backfill: Backfill,
  runs: readonly Backfill[],
  estimate: ProgressEstimate | undefined,
  histories: ReadonlyMap<string, ProgressHistory> = new Map(),
): RunComparison | undefined {
  const rate = computeAverageRate(backfill, estimate, histories.get(backfill.id));
  const rates = listPreviousRuns(backfill, runs)
    .flatMap((run) => computeCompletedRate(run, minRunMs, histories.get(run.id)) ?? [])
    .slice(0, maxComparedRuns);
  const medianRate = computeMedian(rates);
  return rate === undefined || medianRate === undefined
    ? undefined
    : { rateRatio: rate / medianRate, runCount: rates.length };
}

/** The average rate in rows per second, greater than 0; undefined if the backfill can't be compared. */
function computeAverageRate(
  backfill: Backfill,
  estimate: ProgressEstimate | undefined,
  history: ProgressHistory | undefined,
): number | undefined {
  if (backfill.state === 'completed') {
    return computeCompletedRate(backfill, minElapsedMs, history);
  }
  const runningMs = backfill.updatedAt - backfill.insertedAt - sumPauses(history);
  return backfill.state === 'active' && runningMs >= minElapsedMs
    ? estimate?.averageRowsPerSecond
    : undefined;
}

/** The average rate in rows per second, greater than 0; undefined if the run has no rows or is shorter than `minMs`. */
function computeCompletedRate(
  backfill: Backfill,
  minMs: number,
  history: ProgressHistory | undefined,
): number | undefined {
  const runningMs = (computeOutcome(backfill)?.durationMs ?? 0) - sumPauses(history);
  const rows = getUniqueRowsProcessed(backfill);
  return runningMs >= minMs && rows > 0 ? (rows / runningMs) * 1000 : undefined;
}

/** The total duration of the pauses that have ended, in milliseconds; 0 without a history. */
function sumPauses(history: ProgressHistory | undefined): number {
  return (history === undefined ? [] : listPauses(history))
    .filter(({ to }) => Number.isFinite(to))
    .reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
}

function computeMedian(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  const upper = sorted[Math.floor(sorted.length / 2)];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}
