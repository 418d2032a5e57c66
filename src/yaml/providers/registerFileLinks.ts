import * as vscode from 'vscode';
import { findFileLinks } from '../features/fileLinks.ts';
import { resolveFilePath } from '../resolveFilePath.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';

/** Registers the links from functions to their code files. */
export function registerFileLinks(files: YamlFiles): vscode.Disposable {
  return vscode.languages.registerDocumentLinkProvider(yamlSelector, {
    provideDocumentLinks(document) {
      const file = files.get(document);
      return (file === undefined ? [] : findFileLinks(file)).flatMap(({ range, path }) => {
        const target = resolveFilePath(document, path);
        return target === undefined ? [] : [new vscode.DocumentLink(toRange(document, range), target)];
      });
    },
  });
}
