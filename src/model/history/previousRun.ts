import { type Backfill, compareNewestFirst, getFinishTime } from '../Backfill.ts';
import type { ProgressHistory, Sample } from './history.ts';
import { interpolate } from './interpolate.ts';

/** Lists the completed runs that started before a backfill, newest first. All `runs` are of the same table. */
export function listPreviousRuns(backfill: Backfill, runs: readonly Backfill[]): Backfill[] {
  return runs
    .filter((run) => run.state === 'completed' && compareNewestFirst(run, backfill) > 0)
    .sort(compareNewestFirst);
}

/**
 * Computes the number of rows that a completed run had processed at each of `elapsedTimes`, which are in milliseconds
 * since its start and in ascending order. Null after the end of the run. If the run wasn't observed, its rate is
 * assumed to have been constant.
 */
export function interpolateRun(
  run: Backfill,
  history: ProgressHistory | undefined,
  elapsedTimes: readonly number[],
): (number | null)[] {
  return interpolate(
    listSamples(run, history).map(({ at, rows }) => [at, rows]),
    elapsedTimes.map((elapsed) => run.insertedAt + Math.max(0, elapsed)),
  );
}

/** Lists the samples of a run: its start, the samples observed in between, and its end. */
function listSamples(run: Backfill, history: ProgressHistory | undefined): Sample[] {
  const finishedAt = getFinishTime(run) ?? run.updatedAt;
  const observed = (history?.samples ?? []).filter(({ at }) => at > run.insertedAt && at < finishedAt);
  return [{ at: run.insertedAt, rows: 0 }, ...observed, { at: finishedAt, rows: Number(run.rowsProcessed) }];
}
