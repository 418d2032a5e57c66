import * as vscode from 'vscode';
import { findSymbolAt } from '../document/symbols.ts';
import { findDefinition, findReferences } from '../features/references.ts';
import { rename } from '../features/rename.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';

/** Registers the navigation between names and their uses, and the renaming of both. */
export function registerReferences(files: YamlFiles): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerDefinitionProvider(yamlSelector, {
      provideDefinition(document, position) {
        const file = files.get(document);
        const definition = file && findDefinition(file, document.offsetAt(position));
        return definition?.targets.map((target) => ({
          originSelectionRange: toRange(document, definition.origin),
          targetUri: document.uri,
          targetRange: toRange(document, target),
        }));
      },
    }),
    vscode.languages.registerReferenceProvider(yamlSelector, {
      provideReferences(document, position, { includeDeclaration }) {
        const file = files.get(document);
        const offset = document.offsetAt(position);
        const ranges = file && findReferences(file, offset, { includeDefinition: includeDeclaration });
        return ranges?.map((range) => new vscode.Location(document.uri, toRange(document, range)));
      },
    }),
    vscode.languages.registerRenameProvider(yamlSelector, {
      prepareRename(document, position) {
        const file = files.get(document);
        const symbol = file && findSymbolAt(file.symbols, document.offsetAt(position));
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
  );
}
