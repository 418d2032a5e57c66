import schema from '../../../schemas/sequin.schema.json' with { type: 'json' };
import { deepEqual } from '../../shared/deepEqual.ts';
import {
  getEntry,
  getItems,
  getValue,
  type YamlEntry,
  type YamlNode,
  type YamlPath,
  type YamlStep,
} from './YamlNode.ts';

/** The keywords that our JSON Schema uses. */
export interface ValueSchema {
  readonly $ref?: string;
  readonly description?: string;
  readonly deprecationMessage?: string;
  readonly doNotSuggest?: boolean;
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: ValueSchema | boolean;
  readonly items?: ValueSchema;
  /** For each key, the other keys that it requires, or a schema that the map must match if it has the key. */
  readonly dependencies?: Readonly<Record<string, readonly string[] | ValueSchema>>;
  readonly allOf?: readonly ValueSchema[];
  readonly anyOf?: readonly ValueSchema[];
  readonly not?: ValueSchema;
  readonly if?: ValueSchema;
  readonly then?: ValueSchema;
  readonly else?: ValueSchema;
  /** A message for a value that violates `pattern`. */
  readonly patternErrorMessage?: string;
  /** A message for a value that violates another keyword. */
  readonly errorMessage?: string;
}

const rootSchema: ValueSchema & {
  readonly definitions: Readonly<Record<string, ValueSchema>>;
} = schema;

/**
 * Returns the schemas that apply to the value at a path: the schema of its key, and schemas that depend on other values
 * in the file, such as the type of a destination. Empty if the path is unknown.
 */
export function getSchemasAt(root: YamlNode | undefined, path: YamlPath): readonly ValueSchema[] {
  let node = root;
  let schemas = getRootSchemas(node);
  for (const part of path) {
    node = typeof part === 'number' ? getItems(node)[part] : getValue(node, part);
    schemas = getChildSchemas(schemas, part, node);
  }
  return schemas;
}

/** Returns the schemas that apply to a child of a map or list, given the schemas of that map or list. */
function getChildSchemas(
  schemas: readonly ValueSchema[],
  part: string | number,
  child: YamlNode | undefined,
): readonly ValueSchema[] {
  const applicable: ValueSchema[] = [];
  for (const { items, properties, additionalProperties } of schemas) {
    const schemaOfChild = typeof part === 'number' ? items : (properties?.[part] ?? additionalProperties);
    if (typeof schemaOfChild === 'object') {
      addApplicable(schemaOfChild, child, applicable);
    }
  }
  return applicable;
}

/** A node of a file with the schemas that apply to it, and the nodes from the root to it. */
export interface NodeWithSchemas {
  readonly node: YamlNode;
  readonly schemas: readonly ValueSchema[];
  readonly steps: readonly YamlStep[];
}

/** Lists the nodes of a file that schemas apply to. */
export function listNodesWithSchemas(root: YamlNode): NodeWithSchemas[] {
  const nodes: NodeWithSchemas[] = [];
  const visit = (steps: readonly YamlStep[], node: YamlNode, schemas: readonly ValueSchema[]): void => {
    if (schemas.length === 0) {
      return;
    }
    nodes.push({ node, schemas, steps });
    const visitChild = (part: string | number, child: YamlNode, entry: YamlEntry | undefined): void => {
      visit([...steps, { node: child, entry }], child, getChildSchemas(schemas, part, child));
    };
    if (node.kind === 'list') {
      node.items.forEach((item, index) => {
        visitChild(index, item, undefined);
      });
    } else if (node.kind === 'map') {
      node.entries.forEach((entry) => {
        visitChild(entry.key, entry.value, entry);
      });
    }
  };
  visit([{ node: root, entry: undefined }], root, getRootSchemas(root));
  return nodes;
}

/** Returns the root of the schema, and the parts of it that apply to a file. */
function getRootSchemas(root: YamlNode | undefined): readonly ValueSchema[] {
  const applicable: ValueSchema[] = [];
  addApplicable(rootSchema, root, applicable);
  return applicable;
}

/**
 * Appends to `list` a schema, and the parts of the schema that apply to a value. Creates no lists of its own, because
 * it runs for each node of a file after each keystroke.
 */
function addApplicable(unresolved: ValueSchema, node: YamlNode | undefined, list: ValueSchema[]): void {
  const resolved = resolveReference(unresolved);
  const { allOf = [], if: condition, dependencies } = resolved;
  if (!isOnlyConditional(resolved)) {
    list.push(resolved);
  }
  for (const part of allOf) {
    addApplicable(part, node, list);
  }
  const conditional = condition && (matches(condition, node) ? resolved.then : resolved.else);
  if (conditional !== undefined) {
    addApplicable(conditional, node, list);
  }
  for (const [key, dependent] of dependencies === undefined ? [] : Object.entries(dependencies)) {
    if (isSchema(dependent) && getEntry(node, key) !== undefined) {
      addApplicable(dependent, node, list);
    }
  }
}

/**
 * Whether a schema has only a condition under which another schema applies, such as the schema for a type of
 * destination.
 */
function isOnlyConditional({ if: condition, properties, required }: ValueSchema): boolean {
  return condition !== undefined && properties === undefined && required === undefined;
}

function isSchema(dependent: readonly string[] | ValueSchema): dependent is ValueSchema {
  return !Array.isArray(dependent);
}

function resolveReference(schemaOrReference: ValueSchema): ValueSchema {
  const name = schemaOrReference.$ref?.slice('#/definitions/'.length);
  return name === undefined ? schemaOrReference : resolveReference(rootSchema.definitions[name] ?? {});
}

/**
 * Evaluates a condition of the schema. Supports only the keywords that conditions in our schema use. A condition on the
 * value of a key is met if the map lacks the key.
 */
export function matches(condition: ValueSchema, node: YamlNode | undefined): boolean {
  const value = node?.kind === 'scalar' ? node.value : undefined;
  return (
    (condition.required ?? []).every((key) => getEntry(node, key) !== undefined) &&
    (condition.const === undefined || deepEqual(condition.const, value)) &&
    (condition.enum?.includes(value) ?? true) &&
    (condition.anyOf?.some((part) => matches(part, node)) ?? true) &&
    (condition.not === undefined || !matches(condition.not, node)) &&
    Object.entries(condition.properties ?? {}).every(([key, child]) => {
      const entry = getEntry(node, key);
      return entry === undefined || matches(child, entry.value);
    })
  );
}

/** A key that a map can have. */
export interface KnownKey {
  readonly key: string;
  readonly schema: ValueSchema;
  readonly isRequired: boolean;
}

/** Lists the keys that a map with these schemas can have, in the order of the schema. */
export function listKeys(schemas: readonly ValueSchema[]): KnownKey[] {
  const required = new Set(schemas.flatMap((parent) => parent.required ?? []));
  const keys = new Map<string, KnownKey>();
  for (const [key, child] of schemas.flatMap(({ properties = {} }) => Object.entries(properties))) {
    const resolved = resolveReference(child);
    // A schema without a description only adds a condition to a key that another schema describes.
    if (!keys.has(key) && resolved.description !== undefined) {
      keys.set(key, { key, schema: resolved, isRequired: required.has(key) });
    }
  }
  return [...keys.values()];
}
