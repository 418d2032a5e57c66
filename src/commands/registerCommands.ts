import * as vscode from 'vscode';
import { changeAddress } from './connections/changeAddress.ts';
import { createChangeCommand, createChangeAllCommand } from './backfills/changeBackfills.ts';
import { connect } from './connections/connect.ts';
import { copyAsCurl } from './copy/copyAsCurl.ts';
import { copyAsJson } from './copy/copyAsJson.ts';
import { copyBackfillId } from './copy/copyBackfillId.ts';
import { copySinkName } from './copy/copySinkName.ts';
import { enterToken } from './connections/enterToken.ts';
import { exportHistory } from './backfills/exportHistory.ts';
import { hideConnection, showConnections } from './connections/hideConnection.ts';
import { hideEnded } from './view/hideEnded.ts';
import { importConnections } from './connections/importConnections.ts';
import { createMarkProductionCommand } from './connections/markProduction.ts';
import { openBackfill } from './backfills/openBackfill.ts';
import { openInConsole } from './view/openInConsole.ts';
import { refresh } from './view/refresh.ts';
import { removeConnection } from './connections/removeConnection.ts';
import { renameConnection } from './connections/renameConnection.ts';
import { retry } from './view/retry.ts';
import { runAgain } from './backfills/runAgain.ts';
import { showEnded } from './view/showEnded.ts';
import { showLog } from './view/showLog.ts';
import { showMore } from './view/showMore.ts';
import { signOut } from './connections/signOut.ts';
import { startBackfill } from './backfills/startBackfill.ts';
import { reportError } from './reportError.ts';
import type { CommandHandler, CommandContext } from './CommandHandler.ts';

/** Every command by its id; package.json lists the same, and a test holds the two together. */
const commandHandlers: Readonly<Record<`sequin.${string}`, CommandHandler>> = {
  'sequin.cancelBackfill': createChangeCommand('cancel'),
  'sequin.cancelBackfillsOfSink': createChangeAllCommand('cancel'),
  'sequin.changeAddress': changeAddress,
  'sequin.connect': connect,
  'sequin.copyAsCurl': copyAsCurl,
  'sequin.copyAsJson': copyAsJson,
  'sequin.copyBackfillId': copyBackfillId,
  'sequin.copySinkName': copySinkName,
  'sequin.enterToken': enterToken,
  'sequin.exportHistory': exportHistory,
  'sequin.hideConnection': hideConnection,
  'sequin.hideEnded': hideEnded,
  'sequin.importConnections': importConnections,
  'sequin.markProduction': createMarkProductionCommand(true),
  'sequin.openBackfill': openBackfill,
  'sequin.openInConsole': openInConsole,
  'sequin.pauseBackfill': createChangeCommand('pause'),
  'sequin.pauseBackfillsOfSink': createChangeAllCommand('pause'),
  'sequin.refresh': refresh,
  'sequin.removeConnection': removeConnection,
  'sequin.renameConnection': renameConnection,
  'sequin.resumeBackfill': createChangeCommand('resume'),
  'sequin.resumeBackfillsOfSink': createChangeAllCommand('resume'),
  'sequin.retry': retry,
  'sequin.runAgain': runAgain,
  'sequin.showConnections': showConnections,
  'sequin.showEnded': showEnded,
  'sequin.showLog': showLog,
  'sequin.showMore': showMore,
  'sequin.signOut': signOut,
  'sequin.startBackfill': startBackfill,
  'sequin.unmarkProduction': createMarkProductionCommand(false),
};

/** Registers every command, each so that what it throws is told to the user once and goes to the log. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commandHandlers).map(([id, handler]) =>
      vscode.commands.registerCommand(id, async (target?: unknown, selected?: unknown) => {
        try {
          await handler(context, target, selected);
        } catch (error) {
          reportError(context, id, error);
        }
      }),
    ),
  );
}
