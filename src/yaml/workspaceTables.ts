import * as vscode from 'vscode';

const atMostFiles = 20;

/**
 * The tables that the workspace's `sequin.yaml` files name for a sink: Sequin itself has no list of the tables
 * that a backfill could be of. What stands in an editor counts before what is saved. A file that cannot be read
 * is left out, and nothing here ever fails; once `signal` aborts, the answer may lack some.
 */
export async function workspaceTables(sinkName: string, signal?: AbortSignal): Promise<string[]> {
  const files = await findYaml(signal);
  if (files.length === 0) {
    return [];
  }
  // The parser is in a bundle of its own, for those who have such a file.
  const { largestYaml, tablesInYaml } = await import('./tablesInYaml.ts');
  const tables = await Promise.all(
    files.map(async (file) => {
      const text = await textOf(file, largestYaml);
      return text === undefined || signal?.aborted ? [] : tablesInYaml(text, sinkName);
    }),
  );
  return [...new Set(tables.flat())].sort();
}

async function findYaml(signal: AbortSignal | undefined): Promise<vscode.Uri[]> {
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
      atMostFiles,
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

async function textOf(file: vscode.Uri, largest: number): Promise<string | undefined> {
  const address = file.toString();
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === address);
  if (open !== undefined) {
    return open.getText();
  }
  try {
    const { size } = await vscode.workspace.fs.stat(file);
    return size > largest ? undefined : new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  } catch {
    return undefined;
  }
}
