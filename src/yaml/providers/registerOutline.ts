import * as vscode from 'vscode';
import { createOutline, type OutlineItem } from '../features/outline.ts';
import { hasYamlExtension } from './yamlExtension.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';

const kinds = {
  section: vscode.SymbolKind.Namespace,
  database: vscode.SymbolKind.Struct,
  httpEndpoint: vscode.SymbolKind.Interface,
  function: vscode.SymbolKind.Function,
  sink: vscode.SymbolKind.Event,
  changeRetention: vscode.SymbolKind.Field,
  other: vscode.SymbolKind.Field,
};

/**
 * Registers the outline. The outline is empty while the YAML extension is enabled, because that extension has its own.
 */
export function registerOutline(files: YamlFiles): vscode.Disposable {
  return vscode.languages.registerDocumentSymbolProvider(
    yamlSelector,
    {
      provideDocumentSymbols(document) {
        const file = hasYamlExtension() ? undefined : files.get(document);
        return file && createOutline(file).map((item) => createSymbol(document, item));
      },
    },
    { label: 'Sequin' },
  );
}

function createSymbol(document: vscode.TextDocument, item: OutlineItem): vscode.DocumentSymbol {
  const range = toRange(document, item.range);
  const nameRange = toRange(document, item.nameRange);
  const symbol = new vscode.DocumentSymbol(
    item.name || ' ',
    item.detail,
    kinds[item.kind],
    range.union(nameRange),
    nameRange,
  );
  symbol.children = item.children.map((child) => createSymbol(document, child));
  return symbol;
}
