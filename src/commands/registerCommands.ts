import * as vscode from 'vscode';
import { changeAddress } from './changeAddress.ts';
import { changing, changingAll } from './changeBackfills.ts';
import { connect } from './connect.ts';
import { copyAsCurl } from './copyAsCurl.ts';
import { copyAsJson } from './copyAsJson.ts';
import { copyBackfillId } from './copyBackfillId.ts';
import { copySinkName } from './copySinkName.ts';
import { enterToken } from './enterToken.ts';
import { exportHistory } from './exportHistory.ts';
import { hideConnection, showConnections } from './hideConnection.ts';
import { hideEnded } from './hideEnded.ts';
import { importConnections } from './importConnections.ts';
import { labelling } from './labelConnection.ts';
import { openBackfill } from './openBackfill.ts';
import { openInConsole } from './openInConsole.ts';
import { refresh } from './refresh.ts';
import { removeConnection } from './removeConnection.ts';
import { renameConnection } from './renameConnection.ts';
import { retry } from './retry.ts';
import { runAgain } from './runAgain.ts';
import { showEnded } from './showEnded.ts';
import { showLog } from './showLog.ts';
import { showMore } from './showMore.ts';
import { signOut } from './signOut.ts';
import { startBackfill } from './startBackfill.ts';
import { tellError } from './tellError.ts';
import type { Command, CommandParts } from './Command.ts';

/** Every command by its id; package.json lists the same, and a test holds the two together. */
const commands: Readonly<Record<`sequin.${string}`, Command>> = {
  'sequin.cancelBackfill': changing('cancel'),
  'sequin.cancelBackfillsOfSink': changingAll('cancel'),
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
  'sequin.markProduction': labelling(true),
  'sequin.openBackfill': openBackfill,
  'sequin.openInConsole': openInConsole,
  'sequin.pauseBackfill': changing('pause'),
  'sequin.pauseBackfillsOfSink': changingAll('pause'),
  'sequin.refresh': refresh,
  'sequin.removeConnection': removeConnection,
  'sequin.renameConnection': renameConnection,
  'sequin.resumeBackfill': changing('resume'),
  'sequin.resumeBackfillsOfSink': changingAll('resume'),
  'sequin.retry': retry,
  'sequin.runAgain': runAgain,
  'sequin.showConnections': showConnections,
  'sequin.showEnded': showEnded,
  'sequin.showLog': showLog,
  'sequin.showMore': showMore,
  'sequin.signOut': signOut,
  'sequin.startBackfill': startBackfill,
  'sequin.unmarkProduction': labelling(false),
};

/** Registers every command, each so that what it throws is told to the user once and goes to the log. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, command]) =>
      vscode.commands.registerCommand(id, async (target?: unknown, selected?: unknown) => {
        try {
          await command(parts, target, selected);
        } catch (error) {
          tellError(parts, id, error);
        }
      }),
    ),
  );
}
