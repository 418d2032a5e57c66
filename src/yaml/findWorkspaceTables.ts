import * as vscode from 'vscode';

const maxFiles = 20;

/**
 * Finds the tables that the workspace's `sequin.yaml` files mention for a sink, because the Management API can't list
 * the tables that can be backfilled. Unsaved changes in an editor take precedence over the file. Ignores unreadable
 * files and never throws. The result may be incomplete once `signal` aborts.
 */
export async function findWorkspaceTables(sinkName: string, signal?: AbortSignal): Promise<string[]> {
  const files = await findYamlFiles(signal);
  if (files.length === 0) {
    return [];
  }
  // The parser is a separate bundle, which is loaded only if there is such a file.
  const { maxYamlLength, findTablesInYaml } = await import('./yamlSupport.ts');
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
    // The workspace's file system is unavailable or can't be searched.
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
