import * as vscode from 'vscode';
import { activationTimes } from './activationTimes.ts';
import { tell, told } from './tell.ts';

/** Called by VS Code once it is up: activates both extensions and tells how long each took. */
export async function run(): Promise<void> {
  const ids = (process.env['SEQUIN_BENCH_EXTENSIONS'] ?? '').split(',');
  // The first of the two may pay for what the second finds done: each is the first in every other window.
  for (const id of told() % 2 === 0 ? ids : ids.reverse()) {
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined) {
      throw new Error(`${id} is not installed`);
    }
    await extension.activate();
  }
  tell(activationTimes());
}
