import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { formatSinkName } from '../../text/sinkText.ts';
import { findWorkspaceSink } from '../../yaml/searchWorkspaceYaml.ts';
import type { CommandHandler } from '../CommandHandler.ts';
import { resolveSink } from '../resolveTargets.ts';

/** Opens the `sequin.yaml` file that defines a sink, and selects the name in the definition. */
export const goToYaml: CommandHandler = async (context, { target }) => {
  const resolved = await resolveSink(context, target);
  if (resolved === undefined) {
    return;
  }
  const { sink } = resolved;
  const definition = await findWorkspaceSink(sink.name);
  if (definition === undefined) {
    const message = l10n.t('No sequin.yaml file in the workspace defines {0}.', formatSinkName(sink));
    context.ui.showMessage('information', message);
    return;
  }
  const document = await vscode.workspace.openTextDocument(definition.uri);
  const { start, end } = definition.range;
  const selection = new vscode.Range(document.positionAt(start), document.positionAt(end));
  await vscode.window.showTextDocument(document, { selection });
};
