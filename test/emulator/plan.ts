import type { Random } from './Random.ts';

/** A page that has landed: how many ms into the run, and how many rows the run has processed by then. */
interface Page {
  afterMs: number;
  rows: number;
}

/** What a run of a backfill will do, in ms of running time. Without an `end` it stalls for good. */
export interface Plan {
  pages: readonly Page[];
  end?: { afterMs: number; state: 'completed' | 'failed' };
}

/** Sequin reads 1,000 rows first and doubles from page to page up to 40,000. */
const FIRST_PAGE = 1_000;
const LARGEST_PAGE = 40_000;

/** The wait for a new backfill's first rows, and for the first rows after a resume. */
const FIRST_WAIT_MS = [3_000, 20_000] as const;
const RESUMED_WAIT_MS = [200, 500] as const;

/** Rows a millisecond of a run, how much single pages differ from that, and the limits of a page's interval. */
const PACE = [4, 9] as const;
const SPREAD = [0.6, 1.6] as const;
const SHORTEST_PAGE_MS = 400;
const LONGEST_PAGE_MS = 11_000;

/**
 * Plans a run over `rows` rows with the rhythm of the recorded series c02, g10, g11 and g12.
 * A page that would pass `stallsAt` rows never lands, nor does any after it.
 */
export function planRun(random: Random, rows: number, resumed: boolean, stallsAt = Infinity): Plan {
  const pace = random.between(...PACE);
  const pages: Page[] = [];
  let afterMs = resumed ? random.between(...RESUMED_WAIT_MS) : random.between(...FIRST_WAIT_MS);
  let done = 0;
  for (let size = FIRST_PAGE; done < rows; size = Math.min(size * 2, LARGEST_PAGE)) {
    const landing = Math.min(size, rows - done);
    if (done + landing > stallsAt) return { pages };
    if (done > 0) {
      const interval = landing / (pace * random.between(...SPREAD));
      afterMs += Math.min(Math.max(interval, SHORTEST_PAGE_MS), LONGEST_PAGE_MS);
    }
    done += landing;
    pages.push({ afterMs, rows: done });
  }
  return { pages, end: { afterMs, state: 'completed' } };
}

/** Plans the run over a table without a primary key, which fails before its first row. */
export function planFailure(random: Random): Plan {
  return { pages: [], end: { afterMs: random.between(...FIRST_WAIT_MS), state: 'failed' } };
}

/** When a run has processed at least `rows` rows, in ms of running time: never (Infinity) if it stalls before. */
export function timeOfRows(plan: Plan, rows: number): number {
  return plan.pages.find((page) => page.rows >= rows)?.afterMs ?? Infinity;
}
