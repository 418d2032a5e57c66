import * as vscode from 'vscode';
import { commandIds } from '../../contributions/commandIds.ts';
import { lazy } from '../../shared/lazy.ts';
import { createNameGenerator, moveSecret, type NameGenerator } from '../checks/moveSecret.ts';
import type { Fix, Problem } from '../checks/Problem.ts';
import { readText } from '../readWorkspaceYaml.ts';
import type { YamlDiagnostics } from './YamlDiagnostics.ts';
import { toRange, yamlSelector } from './YamlFiles.ts';

/** The maximum size of `.env`, in bytes. The names in a larger file are ignored. */
const maxEnvironmentBytes = 2 ** 20;

/** Registers the quick fixes of problems in `sequin.yaml` files. */
export function registerQuickFixes(diagnostics: YamlDiagnostics): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: async (document, range) => {
      const getNameGenerator = lazy(() => loadNameGenerator(document));
      const actions = diagnostics.getDiagnostics(document, range).map(async (diagnostic) => {
        const fixes = await listFixes(document, diagnostics.getProblem(diagnostic), getNameGenerator);
        return fixes.map((fix, index) => createCodeAction(document, diagnostic, fix, index === 0));
      });
      return (await Promise.all(actions)).flat();
    },
  };
  return vscode.languages.registerCodeActionsProvider(yamlSelector, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

async function listFixes(
  document: vscode.TextDocument,
  problem: Problem | undefined,
  getNameGenerator: () => Promise<NameGenerator>,
): Promise<readonly Fix[]> {
  const { range, fixes = [], secret } = problem ?? {};
  // An untitled file has no folder for a `.env` file.
  return range === undefined || secret === undefined || document.isUntitled
    ? fixes
    : [...fixes, moveSecret(range, secret, await getNameGenerator())];
}

/** Reads which variables are in use, and creates a generator of names for new variables. */
async function loadNameGenerator(document: vscode.TextDocument): Promise<NameGenerator> {
  const environmentText = await readText(getEnvironmentFile(document), maxEnvironmentBytes);
  return createNameGenerator(document.getText(), environmentText ?? '', process.env);
}

function getEnvironmentFile({ uri }: vscode.TextDocument): vscode.Uri {
  return vscode.Uri.joinPath(uri, '..', '.env');
}

function createCodeAction(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic,
  { title, edits, environmentLine, startsBackfillOf }: Fix,
  isPreferred: boolean,
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  action.isPreferred = isPreferred;
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, newText } of edits) {
    action.edit.replace(document.uri, toRange(document, range), newText);
  }
  if (environmentLine !== undefined) {
    const environmentFile = getEnvironmentFile(document);
    action.edit.createFile(environmentFile, { ignoreIfExists: true });
    // VS Code limits the position to the end of the file.
    const end = new vscode.Position(Number.MAX_SAFE_INTEGER, 0);
    action.edit.insert(environmentFile, end, `\n${environmentLine}\n`);
  }
  if (startsBackfillOf !== undefined) {
    action.command = { title, command: commandIds.startBackfill, arguments: [startsBackfillOf] };
  }
  return action;
}
