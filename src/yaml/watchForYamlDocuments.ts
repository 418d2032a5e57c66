import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import { isSequinYamlDocument } from './isSequinYamlDocument.ts';

/** Calls back when the first `sequin.yaml` is open. */
export function watchForYamlDocuments(onFound: () => void): vscode.Disposable {
  let isFound = false;
  const check = (document: vscode.TextDocument): void => {
    if (!isFound && isSequinYamlDocument(document)) {
      isFound = true;
      setContextKey(contextKeys.hasOpenedYaml, true);
      onFound();
    }
  };
  vscode.workspace.textDocuments.forEach(check);
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(check),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      check(document);
    }),
  );
}
