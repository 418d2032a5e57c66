import { appendFileSync, readFileSync } from 'node:fs';

/** The path of the file for results from inside VS Code: one line of JSON per window. */
const getReportPath = (): string => process.env['SEQUIN_BENCH_REPORT'] ?? '';

/** Appends a result to the file. */
export function writeResult(result: unknown): void {
  appendFileSync(getReportPath(), `${JSON.stringify(result)}\n`);
}

/** Counts the results that earlier windows wrote. */
export function countResults(): number {
  return readFileSync(getReportPath(), 'utf8').split('\n').length - 1;
}

/** The state after a step of `refreshedRows.ts`. */
export interface RefreshStep {
  /** The live heap of the extension host, in bytes. */
  readonly heap: number;
  /** The number of rows that VS Code has created so far. */
  readonly created: number;
}

/** The line that `connected.ts` logs when the extension is connected. */
export const connectedMarker = 'The benchmark is connected';

/** The start of a line that `refreshedRows.ts` logs; the rest is a {@link RefreshStep} in JSON. */
export const refreshStepMarker = 'Refreshed rows: ';
