import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { waitUntil } from './Connection.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Creates a file `sequin.yaml` with this text in a new folder, and opens it. */
export async function openYaml(text: string): Promise<vscode.TextDocument> {
  const folder = mkdtempSync(join(tmpdir(), 'sequin-yaml-'));
  folders.push(folder);
  const file = join(folder, 'sequin.yaml');
  writeFileSync(file, text);
  return show(await vscode.workspace.openTextDocument(file));
}

/** Opens an untitled YAML file with this text. */
export async function openUntitled(content: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
  // VS Code reuses an untitled file that was closed shortly before, with its previous content.
  if (document.getText() !== content) {
    await replaceText(document, content);
  }
  return show(document);
}

async function show(document: vscode.TextDocument): Promise<vscode.TextDocument> {
  await vscode.window.showTextDocument(document);
  return document;
}

/** Replaces a range of a file, by default its whole text. */
export async function replaceText(
  { uri, lineCount }: vscode.TextDocument,
  text: string,
  range = new vscode.Range(0, 0, lineCount, 0),
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, range, text);
  await vscode.workspace.applyEdit(edit);
}

/** Inserts text at the start of a line of a file. */
export function insertText(document: vscode.TextDocument, line: number, text: string): Promise<void> {
  return replaceText(document, text, new vscode.Range(line, 0, line, 0));
}

/** Waits until the diagnostics of a document meet a condition, and returns them. */
export async function waitForDiagnostics(
  { uri }: vscode.TextDocument,
  condition: (diagnostics: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const getDiagnostics = () => vscode.languages.getDiagnostics(uri);
  await waitUntil(vscode.languages.onDidChangeDiagnostics, () => condition(getDiagnostics()));
  return getDiagnostics();
}

/** Executes a provider of language features for a file, such as `HoverProvider`. */
export async function execute<T>(
  provider: string,
  { uri }: vscode.TextDocument,
  ...args: unknown[]
): Promise<T> {
  return vscode.commands.executeCommand<T>(`vscode.execute${provider}`, uri, ...args);
}

/** Lists the quick fixes for a range of a file. */
export function listFixes(document: vscode.TextDocument, range?: vscode.Range): Promise<vscode.CodeAction[]> {
  return execute('CodeActionProvider', document, range);
}

/** Lists the titles of the lenses of a file, from top to bottom. */
export async function listLenses(document: vscode.TextDocument): Promise<string[]> {
  const lenses = await execute<vscode.CodeLens[]>('CodeLensProvider', document, 100);
  return lenses.map(({ command }) => command?.title ?? '');
}

/** Reads the text of the hover at a position of a file. */
export async function readHover(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await execute<vscode.Hover[]>('HoverProvider', document, position);
  return hovers
    .flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value))
    .join();
}

/** Closes the editor without saving. */
export async function closeEditor(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}
