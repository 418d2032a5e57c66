import { posix } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { comparisonScheme } from '../../contributions/viewIds.ts';
import { planScheme } from '../../contributions/viewIds.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { getVariable, type Variables } from '../../shared/environment.ts';
import { describeFailure } from '../../text/failureText.ts';
import { summarizePlan } from '../../text/planText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { TextRange } from '../../yaml/document/YamlNode.ts';
import { isSequinYamlDocument } from '../../yaml/isSequinYamlDocument.ts';
import type { ConfigError } from '../../yaml/plan/resolveConfig.ts';
import type { PlanEditor } from '../../yaml/PlanDocuments.ts';
import { readText, readWorkspaceYaml } from '../../yaml/readWorkspaceYaml.ts';
import { resolveFilePath } from '../../yaml/resolveFilePath.ts';
import type { YamlSupport } from '../../yaml/yamlSupport.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { resolveServer } from '../connections/resolveServer.ts';
import type { MessageAction, Ui } from '../Ui.ts';
import { chooseVariables } from './chooseVariables.ts';
import { createVariableSources } from './createVariableSources.ts';
import type { PlannedFile, ShownPlan } from './PlannedFile.ts';

/** Finds the file that a command is run on, and its server. Returns undefined if there is none, and reports why. */
export async function openPlannedFile(
  context: CommandContext,
  documentUri: string | undefined,
  scheme: typeof planScheme | typeof comparisonScheme,
): Promise<PlannedFile | undefined> {
  if (!vscode.workspace.isTrusted) {
    context.ui.showMessage(
      'warning',
      l10n.t('A plan reads environment variables and files. Trust this workspace to show it.'),
      {
        label: l10n.t('Manage Trust'),
        run: async () => {
          await vscode.commands.executeCommand('workbench.trust.manage');
        },
      },
    );
    return undefined;
  }
  const document = await findDocument(context, documentUri);
  if (document === undefined) {
    return undefined;
  }
  const support = await context.loadYamlSupport();
  const monitor = support.servers.getMonitor(document) ?? (await pickMonitor(context, support, document));
  return monitor && createPlannedFile(context, support, { document, monitor, scheme });
}

async function findDocument(
  { ui }: CommandContext,
  documentUri: string | undefined,
): Promise<vscode.TextDocument | undefined> {
  const document =
    documentUri === undefined
      ? vscode.window.activeTextEditor?.document
      : await vscode.workspace.openTextDocument(vscode.Uri.parse(documentUri, true));
  if (document !== undefined && isSequinYamlDocument(document)) {
    return document;
  }
  const uris = documentUri === undefined ? (await readWorkspaceYaml()).map(({ uri }) => uri) : [];
  const [first, ...others] = uris;
  if (first === undefined) {
    ui.showMessage('information', l10n.t('Open a sequin.yaml file first.'));
    return undefined;
  }
  const uri = others.length === 0 ? first : await pickFile(ui, uris);
  return uri && vscode.workspace.openTextDocument(uri);
}

async function pickFile(ui: Ui, uris: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  return ui.pickOne(
    l10n.t('Select a sequin.yaml file'),
    uris.map((value) => ({
      label: toDisplayText(vscode.workspace.asRelativePath(value)),
      description: '',
      value,
    })),
  );
}

async function pickMonitor(
  context: CommandContext,
  { servers }: YamlSupport,
  document: vscode.TextDocument,
): Promise<ServerMonitor | undefined> {
  // The only server that is signed in may not be the one that the user chose for the file.
  const server = await resolveServer(context, undefined, ({ monitor }) => monitor !== undefined, {
    asksForSingle: true,
  });
  if (server?.monitor !== undefined) {
    servers.choose(document, server.monitor.connection.id);
  }
  return server?.monitor;
}

type RenderedEditor = Pick<PlanEditor<ShownPlan>, 'title' | 'left' | 'right'>;

/** The maximum size of a code file, in bytes. Sequin rejects a request of 9 MB (recording q09). */
const maxCodeBytes = 4 * 2 ** 20;

