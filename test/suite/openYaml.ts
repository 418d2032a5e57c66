import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { waitUntil } from './connectToEmulator.ts';

/** The names of the YAML files in a folder of `test/yaml-samples`. */
export function listSamples(folder: string): string[] {
  return readdirSync(join(getSamplesPath(), folder)).filter((name) => name.endsWith('.yml'));
}

/** Reads a file of `test/yaml-samples`. */
export function readSample(name: string): string {
  return readFileSync(join(getSamplesPath(), name), 'utf8');
}

function getSamplesPath(): string {
  const extension = vscode.extensions.all.find(({ id }) => id.endsWith('.sequin'));
  assert.ok(extension, 'the extension is not installed');
  return join(extension.extensionPath, 'test/yaml-samples');
}

const folders: string[] = [];
after(() => {
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Opens a new file `sequin.yaml` with a text, in a folder of its own. */
export async function openYaml(text: string): Promise<vscode.TextDocument> {
  const folder = mkdtempSync(join(tmpdir(), 'sequin-yaml-'));
  folders.push(folder);
  const file = join(folder, 'sequin.yaml');
  writeFileSync(file, text);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Waits until a document has diagnostics that a condition accepts, and returns them. */
export async function waitForDiagnostics(
  { uri }: vscode.TextDocument,
  condition: (diagnostics: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const getDiagnostics = () => vscode.languages.getDiagnostics(uri);
  await waitUntil(vscode.languages.onDidChangeDiagnostics, () => condition(getDiagnostics()));
  return getDiagnostics();
}

/** Closes the editor without saving. */
export async function closeEditor(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}
