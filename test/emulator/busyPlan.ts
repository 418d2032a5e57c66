import {
  firstPageRows,
  maxPageRows,
  minPageMs,
  type Plan,
  sampleOutlierFactor,
  sampleWaitMs,
} from '../../src/sampleServer/plan.ts';
import type { Random } from '../../src/sampleServer/Random.ts';

/** The parameters of a busy server: the rate drifts between limits, and a page takes up to 3 minutes. */
const busy = {
  rowsPerMs: [0.2, 8],
  drift: [0.85, 1.18],
  deviation: [0.5, 1.6],
  maxPageMs: 179_000,
  /** After this fraction of the pages, the reader restarts and reads the page again. */
  restartFraction: 0.07,
  /** How long a restart of the reader takes. */
  restartMs: [13_000, 42_000],
  /** A page that takes longer times out. */
  timeoutMs: 25_000,
  /** After a timeout, this many pages have at most this fraction of the maximum size. */
  smallerPageCount: 9,
  smallerPageFraction: 0.79,
} as const;

/**
 * Plans a run over `rows` rows with the timing of the series real-*, recorded on a busy server. The run processes more
 * than `rows` rows, because it repeats pages.
 */
export function planBusyRun(random: Random, rows: number, isResumed = false): Plan {
  const pages: Plan['pages'][number][] = [];
  const samplePageMs = createPageTimer(random);
  let afterMs = sampleWaitMs(random, isResumed);
  let processedRows = 0;
  let total = rows;
  let lastRows = 0;
  let smallerPagesLeft = 0;
  for (let size = firstPageRows; processedRows < total; size = Math.min(2 * size, maxPageRows)) {
    const limit = smallerPagesLeft > 0 ? Math.round(maxPageRows * busy.smallerPageFraction) : maxPageRows;
    size = Math.min(size, limit);
    const pageRows = Math.min(size, total - processedRows);
    if (lastRows > firstPageRows && random.next() < busy.restartFraction) {
      afterMs += random.between(...busy.restartMs);
      total += lastRows;
      size = firstPageRows / 2;
      lastRows = 0;
      continue;
    }
    const pageMs = processedRows > 0 ? samplePageMs(pageRows) : 0;
    smallerPagesLeft = pageMs > busy.timeoutMs ? busy.smallerPageCount : smallerPagesLeft - 1;
    afterMs += pageMs;
    processedRows += pageRows;
    lastRows = pageRows;
    pages.push({ afterMs, rows: processedRows });
  }
  return { pages, end: { afterMs, state: 'completed' } };
}

/** Creates a function that samples how long the next page takes, in ms. `rows` is the size of the page. */
function createPageTimer(random: Random): (rows: number) => number {
  const [minRate, maxRate] = busy.rowsPerMs;
  let rate = random.between(minRate, maxRate);
  return (rows) => {
    rate = Math.min(maxRate, Math.max(minRate, rate * random.between(...busy.drift)));
    const pageRate = rate * random.between(...busy.deviation);
    const pageMs = (rows / pageRate) * sampleOutlierFactor(random);
    return Math.min(Math.max(pageMs, minPageMs), busy.maxPageMs);
  };
}

/** While a destination fails, each interval between pages is longer than the previous one by this factor. */
const slowdownFactor = 1.4;
const maxSlowIntervalMs = 179_000;

/**
 * Slows a plan down for a destination that fails: pages still count as processed, because Sequin keeps their messages
 * for a retry, but at increasing intervals.
 */
export function slowDown({ pages, end }: Plan): Plan {
  let afterMs = 0;
  let intervalMs = 5_000;
  const slowPages = pages.map(({ rows }) => {
    afterMs += intervalMs;
    intervalMs = Math.min(intervalMs * slowdownFactor, maxSlowIntervalMs);
    return { afterMs, rows };
  });
  return { pages: slowPages, ...(end && { end: { ...end, afterMs: Math.max(afterMs, end.afterMs) } }) };
}
