import * as vscode from 'vscode';
import { changing, changingAll } from './changeBackfills.ts';
import { connect } from './connect.ts';
import { copyAsCurl } from './copyAsCurl.ts';
import { copyAsJson } from './copyAsJson.ts';
import { copyBackfillId } from './copyBackfillId.ts';
import { copySinkName } from './copySinkName.ts';
import { disconnect } from './disconnect.ts';
import { enterToken } from './enterToken.ts';
import { exportHistory } from './exportHistory.ts';
import { hideEnded } from './hideEnded.ts';
import { openBackfill } from './openBackfill.ts';
import { openInConsole } from './openInConsole.ts';
import { refresh } from './refresh.ts';
import { retry } from './retry.ts';
import { runAgain } from './runAgain.ts';
import { showEnded } from './showEnded.ts';
import { showLog } from './showLog.ts';
import { showMore } from './showMore.ts';
import { startBackfill } from './startBackfill.ts';
import { tellError } from './tellError.ts';
import type { Command, CommandParts } from './Command.ts';

/** Every command by its id; package.json lists the same, and a test holds the two together. */
const commands: Readonly<Record<`sequin.${string}`, Command>> = {
  'sequin.cancelBackfill': changing('cancel'),
  'sequin.cancelBackfillsOfSink': changingAll('cancel'),
  'sequin.connect': connect,
  'sequin.copyAsCurl': copyAsCurl,
  'sequin.copyAsJson': copyAsJson,
  'sequin.copyBackfillId': copyBackfillId,
  'sequin.copySinkName': copySinkName,
  'sequin.disconnect': disconnect,
  'sequin.enterToken': enterToken,
  'sequin.exportHistory': exportHistory,
  'sequin.hideEnded': hideEnded,
  'sequin.openBackfill': openBackfill,
  'sequin.openInConsole': openInConsole,
  'sequin.pauseBackfill': changing('pause'),
  'sequin.pauseBackfillsOfSink': changingAll('pause'),
  'sequin.refresh': refresh,
  'sequin.resumeBackfill': changing('resume'),
  'sequin.resumeBackfillsOfSink': changingAll('resume'),
  'sequin.retry': retry,
  'sequin.runAgain': runAgain,
  'sequin.showEnded': showEnded,
  'sequin.showLog': showLog,
  'sequin.showMore': showMore,
  'sequin.startBackfill': startBackfill,
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
