import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { findFileLinks } from '../features/fileLinks.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';

/** Registers the links from functions to their code files. */
export function registerFileLinks(files: YamlFiles): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(yamlSelector, {
    provideDocumentLinks(document) {
      const { uri } = document;
      const links = files.get(document);
      return (links === undefined || uri.scheme === 'untitled' ? [] : findFileLinks(links)).map(
        ({ range, path }) =>
          new vscode.DocumentLink(
            toRange(document, range),
            isAbsolute(path) ? uri.with({ path }) : vscode.Uri.joinPath(uri, '..', path),
          ),
      );
    },
  });
}
