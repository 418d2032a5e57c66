import type { Uri } from 'vscode';
import type { TextRange } from './document/YamlNode.ts';
import { readWorkspaceYaml } from './readWorkspaceYaml.ts';

/** Finds the definition of a sink in the workspace's `sequin.yaml` files; undefined if there is none. */
export async function findWorkspaceSink(
  sinkName: string,
): Promise<{ readonly uri: Uri; readonly range: TextRange } | undefined> {
  const files = await readWorkspaceYaml();
  const { findSinkInYaml } = await import('./yamlSupport.ts');
  return files
    .map(({ uri, text }) => ({ uri, range: findSinkInYaml(text, sinkName) }))
    .find((definition): definition is { uri: Uri; range: TextRange } => definition.range !== undefined);
}
