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
  return Object.assign(new vscode.CompletionItem(label, kinds[kind]), {
    range,
    insertText: new vscode.SnippetString(insertText),
    sortText: String(rank).padStart(4, '0'),
    detail,
    documentation: documentation === undefined ? undefined : new vscode.MarkdownString(documentation),
    tags: isDeprecated === true ? [vscode.CompletionItemTag.Deprecated] : [],
    command: triggersSuggest === true ? { command: 'editor.action.triggerSuggest', title: '' } : undefined,
  });
}
