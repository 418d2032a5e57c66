import type { Random } from './Random.ts';

/** A page arrives `afterMs` after the start of the run. The run has then processed `rows` rows in all. */
interface Page {
  afterMs: number;
  rows: number;
}

/** The plan of a run, in ms of running time. Without an `end`, the run stalls forever. */
export interface Plan {
  pages: readonly Page[];
  end?: { afterMs: number; state: 'completed' | 'failed' };
}

/** The conditions of a run, apart from its rows. */
interface RunConditions {
  /** Whether the run continues an earlier run. */
  readonly isResumed?: boolean;
  /** The run stalls before the first page that would exceed this number of rows. */
  readonly maxRows?: number | undefined;
}

/** Sequin first reads 1,000 rows, and doubles the size of each page up to 40,000. */
export const firstPageRows = 1_000;
export const maxPageRows = 40_000;

/** The range of waits for the first rows of a new backfill, and for the first rows after a resume. */
const firstWaitMs = [3_000, 20_000] as const;
const resumedWaitMs = [200, 500] as const;

/** The rows per millisecond of a run at full speed, and the shortest and longest time that a page takes. */
const rowsPerMs = [4, 11] as const;
export const minPageMs = 400;
const maxPageMs = 11_000;

/**
 * The range of factors by which the first rows take longer than at full speed. The excess halves every `rampRows` rows.
 */
const ramp = [1, 1.7] as const;
const rampRows = 60_000;

/** The range of each page's rate, relative to the rate of the run. A few pages take `slowFactor` times as long. */
const deviation = [0.75, 1.3] as const;
const slowFraction = 0.05;
const slowFactor = [2, 3.4] as const;

/** Plans a run over `rows` rows with the timing of the recorded series c02, g10, g11, g12 and hold-*. */
export function planRun(
  random: Random,
  rows: number,
  { isResumed = false, maxRows = Infinity }: RunConditions = {},
): Plan {
  const pages: Page[] = [];
  const samplePageMs = createPageTimer(random);
  let afterMs = sampleWaitMs(random, isResumed);
  let processedRows = 0;
  for (let size = firstPageRows; processedRows < rows; size = Math.min(2 * size, maxPageRows)) {
    const pageRows = Math.min(size, rows - processedRows);
    if (processedRows + pageRows > maxRows) {
      return { pages };
    }
    afterMs += processedRows > 0 ? samplePageMs(pageRows, processedRows) : 0;
    processedRows += pageRows;
    pages.push({ afterMs, rows: processedRows });
  }
  return { pages, end: { afterMs, state: 'completed' } };
}

/** Samples how long the first rows of a run take, in ms. */
export function sampleWaitMs(random: Random, isResumed: boolean): number {
  const [min, max] = isResumed ? resumedWaitMs : firstWaitMs;
  return random.between(min, max);
}

/**
 * Creates a function that samples how long a page of `rows` rows takes, in ms, if the run has processed `processedRows`
 * rows.
 */
function createPageTimer(random: Random): (rows: number, processedRows: number) => number {
  const firstFactor = random.between(...ramp);
  const rate = random.between(...rowsPerMs);
  return (rows, processedRows) => {
    const pageRate = rate * random.between(...deviation);
    const rampFactor = 1 + (firstFactor - 1) * 2 ** (-processedRows / rampRows);
    const pageMs = (rows / pageRate) * rampFactor * sampleOutlierFactor(random);
    return Math.min(Math.max(pageMs, minPageMs), maxPageMs);
  };
}

/**
 * Samples the factor by which a page takes longer than usual: 1 for most pages, and a larger factor for a few pages.
 */
export function sampleOutlierFactor(random: Random): number {
  return random.next() < slowFraction ? random.between(...slowFactor) : 1;
}

/** Plans a run over a table without a primary key. The run fails at the time at which its first rows would arrive. */
export function planFailure(random: Random): Plan {
  return { pages: [], end: { afterMs: random.between(...firstWaitMs), state: 'failed' } };
}

/** Returns the running time in ms until `rows` rows are processed; Infinity if the run stalls or fails earlier. */
export function getTimeOfRows(plan: Plan, rows: number): number {
  return plan.pages.find((page) => page.rows >= rows)?.afterMs ?? Infinity;
}
