import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { failureOf } from '../api/failure.ts';
import { connectionName } from '../model/Connection.ts';
import { failureText } from '../text/failureText.ts';
import { plainMessage } from '../text/plainMessage.ts';
import { connect } from './connect.ts';
import { copyBackfillId } from './copyBackfillId.ts';
import { copySinkName } from './copySinkName.ts';
import { disconnect } from './disconnect.ts';
import { enterToken } from './enterToken.ts';
import { hideEnded } from './hideEnded.ts';
import { openBackfill } from './openBackfill.ts';
import { openInConsole } from './openInConsole.ts';
import { refresh } from './refresh.ts';
import { retry } from './retry.ts';
import { showEnded } from './showEnded.ts';
import { showLog } from './showLog.ts';
import { showMore } from './showMore.ts';
import type { Command, CommandParts } from './Command.ts';

/** Every command by its id; package.json lists the same, and a test holds the two together. */
const commands: Readonly<Record<`sequin.${string}`, Command>> = {
  'sequin.connect': connect,
  'sequin.copyBackfillId': copyBackfillId,
  'sequin.copySinkName': copySinkName,
  'sequin.disconnect': disconnect,
  'sequin.enterToken': enterToken,
  'sequin.hideEnded': hideEnded,
  'sequin.openBackfill': openBackfill,
  'sequin.openInConsole': openInConsole,
  'sequin.refresh': refresh,
  'sequin.retry': retry,
  'sequin.showEnded': showEnded,
  'sequin.showLog': showLog,
  'sequin.showMore': showMore,
};

/** Registers every command, each so that what it throws is told to the user once and goes to the log. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, command]) =>
      vscode.commands.registerCommand(id, async (target?: unknown) => {
        try {
          await command(parts, target);
        } catch (error) {
          await tell(parts, id, error);
        }
      }),
    ),
  );
}

async function tell({ connections, log }: CommandParts, id: string, error: unknown): Promise<void> {
  log.error(id, error instanceof Error ? error : String(error));
  const failure = failureOf(error);
  const server = 'connection' in connections.state ? connectionName(connections.state.connection) : 'Sequin';
  const sentence = failure
    ? failureText(failure, server).sentence
    : t('Something went wrong inside the extension.');
  const label = t('Show Log');
  if ((await vscode.window.showErrorMessage(plainMessage(sentence), label)) === label) {
    log.show();
  }
}
