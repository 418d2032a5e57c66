/** What one part of the bench found: a table to read, and its numbers for programs. */
export interface Part {
  readonly title: string;
  readonly columns: readonly string[];
  /** One cell a column. */
  readonly rows: readonly (readonly string[])[];
  /** What the numbers mean, and which goals they miss. */
  readonly notes: readonly string[];
  readonly data: unknown;
}

/** The part as text: the first column begins at the left, the numbers in the others end at the right. */
export function toText({ title, columns, rows, notes }: Part): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('   ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width));
  return [title, '', line(columns), line(rule), ...rows.map(line), '', ...notes].join('\n').trimEnd();
}

/** The middle of the values; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** `4.8 %` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** `12.3 ms` */
export function milliseconds(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

/** `2.1×` */
export function times(ratio: number): string {
  return `${ratio.toFixed(1)}×`;
}
