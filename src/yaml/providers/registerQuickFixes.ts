import * as vscode from 'vscode';
import { commandIds } from '../../contributions/commandIds.ts';
import type { Fix } from '../checks/Problem.ts';
import type { YamlDiagnostics } from './YamlDiagnostics.ts';
import { toRange, yamlSelector } from './YamlFiles.ts';

/** Registers the quick fixes of problems in `sequin.yaml` files. */
export function registerQuickFixes(diagnostics: YamlDiagnostics): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: (document, range) =>
      diagnostics.getDiagnostics(document, range).flatMap((diagnostic) =>
        (diagnostics.getProblem(diagnostic)?.fixes ?? [])
          // An untitled file has no folder for a `.env` file.
          .filter(({ environmentLine }) => environmentLine === undefined || !document.isUntitled)
          .map((fix, index) => createCodeAction(document, diagnostic, fix, index === 0)),
      ),
  };
  return vscode.languages.registerCodeActionsProvider(yamlSelector, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
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
    const environmentFile = vscode.Uri.joinPath(document.uri, '..', '.env');
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
