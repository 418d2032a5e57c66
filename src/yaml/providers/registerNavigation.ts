import * as vscode from 'vscode';
import { findFileLinks, findOccurrences, findSymbolAt, rename } from '../features/navigation.ts';
import { resolveFilePath } from '../resolveFilePath.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';

/** Registers the navigation between definitions and references, the renaming of both, and the links to code files. */
export function registerNavigation(files: YamlFiles): vscode.Disposable {
  const findSymbol = (document: vscode.TextDocument, position: vscode.Position) => {
    const file = files.get(document);
    const symbol = file && findSymbolAt(file, document.offsetAt(position));
    return symbol && { ...symbol, ...findOccurrences(file, symbol) };
  };
  return vscode.Disposable.from(
    vscode.languages.registerDefinitionProvider(yamlSelector, {
      provideDefinition(document, position) {
        const symbol = findSymbol(document, position);
        return symbol?.definitions.map((definition) => ({
          originSelectionRange: toRange(document, symbol.range),
          targetUri: document.uri,
          targetRange: toRange(document, definition),
        }));
      },
    }),
    vscode.languages.registerReferenceProvider(yamlSelector, {
      provideReferences(document, position, { includeDeclaration }) {
        const { definitions = [], references = [] } = findSymbol(document, position) ?? {};
        return [...(includeDeclaration ? definitions : []), ...references].map(
          (range) => new vscode.Location(document.uri, toRange(document, range)),
        );
      },
    }),
    vscode.languages.registerRenameProvider(yamlSelector, {
      prepareRename(document, position) {
        const symbol = findSymbol(document, position);
        return symbol && { range: toRange(document, symbol.range), placeholder: symbol.name };
      },
      provideRenameEdits(document, position, newName) {
        const file = files.get(document);
        const edit = new vscode.WorkspaceEdit();
        for (const { range, newText } of file ? rename(file, document.offsetAt(position), newName) : []) {
          edit.replace(document.uri, toRange(document, range), newText);
        }
        return edit;
      },
    }),
    vscode.languages.registerDocumentLinkProvider(yamlSelector, {
      provideDocumentLinks(document) {
        const file = files.get(document);
        return (file === undefined ? [] : findFileLinks(file)).flatMap(({ range, path }) => {
          const target = resolveFilePath(document, path);
          return target === undefined ? [] : [new vscode.DocumentLink(toRange(document, range), target)];
        });
      },
    }),
  );
}
