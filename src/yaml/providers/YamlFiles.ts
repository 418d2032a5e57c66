import * as vscode from 'vscode';
import type { TextRange } from '../document/YamlNode.ts';
import { YamlParser } from '../document/YamlParser.ts';
import { isSequinYaml } from '../isSequinYaml.ts';
import { parseYamlFile, type YamlFile } from '../YamlFile.ts';

/**
 * The documents that the features for `sequin.yaml` are registered for: all YAML files. Only `sequin.yaml` files have a
 * {@link YamlFile}.
 */
export const yamlSelector: vscode.DocumentSelector = { language: 'yaml' };

interface OpenFile {
  readonly parser: YamlParser;
  readonly version: number;
  readonly file: YamlFile | undefined;
}

/** The open `sequin.yaml` files. Parses each version once, when it is first needed. */
export class YamlFiles {
  readonly #files = new WeakMap<vscode.TextDocument, OpenFile>();

  /** The current version of a document; undefined if it isn't a `sequin.yaml` file. */
  get(document: vscode.TextDocument): YamlFile | undefined {
    if (document.languageId !== 'yaml') {
      return undefined;
    }
    const cached = this.#files.get(document);
    if (cached?.version === document.version) {
      return cached.file;
    }
    const parser = cached?.parser ?? new YamlParser();
    const file = isSequinYaml(document) ? parseYamlFile(document.getText(), parser) : undefined;
    this.#files.set(document, { parser, version: document.version, file });
    return file;
  }
}

/**
 * Deletes the diagnostics of a file. Does nothing without diagnostics, because VS Code reports each deletion to all
 * extensions, even if there was nothing to delete.
 */
export function deleteDiagnostics(collection: vscode.DiagnosticCollection, uri: vscode.Uri): void {
  if (collection.has(uri)) {
    collection.delete(uri);
  }
}

/** Converts offsets in a document to a VS Code range. */
export function toRange(document: vscode.TextDocument, { start, end }: TextRange): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
