import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { describeFailure } from '../../text/failureText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandHandler } from '../CommandHandler.ts';
import { resolveServer } from '../connections/resolveServer.ts';

/** Opens the configuration of a server as an untitled YAML file. Sequin exports it with masked secrets. */
export const exportConfiguration: CommandHandler = async (context, { target }) => {
  const { ui, loadYamlSupport } = context;
  const server = await resolveServer(context, target, ({ monitor }) => monitor !== undefined);
  const monitor = server?.monitor;
  if (monitor === undefined) {
    return;
  }
  const { name } = monitor.connection;
  const title = l10n.t('Exporting the configuration of {0}…', toDisplayText(name));
  const result = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    monitor.exportConfig(),
  );
  if (result.failure !== undefined) {
    ui.showMessage('error', describeFailure(result.failure, name).sentence);
    return;
  }
  const { formatExport } = await loadYamlSupport();
  const content = formatExport(result.value, name);
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'yaml', content }),
  );
};
