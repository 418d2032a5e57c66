import * as vscode from 'vscode';
import { commandIds } from '../contributions/commandIds.ts';
import { walkthroughId } from '../contributions/viewIds.ts';
import type { CommandRunner } from './createCommandRunner.ts';

/**
 * Registers all commands. Each run of a command calls `loadRunner`, which loads their code once, after the connections.
 * The log and the walkthrough need neither: the connections may wait for the user to unlock a keyring.
 */
export function registerCommands(
  loadRunner: () => Promise<CommandRunner>,
  log: Pick<vscode.LogOutputChannel, 'show'>,
  extensionId: string,
): vscode.Disposable {
  const { showLog, getStarted, ...loadedCommands } = commandIds;
  const { registerCommand, executeCommand } = vscode.commands;
  return vscode.Disposable.from(
    registerCommand(showLog, () => {
      log.show();
    }),
    registerCommand(getStarted, async () => {
      await executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughId}`, false);
    }),
    ...Object.values(loadedCommands).map((id) =>
      registerCommand(id, async (row?: unknown, selectedRows?: unknown) => {
        const run = await loadRunner();
        await run(id, row, selectedRows);
      }),
    ),
  );
}
