import * as vscode from 'vscode';
import { commandIds } from '../contributions/commandIds.ts';
import type { CommandRunner } from './createCommandRunner.ts';

/** Registers all commands. Each run of a command calls `loadRunner`, which loads their code once. */
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
