import * as vscode from 'vscode';

const maxFiles = 20;

/**
 * The tables that the workspace's `sequin.yaml` files name for a sink: Sequin itself has no list of the tables
 * that a backfill could be of. What stands in an editor counts before what is saved. A file that cannot be read
 * is left out, and nothing here ever fails; once `signal` aborts, the answer may lack some.
 */
export async function findWorkspaceTables(sinkName: string, signal?: AbortSignal): Promise<string[]> {
  const files = await findYamlFiles(signal);
  if (files.length === 0) {
    return [];
  }
  // The parser is in a bundle of its own, for those who have such a file.
  const { maxYamlLength, findTablesInYaml } = await import('./findTablesInYaml.ts');
  const tables = await Promise.all(
    files.map(async (file) => {
      const text = await readText(file, maxYamlLength);
      return text === undefined || signal?.aborted ? [] : findTablesInYaml(text, sinkName);
    }),
  );
  return [...new Set(tables.flat())].sort();
}

async function findYamlFiles(signal: AbortSignal | undefined): Promise<vscode.Uri[]> {
  if (signal?.aborted) {
    return [];
  }
  const cancellation = new vscode.CancellationTokenSource();
  const cancel = () => {
    cancellation.cancel();
  };
  signal?.addEventListener('abort', cancel);
  try {
    return await vscode.workspace.findFiles(
      '**/{sequin,sequin.*,*.sequin}.{yml,yaml}',
      '**/node_modules/**',
      maxFiles,
      cancellation.token,
    );
  } catch {
    // A workspace whose file system is gone, or cannot search.
    return [];
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancellation.dispose();
  }
}

async function readText(file: vscode.Uri, maxLength: number): Promise<string | undefined> {
  const uriText = file.toString();
  const openDocument = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === uriText);
  if (openDocument !== undefined) {
    return openDocument.getText();
  }
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    return size > maxLength ? undefined : new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}
