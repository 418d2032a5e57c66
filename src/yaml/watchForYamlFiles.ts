import * as vscode from 'vscode';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import { findYamlFiles, yamlFilePattern } from './readWorkspaceYaml.ts';

/** Keeps the context key `hasYaml` up to date. */
export function watchForYamlFiles(): vscode.Disposable {
  const update = async (): Promise<void> => {
    const { length } = await findYamlFiles(undefined, 1);
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
