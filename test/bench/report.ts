/** A limit that a section of the benchmark must keep. */
interface Goal {
  readonly text: string;
  readonly isMet: boolean;
  /** Whether the goal limits a time, which a slow or busy machine may exceed. All other goals hold on any machine. */
  readonly isTime?: boolean;
}

/** The result of one section of the benchmark: a table to read, and data for programs. */
export interface BenchSection {
  readonly title: string;
  readonly columns: readonly string[];
  /** One cell per column. */
  readonly rows: readonly (readonly string[])[];
  readonly notes?: readonly string[];
  readonly goals: readonly Goal[];
  readonly data: unknown;
}

/** Formats a section as text: the first column is left-aligned, the others are right-aligned. */
export function formatSection({ title, columns, rows, notes = [], goals }: BenchSection): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const formatLine = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('   ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width));
  const marks = goals.map(({ text, isMet }) => `${isMet ? '✓' : '✗'} ${text}`);
  return [title, '', formatLine(columns), formatLine(rule), ...rows.map(formatLine), '', ...notes, ...marks]
    .join('\n')
    .trimEnd();
}

/** Returns the median. For an even number of values, it is the mean of the two values in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** Formats a share as `4.8 %`. */
export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Formats a time as `12.3 ms`. */
export function formatMilliseconds(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

/** Formats a ratio as `2.1×`. */
export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(1)}×`;
}
