import * as vscode from 'vscode';

/** The glob pattern of `sequin.yaml` files, including names such as `sequin.prod.yaml` and `shop.sequin.yml`. */
export const yamlFilePattern = '**/{sequin,sequin.*,*.sequin}.{yml,yaml}';

const maxFiles = 20;

/** The maximum size of a file that isn't open, in bytes. Larger files are ignored. Real files have a few kilobytes. */
const maxFileBytes = 2 ** 16;

/**
 * Reads the `sequin.yaml` files of the workspace, including unsaved changes. Ignores unreadable files and never throws.
 */
export async function readWorkspaceYaml(): Promise<{ readonly uri: vscode.Uri; readonly text: string }[]> {
  const uris = await findYamlFiles(maxFiles);
  const files = await Promise.all(uris.map(async (uri) => ({ uri, text: await readText(uri) })));
  return files.flatMap(({ uri, text }) => (text === undefined ? [] : { uri, text }));
}

/** Finds the `sequin.yaml` files of the workspace, up to a limit. Never throws. */
export async function findYamlFiles(limit: number): Promise<vscode.Uri[]> {
  try {
    return await vscode.workspace.findFiles(yamlFilePattern, '**/node_modules/**', limit);
  } catch {
    // The workspace's file system is unavailable or can't be searched.
    return [];
  }
}

/**
 * Reads a text file, including unsaved changes. Returns undefined if the file can't be read, or if it isn't open and is
 * larger than `maxBytes`. Never throws.
 */
export async function readText(file: vscode.Uri, maxBytes = maxFileBytes): Promise<string | undefined> {
  const uriText = file.toString();
  const openDocument = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === uriText);
  if (openDocument !== undefined) {
    return openDocument.getText();
  }
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    return size > maxBytes ? undefined : new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}
