import type { Uri } from 'vscode';
import type { TextRange } from './document/YamlNode.ts';
import { readWorkspaceYaml } from './readWorkspaceYaml.ts';

/** Finds the first definition of a sink in the workspace's `sequin.yaml` files; undefined if there is none. */
export async function findWorkspaceSink(
  sinkName: string,
): Promise<{ readonly uri: Uri; readonly range: TextRange } | undefined> {
  const files = await readWorkspaceYaml();
  const { findSinkInYaml } = await import('./yamlSupport.ts');
  const definitions = files.flatMap(({ uri, text }) => {
    const range = findSinkInYaml(text, sinkName);
    return range === undefined ? [] : { uri, range };
  });
  return definitions[0];
}

/**
 * Finds the tables that the workspace's `sequin.yaml` files mention for a sink. They serve as suggestions, because the
 * Management API can't list the tables that can be backfilled. Never throws.
 */
export async function findWorkspaceTables(sinkName: string): Promise<string[]> {
  const files = await readWorkspaceYaml();
  if (files.length === 0) {
    return [];
  }
  // Loads the parser only if there is such a file.
  const { findTablesInYaml } = await import('./yamlSupport.ts');
  return [...new Set(files.flatMap(({ text }) => findTablesInYaml(text, sinkName)))].sort();
}
