import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import { isSequinYaml } from './isSequinYaml.ts';
import { findYamlFiles, yamlFilePattern } from './readWorkspaceYaml.ts';

/** Sets the context key `hasOpenedYaml` and calls `onFound` once, as soon as a `sequin.yaml` file is open. */
export function watchForYamlDocuments(onFound: () => void): vscode.Disposable {
  let isFound = false;
  const check = (document: vscode.TextDocument): void => {
    if (!isFound && isSequinYaml(document)) {
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

/** Keeps the context key `hasYaml` up to date: whether the workspace has a `sequin.yaml` file. */
export function watchForYamlFiles(): vscode.Disposable {
  const update = async (): Promise<void> => {
    const { length } = await findYamlFiles(1);
    setContextKey(contextKeys.hasYaml, length > 0);
  };
  const watcher = vscode.workspace.createFileSystemWatcher(yamlFilePattern, false, true, false);
  void update();
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(update),
    watcher.onDidDelete(update),
    vscode.workspace.onDidChangeWorkspaceFolders(update),
  );
}
