import * as vscode from 'vscode';
import { createHover } from '../features/hover.ts';
import { usesSchema } from './yamlExtension.ts';
import { toRange, type YamlFiles, yamlSelector } from './YamlFiles.ts';

/** Registers the hovers of variables, names, keys and their values. */
export function registerHover(files: YamlFiles): vscode.Disposable {
  return vscode.languages.registerHoverProvider(yamlSelector, {
    provideHover(document, position) {
      const file = files.get(document);
      const hover =
        file &&
        createHover(file, document.offsetAt(position), {
          environment: process.env,
          withSchema: !usesSchema(document),
        });
      const parts = (hover?.parts ?? []).map((part) => new vscode.MarkdownString(part));
      return hover === undefined || parts.length === 0
        ? undefined
        : new vscode.Hover(parts, toRange(document, hover.range));
    },
  });
}
