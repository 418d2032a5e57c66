import * as vscode from 'vscode';
import { complete } from '../completion/complete.ts';
import type { Completion } from '../completion/Completion.ts';
import { YamlParser } from '../document/YamlParser.ts';
import { listDatabases, listTables } from '../features/chooseServer.ts';
import { usesSchema } from './yamlExtension.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';
import type { YamlServers } from './YamlServers.ts';

const kinds = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  name: vscode.CompletionItemKind.Reference,
  table: vscode.CompletionItemKind.Struct,
  snippet: vscode.CompletionItemKind.Snippet,
};

/** Registers the completion of keys, values, names, tables and snippets. */
export function registerCompletion(files: YamlFiles, servers: YamlServers): vscode.Disposable {
  const parser = new YamlParser();
  const provider: vscode.CompletionItemProvider = {
    provideCompletionItems(document, position) {
      if (files.get(document) === undefined) {
        return undefined;
      }
      const monitor = servers.getMonitor(document);
      const serverNames = {
        tables: monitor === undefined ? [] : listTables(monitor),
        databases: monitor === undefined ? [] : listDatabases(monitor),
      };
      const completions = complete(document.getText(), document.offsetAt(position), serverNames, parser);
      if (completions === undefined) {
        return undefined;
      }
      const { items } = completions;
      const range = toRange(document, completions.range);
      // The YAML extension completes what the schema describes.
      const ownItems = usesSchema(document)
        ? items.filter(({ kind }) => kind !== 'key' && kind !== 'value')
        : items;
      return ownItems.map((item) => createItem(item, range));
    },
  };
  return vscode.languages.registerCompletionItemProvider(yamlSelector, provider, ' ', '-', '.');
}

function createItem(completion: Completion, range: vscode.Range): vscode.CompletionItem {
  const { label, kind, detail, documentation, insertText, rank, isDeprecated, triggersSuggest } = completion;
  const item = new vscode.CompletionItem(label, kinds[kind]);
  item.range = range;
  item.insertText = new vscode.SnippetString(insertText);
  item.sortText = String(rank).padStart(4, '0');
  if (detail !== undefined) {
    item.detail = detail;
  }
  if (documentation !== undefined) {
    item.documentation = new vscode.MarkdownString(documentation);
  }
  if (isDeprecated === true) {
    item.tags = [vscode.CompletionItemTag.Deprecated];
  }
  if (triggersSuggest === true) {
    item.command = { command: 'editor.action.triggerSuggest', title: '' };
  }
  return item;
}
