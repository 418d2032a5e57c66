import type { Random } from './Random.ts';

/** A page of rows: when it arrives, in ms from the start of the run, and the rows that the run has processed then. */
interface Page {
  afterMs: number;
  rows: number;
}

/** The plan of a run, in ms of running time. Without an `end`, the run stalls forever. */
export interface Plan {
  pages: readonly Page[];
  end?: { afterMs: number; state: 'completed' | 'failed' };
}

/** Sequin first reads 1,000 rows, and doubles the size of each page up to 40,000. */
const firstPageRows = 1_000;
const maxPageRows = 40_000;

/** The range of waits for the first rows of a new backfill, and for the first rows after a resume. */
const firstWaitMs = [3_000, 20_000] as const;
const resumedWaitMs = [200, 500] as const;

/** Rows per millisecond of a run, the relative deviation of single pages, and the limits of a page's interval. */
const rowsPerMs = [4, 9] as const;
const deviation = [0.6, 1.6] as const;
const minPageMs = 400;
const maxPageMs = 11_000;

/**
 * Plans a run over `rows` rows with the timing of the recorded series c02, g10, g11 and g12.
 * The run stalls before the first page that would exceed `stallsAt` rows.
 */
export function planRun(random: Random, rows: number, resumed: boolean, stallsAt = Infinity): Plan {
  const rate = random.between(...rowsPerMs);
  const pages: Page[] = [];
  let afterMs = resumed ? random.between(...resumedWaitMs) : random.between(...firstWaitMs);
  let done = 0;
  for (let size = firstPageRows; done < rows; size = Math.min(size * 2, maxPageRows)) {
    const pageRows = Math.min(size, rows - done);
    if (done + pageRows > stallsAt) {
      return { pages };
    }
    if (done > 0) {
      const interval = pageRows / (rate * random.between(...deviation));
      afterMs += Math.min(Math.max(interval, minPageMs), maxPageMs);
    }
    done += pageRows;
    pages.push({ afterMs, rows: done });
  }
  return { pages, end: { afterMs, state: 'completed' } };
}

/** The factor between the intervals of two pages, and the longest interval, while no message can be delivered. */
const failingGrowth = 1.4;
const maxFailingPageMs = 179_000;

/** Slows a plan down for a dead destination: pages still count, because Sequin keeps them for a retry, ever slower. */
export function slowDown({ pages }: Plan): Plan {
  let afterMs = 0;
  let intervalMs = 5_000;
  const slowPages = pages.map(({ rows }) => {
    afterMs += intervalMs;
    intervalMs = Math.min(intervalMs * failingGrowth, maxFailingPageMs);
    return { afterMs, rows };
  });
  return { pages: slowPages, end: { afterMs, state: 'completed' } };
}

/** Plans a run over a table without a primary key, which fails before the first row. */
export function planFailure(random: Random): Plan {
  return { pages: [], end: { afterMs: random.between(...firstWaitMs), state: 'failed' } };
}

/** The running time in ms until `rows` rows are processed; Infinity if the run stalls before. */
export function timeOfRows(plan: Plan, rows: number): number {
  return plan.pages.find((page) => page.rows >= rows)?.afterMs ?? Infinity;
}
