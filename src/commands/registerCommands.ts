import * as vscode from 'vscode';
import { commandIds } from '../contributions/commandIds.ts';
import type { CommandRunner } from './createCommandRunner.ts';

/** Registers every command. Their code is loaded when the first one runs. */
export function registerCommands(loadRunner: () => Promise<CommandRunner>): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.values(commandIds).map((id) =>
      vscode.commands.registerCommand(id, async (row?: unknown, selectedRows?: unknown) => {
        const run = await loadRunner();
        await run(id, row, selectedRows);
      }),
    ),
  );
}
