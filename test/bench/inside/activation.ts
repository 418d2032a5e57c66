import * as vscode from 'vscode';
import { getActivationTimes } from './activationTimes.ts';
import { countResults, writeResult } from './results.ts';

/** Called by VS Code: activates this extension and the one with an empty tree, and writes their activation times. */
export async function run(): Promise<void> {
  const ids = (process.env['SEQUIN_BENCH_EXTENSIONS'] ?? '').split(',');
  // The second extension may benefit from work done for the first one, so the order alternates between windows.
  for (const id of countResults() % 2 === 0 ? ids : ids.reverse()) {
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined) {
      throw new Error(`${id} is not installed`);
    }
    await extension.activate();
  }
  writeResult(getActivationTimes());
}
