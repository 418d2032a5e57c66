import type { YamlEntry, YamlMap, YamlNode, YamlPath, YamlScalar } from './YamlNode.ts';

/** A scalar, with the path and the entry that it is the value of. */
export interface VisitedScalar {
  readonly node: YamlScalar;
  readonly path: YamlPath;
  readonly entry: YamlEntry | undefined;
}

/** Lists the scalars of a file in its order, each once, although aliases and merge keys may repeat it. */
export function listScalars(root: YamlMap): VisitedScalar[] {
  const scalars: VisitedScalar[] = [];
  const seen = new Set<YamlNode>();
  const visit = (node: YamlNode, path: YamlPath, entry: YamlEntry | undefined): void => {
    if (seen.has(node)) {
      return;
    }
    seen.add(node);
    if (node.kind === 'scalar') {
      scalars.push({ node, path, entry });
    } else if (node.kind === 'list') {
      for (const [index, item] of node.items.entries()) {
        visit(item, [...path, index], entry);
      }
    } else {
      for (const child of node.entries) {
        visit(child.value, [...path, child.key], child);
      }
    }
  };
  visit(root, [], undefined);
  return scalars;
}

/** Whether Sequin's CLI substitutes variables in a value: not in code, at any depth. */
export function hasVariables({ node, path }: Pick<VisitedScalar, 'node' | 'path'>): boolean {
  return typeof node.value === 'string' && node.value.includes('$') && !path.includes('code');
}
