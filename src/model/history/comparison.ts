import { compareNewestFirst, type Backfill } from '../Backfill.ts';
import { computeOutcome, type ProgressEstimate } from '../progress/estimate.ts';
import { sumPausedMs, type ProgressHistory } from './history.ts';

/** How fast a backfill is beside the runs before it. */
export interface RunComparison {
  /** Its average rate divided by theirs: 2 is twice as fast. More than 0. */
  readonly rateRatio: number;
  /** How many runs it is compared with: 1 to 3. */
  readonly runCount: number;
}

/** Conditions change with time: only the latest tell what is to be expected. */
const maxComparedRuns = 3;

/** The server's times are whole seconds: a rate over less than one is none. */
const minRunMs = 1_000;

/** Before, the wait for the first page is most of it. */
const minElapsedMs = 10_000;

/**
 * All runs of a backfill's table into its sink, itself among them, newest first. A table that is dropped has no name
 * left, and so no other runs.
 */
export function listRunsOfSameTable(sinkBackfills: Iterable<Backfill>, backfill: Backfill): Backfill[] {
  const otherRuns = [...sinkBackfills].filter(
    ({ id, sinkId, table }) =>
      id !== backfill.id && sinkId === backfill.sinkId && table !== null && table === backfill.table,
  );
  return [backfill, ...otherRuns].sort(compareNewestFirst);
}

/**
 * How a backfill's average rate compares with the median of the last three runs before it that completed. Undefined
 * where there is none to compare with, where it has run for less than 10 s, and where it is neither running, with
 * an estimate, nor completed.
 *
 * Pauses do not count as far as they are known: those of a running one from its track, through the estimate, those
 * of an ended one from its journal. Of a run that this editor did not watch, the API tells only create and end:
 * there a pause counts as slowness.
 * @param runs of the same table, see {@link listRunsOfSameTable}
 * @param histories by the id of the backfill
 */
export function compareRuns(
  backfill: Backfill,
  runs: readonly Backfill[],
  estimate: ProgressEstimate | undefined,
  histories: ReadonlyMap<string, ProgressHistory> = new Map(),
): RunComparison | undefined {
  const rate = computeAverageRate(backfill, estimate, histories.get(backfill.id));
  const rates = runs
    .filter((run) => run.state === 'completed' && compareNewestFirst(run, backfill) > 0)
    .sort(compareNewestFirst)
    .flatMap((run) => computeCompletedRate(run, minRunMs, histories.get(run.id)) ?? [])
    .slice(0, maxComparedRuns);
  const medianRate = computeMedian(rates);
  return rate === undefined || medianRate === undefined
    ? undefined
    : { rateRatio: rate / medianRate, runCount: rates.length };
}

/** Rows a second, as of all the others here; more than 0. */
function computeAverageRate(
  backfill: Backfill,
  estimate: ProgressEstimate | undefined,
  history: ProgressHistory | undefined,
): number | undefined {
  if (backfill.state === 'completed') {
    return computeCompletedRate(backfill, minElapsedMs, history);
  }
  const runningMs = backfill.updatedAt - backfill.insertedAt - getPausedMs(history);
  return backfill.state === 'active' && runningMs >= minElapsedMs
    ? estimate?.averageRowsPerSecond
    : undefined;
}

function computeCompletedRate(
  backfill: Backfill,
  minMs: number,
  history: ProgressHistory | undefined,
): number | undefined {
  const runningMs = (computeOutcome(backfill)?.durationMs ?? 0) - getPausedMs(history);
  const rows = Number(backfill.rowsProcessed);
  return runningMs >= minMs && rows > 0 ? (rows / runningMs) * 1000 : undefined;
}

function getPausedMs(history: ProgressHistory | undefined): number {
  return history === undefined ? 0 : sumPausedMs(history);
}

function computeMedian(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower, upper] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}
