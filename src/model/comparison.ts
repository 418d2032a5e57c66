import { compareNewestFirst, type Backfill } from './Backfill.ts';
import { outcomeOf, type Estimate } from './estimate.ts';
import { heldMsOf, type Journal } from './journal.ts';

/** How fast a backfill is beside the runs before it. */
export interface Comparison {
  /** Its average rate divided by theirs: 2 is twice as fast. More than 0. */
  readonly factor: number;
  /** How many runs it is compared with: 1 to 3. */
  readonly of: number;
}

/** Conditions change with time: only the latest tell what is to be expected. */
const comparedRuns = 3;

/** The server's times are whole seconds: a rate over less than one is none. */
const shortestRunMs = 1_000;

/** Before, the wait for the first page is most of it. */
const soonestMs = 10_000;

/**
 * All runs of a backfill's table into its sink, itself among them, newest first. A table that is dropped has no name
 * left, and so no other runs.
 */
export function runsOf(ofSink: Iterable<Backfill>, backfill: Backfill): Backfill[] {
  const others = [...ofSink].filter(
    ({ id, sinkId, table }) =>
      id !== backfill.id && sinkId === backfill.sinkId && table !== null && table === backfill.table,
  );
  return [backfill, ...others].sort(compareNewestFirst);
}

/**
 * How a backfill's average rate compares with the median of the last three runs before it that completed. Undefined
 * where there is none to compare with, where it has run for less than 10 s, and where it is neither running, with
 * an estimate, nor completed.
 *
 * Pauses do not count as far as they are known: those of a running one from its track, through the estimate, those
 * of an ended one from its journal. Of a run that this editor did not watch, the API tells only create and end:
 * there a pause counts as slowness.
 * @param runs of the same table, see {@link runsOf}
 * @param journals by the id of the backfill
 */
export function compareRuns(
  backfill: Backfill,
  runs: readonly Backfill[],
  estimate: Estimate | undefined,
  journals: ReadonlyMap<string, Journal> = new Map(),
): Comparison | undefined {
  const rate = rateOf(backfill, estimate, journals.get(backfill.id));
  const rates = runs
    .filter((run) => run.state === 'completed' && compareNewestFirst(run, backfill) > 0)
    .sort(compareNewestFirst)
    .flatMap((run) => completedRate(run, shortestRunMs, journals.get(run.id)) ?? [])
    .slice(0, comparedRuns);
  const usual = medianOf(rates);
  return rate === undefined || usual === undefined ? undefined : { factor: rate / usual, of: rates.length };
}

/** Rows a second, as of all the others here; more than 0. */
function rateOf(
  backfill: Backfill,
  estimate: Estimate | undefined,
  journal: Journal | undefined,
): number | undefined {
  if (backfill.state === 'completed') {
    return completedRate(backfill, soonestMs, journal);
  }
  const ranMs = backfill.updatedAt - backfill.insertedAt - heldMs(journal);
  return backfill.state === 'active' && ranMs >= soonestMs ? estimate?.averageRowsPerSecond : undefined;
}

function completedRate(
  backfill: Backfill,
  shortestMs: number,
  journal: Journal | undefined,
): number | undefined {
  const ranMs = (outcomeOf(backfill)?.durationMs ?? 0) - heldMs(journal);
  const rows = Number(backfill.rowsProcessed);
  return ranMs >= shortestMs && rows > 0 ? (rows / ranMs) * 1000 : undefined;
}

function heldMs(journal: Journal | undefined): number {
  return journal === undefined ? 0 : heldMsOf(journal);
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [below, above] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return below === undefined || above === undefined ? undefined : (below + above) / 2;
}
