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
 * @param previousRows the size of the page before; undefined after a start, a resume or a restart
 */
export function splitIntoPages(rows: number, previousRows = minPageRows / 2): Pages {
  let [lastRows, count, rest] = [previousRows, 0, rows];
  while (rest > 0 && lastRows < maxPageRows) {
    lastRows = predictPageRows(lastRows);
    rest -= lastRows;
    count += 1;
  }
  const total = Math.max(1, count + Math.max(0, rest) / maxPageRows);
  return { count: total, lastRows: rest === 0 ? lastRows : Math.min(maxPageRows, rows / total) };
}

/**
 * Whether the first pages after a restart have so many rows: 1,000, 3,000, 7,000, 15,000 or 31,000, depending on how
 * many of them an observation sees. Only if it is less than the page before, the reader restarted. It then reads that
 * page again: in the recordings real-big-redis, real-orders-redis and g10, these pages have exactly the rows by which
 * the processed rows exceed the counted ones.
 */
export function isRestart(rows: number, previousRows: number): boolean {
  return rows < previousRows && Number.isInteger(Math.log2(rows / minPageRows + 1));
}
