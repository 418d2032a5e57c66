import { appendFileSync, readFileSync } from 'node:fs';

/** The file for results from inside VS Code: one line of JSON per window. */
const reportPath = (): string => process.env['SEQUIN_BENCH_REPORT'] ?? '';

/** Appends a result to the file. */
export function writeResult(result: unknown): void {
  appendFileSync(reportPath(), `${JSON.stringify(result)}\n`);
}

/** The number of results so far. */
export function countResults(): number {
  return readFileSync(reportPath(), 'utf8').split('\n').length - 1;
}

/** The state after a step of `refreshedRows.ts`. */
export interface RefreshStep {
  /** The live heap of the extension host, in bytes. */
  readonly heap: number;
  /** The number of rows that VS Code has created so far. */
  readonly created: number;
}

/** Begins a line of the log with a {@link RefreshStep} in JSON. */
export const refreshStepMarker = 'Refreshed rows: ';
