import { readWorkspaceYaml } from './readWorkspaceYaml.ts';

/**
 * Finds the tables that the workspace's `sequin.yaml` files mention for a sink, because the Management API can't list
 * the tables that can be backfilled. Never throws. The result may be incomplete once `signal` aborts.
 */
export async function findWorkspaceTables(sinkName: string, signal?: AbortSignal): Promise<string[]> {
  const files = await readWorkspaceYaml(signal);
  if (files.length === 0) {
    return [];
  }
  // Loads the parser only if there is such a file.
  const { findTablesInYaml } = await import('./yamlSupport.ts');
  return [...new Set(files.flatMap(({ text }) => findTablesInYaml(text, sinkName)))].sort();
}
