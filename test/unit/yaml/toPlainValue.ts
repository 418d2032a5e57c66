import type { YamlNode } from '../../../src/yaml/document/YamlNode.ts';

/** Converts a node to the value that a JSON Schema validates. Repeated nodes become the same object. */
export function toPlainValue(node: YamlNode, converted = new Map<YamlNode, unknown>()): unknown {
  if (node.kind === 'scalar') {
    return typeof node.value === 'bigint' ? Number(node.value) : node.value;
  }
  if (!converted.has(node)) {
    converted.set(
      node,
      node.kind === 'list'
        ? node.items.map((item) => toPlainValue(item, converted))
        : Object.fromEntries(node.entries.map(({ key, value }) => [key, toPlainValue(value, converted)])),
    );
  }
  return converted.get(node);
}
