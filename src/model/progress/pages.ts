/** The largest page that Sequin reads. It starts with the smallest, and doubles the size of each page. */
export const maxPageRows = 40_000;
const minPageRows = 1_000;

/** The pages between two counter updates. */
export interface Pages {
  /** At least 1; a fraction if the sizes of the pages are unknown. */
  readonly count: number;
  /** The size of the last page. */
  readonly lastRows: number;
}

/** The expected size of the page after one of `pageRows` rows. */
export function predictPageRows(pageRows: number): number {
  return Math.min(maxPageRows, 2 * pageRows);
}

/**
 * Splits rows into pages.
 * @param previousRows the size of the previous page; undefined after a start, a resume or a restart
 */
export function splitIntoPages(rows: number, previousRows = minPageRows / 2): Pages {
  let lastRows = previousRows;
  let count = 0;
  let rest = rows;
  while (rest > 0 && lastRows < maxPageRows) {
    lastRows = predictPageRows(lastRows);
    rest -= lastRows;
    count += 1;
  }
  const total = Math.max(1, count + Math.max(0, rest) / maxPageRows);
  return { count: total, lastRows: rest === 0 ? lastRows : Math.min(maxPageRows, rows / total) };
}

/**
 * Whether new rows show that the reader restarted: they are fewer than the previous page, and as many as the first pages
 * after a start have together (1,000, 3,000, 7,000, 15,000 or 31,000). A restarted reader reads the previous page again:
 * in the recordings real-big-redis, real-orders-redis and g10 (test/recordings), the rows of these pages are exactly
 * those by which the processed rows exceed the counted ones.
 */
export function isRestart(rows: number, previousRows: number): boolean {
  return rows < previousRows && Number.isInteger(Math.log2(rows / minPageRows + 1));
}
