import { cpus } from 'node:os';
import * as vscode from 'vscode';
import { getActivationTimes } from './activationTimes.ts';
import { countResults, writeResult } from './results.ts';

/** Called by VS Code: activates this extension and the one with an empty tree, and writes their activation times. */
export async function run(): Promise<void> {
  await waitUntilIdle();
  const ids = (process.env['SEQUIN_BENCH_EXTENSIONS'] ?? '').split(',');
  // The second extension benefits from work done for the first one, so the order alternates between windows.
  for (const id of countResults() % 2 === 0 ? ids : ids.reverse()) {
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined) {
      throw new Error(`${id} is not installed`);
    }
    await extension.activate();
  }
  writeResult(getActivationTimes());
}

const sampleMs = 500;
const maxSamples = 60;
const minIdleShare = 0.9;

/**
 * Waits until the processors are idle, because a window that is still starting interrupts a long activation more often
 * than a short one. On a busy machine, gives up after half a minute.
 */
async function waitUntilIdle(): Promise<void> {
  for (let count = 0; count < maxSamples; count += 1) {
    const before = readProcessorTimes();
    await new Promise((resolve) => setTimeout(resolve, sampleMs));
    const after = readProcessorTimes();
    if ((after.idle - before.idle) / (after.total - before.total) >= minIdleShare) {
      return;
    }
  }
}

/** Returns the time that all processors have been idle and the total time, in milliseconds. */
function readProcessorTimes(): { readonly idle: number; readonly total: number } {
  const times = cpus().map((cpu) => cpu.times);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    total: times.flatMap((time) => Object.values(time)).reduce((sum, value) => sum + value, 0),
  };
}