/** What a planned file is created from. */
interface PlannedFileInput {
  readonly document: vscode.TextDocument;
  readonly monitor: ServerMonitor;
  readonly scheme: typeof planScheme | typeof comparisonScheme;
}

function createPlannedFile(
  { ui, plans, servers }: CommandContext,
  support: YamlSupport,
  { document, monitor, scheme }: PlannedFileInput,
): PlannedFile {
  const name = posix.basename(document.uri.path);
  const connectionName = toDisplayText(monitor.connection.name);
  type Shown = Parameters<PlannedFile['show']>[0];

  const renderPlan = ({ difference }: Shown): RenderedEditor => {
    const { root } = support.parse(document.getText());
    const notes = root === undefined ? [] : support.describePlanLimitations(root, difference);
    const { current, planned } = support.renderPlan(difference, notes);
    return {
      title: `${toDisplayText(name)} → ${connectionName}: ${summarizePlan(difference)}`,
      left: current,
      right: planned,
    };
  };
  const renderComparison = ({ difference, resolved }: Shown): RenderedEditor => {
    const texts = support.renderComparison(difference, resolved.value);
    return { title: `${toDisplayText(name)} ↔ ${connectionName}`, left: texts.file, right: texts.server };
  };
  const createGoToAction = (range: TextRange): MessageAction => ({
    label: l10n.t('Go to Problem'),
    run: () => showInEditor(document, range),
  });
  // Later plans of the file, such as the one before an apply, use the values that the user chose for the first plan.
  let variables: Variables = process.env;
  const decidedNames = new Set<string>();
  const file: PlannedFile = {
    name,
    get monitor() {
      return servers.findMonitor(monitor.connection) ?? monitor;
    },
    resolve: async () => {
      support.planProblems.clear(document);
      const parsed = support.parse(document.getText());
      const used = parsed.root === undefined ? [] : support.listUsedVariables(parsed.root);
      const undecided = used.filter(({ name: variable }) => !decidedNames.has(variable));
      const chosen = await chooseVariables(ui, undecided, {
        ...createVariableSources(document),
        environment: variables,
      });
      if (chosen === undefined) {
        return undefined;
      }
      variables = chosen;
      undecided.forEach(({ name: variable }) => decidedNames.add(variable));
      try {
        return await support.resolveConfig(parsed, {
          getVariable: (variable) => getVariable(chosen, variable),
          readFile: async (path) => {
            const uri = resolveFilePath(document, path);
            return uri && readText(uri, maxCodeBytes);
          },
        });
      } catch (error) {
        if (!isConfigError(error)) {
          throw error;
        }
        file.reportProblem(error.message, error.range);
        return undefined;
      }
    },
    compare: support.comparePlan,
    show: async (shown) => {
      await plans.show({
        scheme,
        fileUri: document.uri.toString(),
        value: { file, ...shown },
        ...(scheme === planScheme ? renderPlan(shown) : renderComparison(shown)),
      });
    },
    reportProblem: (message, range) => {
      ui.showMessage('error', message, createGoToAction(range));
    },
    reportFailure: (failure) => {
      const reasons = 'reasons' in failure ? (failure.reasons ?? []) : [];
      const range = support.planProblems.show(document, reasons);
      const { sentence } = describeFailure(failure, connectionName);
      ui.showMessage('error', sentence, ...(range === undefined ? [] : [createGoToAction(range)]));
    },
    showProgress: async (title, task) =>
      vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, task),
  };
  return file;
}

/** Recognizes the error by its `range`: `instanceof` would load the YAML features with the code of all commands. */
function isConfigError(error: unknown): error is ConfigError {
  return error instanceof Error && 'range' in error;
}

async function showInEditor(document: vscode.TextDocument, { start, end }: TextRange): Promise<void> {
  const selection = new vscode.Range(document.positionAt(start), document.positionAt(end));
  await vscode.window.showTextDocument(document, { selection });
}
