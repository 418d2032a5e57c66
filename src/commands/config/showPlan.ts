import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { comparisonScheme, planScheme } from '../../contributions/viewIds.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { isSequinYaml } from '../../yaml/isSequinYaml.ts';
import { readWorkspaceYaml } from '../../yaml/readWorkspaceYaml.ts';
import type { YamlSupport } from '../../yaml/yamlSupport.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveServer } from '../connections/resolveServer.ts';
import type { Ui } from '../Ui.ts';
import { createPlannedFile } from './createPlannedFile.ts';
import { requestPlan } from './PlannedFile.ts';

/** Shows what Sequin would change if it applied a `sequin.yaml` file. */
export const showPlan = createPlanCommand(planScheme);

/** Shows the differences between the server and a `sequin.yaml` file. */
export const compareWithServer = createPlanCommand(comparisonScheme);

function createPlanCommand(scheme: typeof planScheme | typeof comparisonScheme): CommandHandler {
  return async (context, { documentUri }) => {
    if (!vscode.workspace.isTrusted) {
      explainTrust(context.ui);
      return;
    }
    const document = await findDocument(context, documentUri);
    if (document === undefined) {
      return;
    }
    const support = await context.loadYamlSupport();
    const monitor = await findMonitor(context, support, document);
    const file = monitor && createPlannedFile(context, support, { document, monitor, scheme });
    const resolved = await file?.resolve();
    const difference = file && resolved && (await requestPlan(file, resolved));
    if (resolved !== undefined && difference !== undefined) {
      await file?.show({ resolved, difference });
    }
  };
}

function explainTrust(ui: Ui): void {
  const message = l10n.t('A plan reads environment variables and files. Trust this workspace to show it.');
  ui.showMessage('warning', message, {
    label: l10n.t('Manage Trust'),
    run: async () => {
      await vscode.commands.executeCommand('workbench.trust.manage');
    },
  });
}

/**
 * Finds the `sequin.yaml` file that a command is run on. Without `documentUri`, this is the active document or, if that
 * is another kind of file, a file in the workspace. If there is no such file, shows a message and returns undefined.
 * Also returns undefined if the user picks no file.
 */
async function findDocument(
  { ui }: CommandContext,
  documentUri: string | undefined,
): Promise<vscode.TextDocument | undefined> {
  const document =
    documentUri === undefined
      ? vscode.window.activeTextEditor?.document
      : await vscode.workspace.openTextDocument(vscode.Uri.parse(documentUri, true));
  if (document !== undefined && isSequinYaml(document)) {
    return document;
  }
  const uris = documentUri === undefined ? (await readWorkspaceYaml()).map(({ uri }) => uri) : [];
  const [first, ...others] = uris;
  if (first === undefined) {
    ui.showMessage('information', l10n.t('Open a sequin.yaml file first.'));
    return undefined;
  }
  const items = uris.map((value) => ({
    label: toDisplayText(vscode.workspace.asRelativePath(value)),
    value,
  }));
  const uri = others.length === 0 ? first : await ui.pickOne(l10n.t('Select a sequin.yaml file'), items);
  return uri && vscode.workspace.openTextDocument(uri);
}

/** Finds the server of a file, see `chooseServer`. If it finds none, the user picks a server. */
async function findMonitor(
  context: CommandContext,
  { servers }: YamlSupport,
  document: vscode.TextDocument,
): Promise<ServerMonitor | undefined> {
  const chosen = servers.getMonitor(document);
  if (chosen !== undefined) {
    return chosen;
  }
  // Asks even if only one server is signed in, because the server that the user chose for the file may be signed out.
  const server = await resolveServer(context, undefined, ({ monitor }) => monitor !== undefined, {
    asksEvenIfOnlyOne: true,
  });
  if (server?.monitor !== undefined) {
    servers.choose(document, server.monitor.connection.id);
  }
  return server?.monitor;
}
