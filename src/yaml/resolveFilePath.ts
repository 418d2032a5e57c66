import { isAbsolute, posix } from 'node:path';
import * as vscode from 'vscode';

/**
 * Resolves a path in a YAML file as Sequin's CLI does: a relative path starts in the folder of that file. Returns
 * undefined for a relative path in an untitled file, because such a file has no folder.
 */
export function resolveFilePath({ uri }: vscode.TextDocument, path: string): vscode.Uri | undefined {
  const isLocal = uri.scheme === 'untitled' || uri.scheme === 'file';
  if (isLocal ? isAbsolute(path) : posix.isAbsolute(path)) {
    return isLocal ? vscode.Uri.file(path) : uri.with({ path });
  }
  return uri.scheme === 'untitled' ? undefined : vscode.Uri.joinPath(uri, '..', path);
}
