import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import { commandIds } from '../contributions/commandIds.ts';
import { focusSinksCommand, walkthroughId } from '../contributions/viewIds.ts';
import type { CommandRunner } from './createCommandRunner.ts';

interface StartupServices {
  readonly log: Pick<vscode.LogOutputChannel, 'show' | 'error'>;
  readonly connections: Pick<ConnectionStore, 'startSample'>;
  readonly extensionId: string;
}

/**
 * Registers all commands. Most of them need `loadRunner`, which waits until the connections are read, and loads the
 * code of the commands on first use. The commands for the log, the walkthrough and the sample data don't need
 * `loadRunner`, so they work even while the user hasn't unlocked the keyring with the tokens.
 */
export function registerCommands(
  loadRunner: () => Promise<CommandRunner>,
  { log, connections, extensionId }: StartupServices,
): vscode.Disposable {
  const { showLog, getStarted, exploreSampleData, ...loadedCommands } = commandIds;
  const { registerCommand, executeCommand } = vscode.commands;
  return vscode.Disposable.from(
    registerCommand(showLog, () => {
      log.show();
    }),
    registerCommand(getStarted, async () => {
      await executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughId}`, false);
    }),
    registerCommand(exploreSampleData, async () => {
      try {
        await connections.startSample();
      } catch (error) {
        log.error(error as Error);
        throw new Error(
          l10n.t('Couldn’t start the sample data. For details, run the command “Sequin: Show Log”.'),
          { cause: error },
        );
      }
      await executeCommand(focusSinksCommand);
    }),
    ...Object.values(loadedCommands).map((id) =>
      registerCommand(id, async (row?: unknown, selectedRows?: unknown) => {
        const run = await loadRunner();
        await run(id, row, selectedRows);
      }),
    ),
  );
}
