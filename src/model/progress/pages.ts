/**
 * The number of rows in Sequin's largest pages. Sequin starts with a page of 1,000 rows, and doubles the number with
 * each page until it reaches this limit.
 */
export const maxPageRows = 40_000;
const minPageRows = 1_000;

/** The pages that were read between two counter updates. */
export interface Pages {
  /** 1 or more; possibly a fraction if the sizes of the pages are unknown. */
  readonly count: number;
  /** The number of rows in the last page. */
  readonly lastRows: number;
}

/** The expected number of rows in the page after a page of `pageRows` rows. */
export function predictPageRows(pageRows: number): number {
  return Math.min(maxPageRows, 2 * pageRows);
}

/**
 * Splits rows into pages.
 * @param previousRows the number of rows in the previous page; undefined after a start, a resume or a restart
 */
export function splitIntoPages(rows: number, previousRows = minPageRows / 2): Pages {
  let lastRows = previousRows;
  let count = 0;
  let remainingRows = rows;
  while (remainingRows > 0 && lastRows < maxPageRows) {
    lastRows = predictPageRows(lastRows);
    remainingRows -= lastRows;
    count += 1;
  }
  const totalCount = Math.max(1, count + Math.max(0, remainingRows) / maxPageRows);
  const averageRows = Math.min(maxPageRows, rows / totalCount);
  return { count: totalCount, lastRows: remainingRows === 0 ? lastRows : averageRows };
}

/**
 * Whether the number of new rows shows that the reader restarted: it is less than the rows of the previous page, and
 * equals the sum of the first pages after a start (1,000, 3,000, 7,000, 15,000 or 31,000). A restarted reader reads the
 * previous page again: in the recordings real-big-redis, real-orders-redis and g10, the processed rows exceed the row
 * count by exactly the rows of these pages.
 */
export function isRestart(newRows: number, previousRows: number): boolean {
  return newRows < previousRows && Number.isInteger(Math.log2(newRows / minPageRows + 1));
}
