import { posix } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { planScheme } from '../../contributions/viewIds.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { getVariable } from '../../shared/environment.ts';
import { describeFailure } from '../../text/failureText.ts';
import { summarizePlan } from '../../text/planText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { TextRange } from '../../yaml/document/YamlNode.ts';
import type { ConfigError } from '../../yaml/plan/resolveConfig.ts';
import type { PlanEditor } from '../../yaml/PlanDocuments.ts';
import { readText } from '../../yaml/readWorkspaceYaml.ts';
import { resolveFilePath } from '../../yaml/resolveFilePath.ts';
import type { YamlSupport } from '../../yaml/yamlSupport.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { MessageAction, Ui } from '../Ui.ts';
import { createVariableChooser } from './chooseVariables.ts';
import { createVariableSources } from './createVariableSources.ts';
import type { PlannedFile, ShownPlan } from './PlannedFile.ts';

/**
 * The maximum size of a file with the source code of a function, in bytes. Sequin rejects a request of 9 MB (recording
 * q09).
 */
const maxCodeBytes = 4 * 2 ** 20;

/** What a planned file is created from. */
interface PlannedFileInput {
  readonly document: vscode.TextDocument;
  readonly monitor: ServerMonitor;
  readonly scheme: PlanEditor<ShownPlan>['scheme'];
}

/** Creates the planned file of a document. Its plans are shown in a diff editor. */
export function createPlannedFile(
  { ui, plans, servers }: CommandContext,
  support: YamlSupport,
  { document, monitor, scheme }: PlannedFileInput,
): PlannedFile {
  const name = posix.basename(document.uri.path);
  const reportError = (message: string, range: TextRange | undefined): void => {
    ui.showMessage('error', message, ...(range === undefined ? [] : [createGoToAction(document, range)]));
  };
  const render = scheme === planScheme ? renderPlan : renderComparison;
  const file: PlannedFile = {
    name,
    get monitor() {
      return servers.findMonitor(monitor.connection) ?? monitor;
    },
    resolve: createConfigResolver(ui, support, document, reportError),
    findChanges: support.comparePlan,
    show: async (shown) => {
      const value = { file, ...shown };
      await plans.show({
        scheme,
        fileUri: document.uri.toString(),
        value,
        ...render(support, document, value),
      });
    },
    reportProblem: reportError,
    reportFailure: (failure) => {
      const reasons = 'serverMessages' in failure ? (failure.serverMessages ?? []) : [];
      const range = support.planProblems.show(document, reasons);
      reportError(describeFailure(failure, monitor.connection.name).sentence, range);
    },
    showProgress: async (title, task) =>
      vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, task),
  };
  return file;
}

/** Creates the function that reads the current version of a file, see {@link PlannedFile.resolve}. */
function createConfigResolver(
  ui: Ui,
  support: YamlSupport,
  document: vscode.TextDocument,
  reportError: PlannedFile['reportProblem'],
): PlannedFile['resolve'] {
  const chooseVariables = createVariableChooser(ui, {
    ...createVariableSources(document),
    environment: process.env,
  });
  return async () => {
    support.planProblems.clear(document);
    const parsed = support.parse(document.getText());
    const used = parsed.root === undefined ? [] : support.listUsedVariables(parsed.root);
    const variables = await chooseVariables(used);
    if (variables === undefined) {
      return undefined;
    }
    try {
      return await support.resolveConfig(parsed, {
        getVariable: (name) => getVariable(variables, name),
        readFile: async (path) => {
          const uri = resolveFilePath(document, path);
          return uri && readText(uri, maxCodeBytes);
        },
      });
    } catch (error) {
      if (!isConfigError(error)) {
        throw error;
      }
      reportError(error.message, error.range);
      return undefined;
    }
  };
}

type RenderedEditor = Pick<PlanEditor<ShownPlan>, 'title' | 'left' | 'right'>;

function renderPlan(
  support: YamlSupport,
  document: vscode.TextDocument,
  { file: { name, monitor }, difference }: ShownPlan,
): RenderedEditor {
  const { root } = support.parse(document.getText());
  const notes = root === undefined ? [] : support.describePlanLimitations(root, difference);
  const { current, planned } = support.renderPlan(difference, notes);
  return {
    title: `${toDisplayText(name)} → ${toDisplayText(monitor.connection.name)}: ${summarizePlan(difference)}`,
    left: current,
    right: planned,
  };
}

function renderComparison(
  support: YamlSupport,
  _document: vscode.TextDocument,
  { file: { name, monitor }, difference, resolved }: ShownPlan,
): RenderedEditor {
  const texts = support.renderComparison(difference, resolved.value);
  return {
    title: `${toDisplayText(name)} ↔ ${toDisplayText(monitor.connection.name)}`,
    left: texts.file,
    right: texts.server,
  };
}

/**
 * Whether an error is a `ConfigError`. Checks for its `range`, because the import that `instanceof` needs would load
 * the YAML features together with the code of all commands.
 */
function isConfigError(error: unknown): error is ConfigError {
  return error instanceof Error && 'range' in error;
}

function createGoToAction(document: vscode.TextDocument, { start, end }: TextRange): MessageAction {
  return {
    label: l10n.t('Go to Problem'),
    run: async () => {
      const selection = new vscode.Range(document.positionAt(start), document.positionAt(end));
      await vscode.window.showTextDocument(document, { selection });
    },
  };
}
