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

/** The conditions of a run, apart from its rows. */
export interface RunConditions {
  /** Whether it continues an earlier run. */
  isResumed?: boolean;
  /** The run stalls before the first page that would exceed this number of rows. */
  maxRows?: number | undefined;
  /** Whether the server runs many backfills at a time. */
  isBusy?: boolean | undefined;
}

/** Sequin first reads 1,000 rows, and doubles the size of each page up to 40,000. */
const firstPageRows = 1_000;
const maxPageRows = 40_000;

/** The range of waits for the first rows of a new backfill, and for the first rows after a resume. */
const firstWaitMs = [3_000, 20_000] as const;
const resumedWaitMs = [200, 500] as const;

/** Rows per millisecond once the run is at full speed, and the limits of a page's interval. */
const rowsPerMs = [4, 11] as const;
const minPageMs = 400;
const maxPageMs = 11_000;

/**
 * How many times as long the first rows take as those at full speed. The excess falls by half every `rampRows` rows.
 */
const ramp = [1, 1.7] as const;
const rampRows = 60_000;

/** The relative deviation of single pages, and the fraction and the factor of exceptionally slow ones. */
const deviation = [0.75, 1.3] as const;
const slowFraction = 0.05;
const slowFactor = [2, 3.4] as const;

/** A busy server: its rate drifts between limits, and pages take up to 3 minutes. */
const busy = {
  rowsPerMs: [0.2, 8],
  drift: [0.85, 1.18],
  deviation: [0.5, 1.6],
  maxPageMs: 179_000,
  /** The fraction of pages after which the reader restarts and reads the page again, and how long that takes. */
  restartFraction: 0.07,
  restartMs: [13_000, 42_000],
  /** A page that takes longer times out. Then this many pages are limited to this fraction of the usual size. */
  timeoutMs: 25_000,
  smallerPageCount: 9,
  smallerPageFraction: 0.79,
} as const;

/**
 * Plans a run over `rows` rows with the timing of the recorded series c02, g10, g11, g12 and hold-*, or, on a busy
 * server, of real-*. On a busy server, the run processes more than `rows` rows, because it repeats pages.
 */
export function planRun(random: Random, rows: number, conditions: RunConditions = {}): Plan {
  const pages: Page[] = [];
  const timer = new PageTimer(random, conditions.isBusy ?? false);
  const [minWaitMs, maxWaitMs] = conditions.isResumed ? resumedWaitMs : firstWaitMs;
  let afterMs = random.between(minWaitMs, maxWaitMs);
  let done = 0;
  let total = rows;
  let lastRows = 0;
  let smallerPagesLeft = 0;
  for (let size = firstPageRows; done < total; size = Math.min(2 * size, maxPageRows)) {
    const limit = smallerPagesLeft > 0 ? Math.round(maxPageRows * busy.smallerPageFraction) : maxPageRows;
    size = Math.min(size, limit);
    const pageRows = Math.min(size, total - done);
    if (done + pageRows > (conditions.maxRows ?? Infinity)) {
      return { pages };
    }
    if (conditions.isBusy && lastRows > firstPageRows && random.next() < busy.restartFraction) {
      afterMs += random.between(...busy.restartMs);
      total += lastRows;
      size = firstPageRows / 2;
      lastRows = 0;
      continue;
    }
    const pageMs = done > 0 ? timer.next(pageRows, done) : 0;
    smallerPagesLeft = pageMs > busy.timeoutMs ? busy.smallerPageCount : smallerPagesLeft - 1;
    afterMs += pageMs;
    done += pageRows;
    lastRows = pageRows;
    pages.push({ afterMs, rows: done });
  }
  return { pages, end: { afterMs, state: 'completed' } };
}

/** While no message can be delivered: the factor between the intervals of two pages, and the longest interval. */
const failingGrowth = 1.4;
const maxFailingPageMs = 179_000;

/**
 * Slows a plan down for a destination that fails: pages still count, because Sequin keeps them for a retry, but ever more
 * slowly.
 */
export function slowDown({ pages, end }: Plan): Plan {
  let afterMs = 0;
  let intervalMs = 5_000;
  const slowPages = pages.map(({ rows }) => {
    afterMs += intervalMs;
    intervalMs = Math.min(intervalMs * failingGrowth, maxFailingPageMs);
    return { afterMs, rows };
  });
  return { pages: slowPages, ...(end && { end: { ...end, afterMs: Math.max(afterMs, end.afterMs) } }) };
}

/** Samples the durations of the pages of a run. */
class PageTimer {
  readonly #random: Random;
  readonly #isBusy: boolean;
  readonly #ramp: number;
  #rowsPerMs: number;

  constructor(random: Random, isBusy: boolean) {
    this.#random = random;
    this.#isBusy = isBusy;
    this.#ramp = isBusy ? 1 : random.between(...ramp);
    const [minRate, maxRate] = isBusy ? busy.rowsPerMs : rowsPerMs;
    this.#rowsPerMs = random.between(minRate, maxRate);
  }

  /** Samples the duration in ms of the next page, of `rows` rows, which is read after `done` rows. */
  next(rows: number, done: number): number {
    if (this.#isBusy) {
      const [min, max] = busy.rowsPerMs;
      this.#rowsPerMs = Math.min(max, Math.max(min, this.#rowsPerMs * this.#random.between(...busy.drift)));
    }
    const [fastest, slowest] = this.#isBusy ? busy.deviation : deviation;
    const pageRate = this.#rowsPerMs * this.#random.between(fastest, slowest);
    const rampFactor = 1 + (this.#ramp - 1) * 2 ** (-done / rampRows);
    const outlierFactor = this.#random.next() < slowFraction ? this.#random.between(...slowFactor) : 1;
    const pageMs = (rows / pageRate) * rampFactor * outlierFactor;
    return Math.min(Math.max(pageMs, minPageMs), this.#isBusy ? busy.maxPageMs : maxPageMs);
  }
}

/** Plans a run over a table without a primary key, which fails before the first row. */
export function planFailure(random: Random): Plan {
  return { pages: [], end: { afterMs: random.between(...firstWaitMs), state: 'failed' } };
}

/** Returns the running time in ms until `rows` rows are processed; Infinity if the run stalls or fails before. */
export function getTimeOfRows(plan: Plan, rows: number): number {
  return plan.pages.find((page) => page.rows >= rows)?.afterMs ?? Infinity;
}
