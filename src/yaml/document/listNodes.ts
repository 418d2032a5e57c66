import type { YamlLocation, YamlNode, YamlPath, YamlScalar } from './YamlNode.ts';

type LocatedNode = Omit<YamlLocation, 'isKey'>;

/** A scalar and its path. */
export interface LocatedScalar extends LocatedNode {
  readonly node: YamlScalar;
}

/**
 * Lists a node and the nodes below it in the order of the file. Lists each node once, even if aliases or merge keys
 * repeat it.
 */
export function listNodes(root: YamlNode): LocatedNode[] {
  const nodes = new Map<YamlNode, LocatedNode>();
  const visit = (node: YamlNode, path: YamlPath, entry?: LocatedNode['entry']): void => {
    if (nodes.has(node)) {
      return;
    }
    nodes.set(node, { node, path, entry });
    if (node.kind === 'list') {
      for (const [index, item] of node.items.entries()) {
        visit(item, [...path, index]);
      }
    } else if (node.kind === 'map') {
      for (const each of node.entries) {
        visit(each.value, [...path, each.key], each);
      }
    }
  };
  visit(root, []);
  return [...nodes.values()];
}

/** Lists the scalars of a file. */
export function listScalars(root: YamlNode): LocatedScalar[] {
  return listNodes(root).filter((located): located is LocatedScalar => located.node.kind === 'scalar');
}

/** Whether a value may contain variables. Sequin's CLI substitutes variables everywhere except under a `code` key. */
export function mayHaveVariables({ node, path }: Pick<LocatedScalar, 'node' | 'path'>): boolean {
  return typeof node.value === 'string' && node.value.includes('$') && !path.includes('code');
}
