import type { YamlMap, YamlNode, YamlPath, YamlScalar } from './YamlNode.ts';

/** A scalar and its path. */
export interface LocatedScalar {
  readonly node: YamlScalar;
  readonly path: YamlPath;
}

/** Lists the scalars of a file in its order, each once, although aliases and merge keys may repeat it. */
export function listScalars(root: YamlMap): LocatedScalar[] {
  const scalars: LocatedScalar[] = [];
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode, path: YamlPath): void => {
    if (seen.has(node)) {
      return;
    }
    seen.add(node);
    if (node.kind === 'scalar') {
      scalars.push({ node, path });
    } else if (node.kind === 'list') {
      for (const [index, item] of node.items.entries()) {
        visit(item, [...path, index]);
      }
    } else {
      for (const { key, value } of node.entries) {
        visit(value, [...path, key]);
      }
    }
  };
  visit(root, []);
  return scalars;
}

/** Whether a value may contain variables, which Sequin's CLI substitutes everywhere except under a `code` key. */
export function mayHaveVariables({ node, path }: Pick<LocatedScalar, 'node' | 'path'>): boolean {
  return typeof node.value === 'string' && node.value.includes('$') && !path.includes('code');
}
