import { matches, type NodeWithSchemas, type ValueSchema } from '../document/schema.ts';
import { getEntry, type YamlMap, type YamlNode, type YamlStep } from '../document/YamlNode.ts';

/** A keyword of the JSON Schema that a value violates. */
export interface Violation {
  readonly keyword: keyof ValueSchema;
  /** The schema with the keyword. */
  readonly schema: ValueSchema;
  /** The nodes from the root to the value. */
  readonly steps: readonly YamlStep[];
  /** The missing or unknown key. */
  readonly key?: string;
  /** The key that requires the missing key; only for the keyword `dependencies`. */
  readonly requiredBy?: string;
}

type Finding = Omit<Violation, 'steps' | 'schema'>;

/**
 * Validates the nodes of a file against the schemas that apply to them. Supports the keywords of `ValueSchema`. A unit
 * test compares the result with that of the validator ajv, which isn't used here, because its code for our JSON Schema
 * would make up a tenth of the package.
 */
export function findViolations(nodes: readonly NodeWithSchemas[]): Violation[] {
  return nodes.flatMap(({ node, schemas, steps }) =>
    schemas.flatMap((schema) => validate(node, schema).map((finding) => ({ ...finding, schema, steps }))),
  );
}

function validate(node: YamlNode, schema: ValueSchema): Finding[] {
  const { type = [] } = schema;
  const types = typeof type === 'string' ? [type] : type;
  if (types.length > 0 && !types.some((name) => hasType(node, name))) {
    return [{ keyword: 'type' }];
  }
  return [
    ...listViolatedKeywords(node, schema).map((keyword) => ({ keyword })),
    ...(node.kind === 'map' ? validateMap(node, schema) : []),
  ];
}

function hasType(node: YamlNode, type: string): boolean {
  const value = node.kind === 'scalar' ? node.value : undefined;
  switch (type) {
    case 'object':
      return node.kind === 'map';
    case 'array':
      return node.kind === 'list';
    case 'null':
      return value === null;
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** Lists the keywords that a value of the right type violates, except for those about the keys of a map. */
function listViolatedKeywords(node: YamlNode, schema: ValueSchema): Violation['keyword'][] {
  const value = node.kind === 'scalar' ? node.value : undefined;
  const { pattern, minLength = 0, maxLength = Infinity, minimum = -Infinity, maximum = Infinity } = schema;
  const isViolated = {
    enum: schema.enum?.includes(value) === false,
    const: schema.const !== undefined && schema.const !== value,
    not: schema.not !== undefined && matches(schema.not, node),
    ...(node.kind === 'list' && {
      minItems: node.items.length < (schema.minItems ?? 0),
      maxItems: node.items.length > (schema.maxItems ?? Infinity),
    }),
    ...(typeof value === 'string' && {
      pattern: pattern !== undefined && !getPattern(pattern).test(value),
      minLength: value.length < minLength,
      maxLength: countCharacters(value, maxLength) > maxLength,
    }),
    ...((typeof value === 'number' || typeof value === 'bigint') && {
      minimum: value < minimum,
      maximum: value > maximum,
    }),
  };
  return (Object.keys(isViolated) as (keyof typeof isViolated)[]).filter((keyword) => isViolated[keyword]);
}

function validateMap(map: YamlMap, schema: ValueSchema): Finding[] {
  const isMissing = (key: string): boolean => getEntry(map, key) === undefined;
  const unknown =
    schema.additionalProperties === false
      ? map.entries.filter(({ key }) => !Object.hasOwn(schema.properties ?? {}, key))
      : [];
  return [
    ...(schema.required ?? []).filter(isMissing).map((key) => ({ keyword: 'required', key }) as const),
    ...unknown.map(({ key }) => ({ keyword: 'additionalProperties', key }) as const),
    ...Object.entries(schema.dependencies ?? {}).flatMap(([requiredBy, keys]) =>
      Array.isArray(keys) && !isMissing(requiredBy)
        ? (keys as readonly string[])
            .filter(isMissing)
            .map((key) => ({ keyword: 'dependencies', key, requiredBy }) as const)
        : [],
    ),
  ];
}

/**
 * Counts code points, because JSON Schema limits their number. If the text has at most `limit` UTF-16 units, returns
 * the number of units to save time: there can't be more code points than units.
 */
function countCharacters(text: string, limit: number): number {
  return text.length <= limit ? text.length : Array.from(text).length;
}

const patterns = new Map<string, RegExp>();

function getPattern(source: string): RegExp {
  const pattern = patterns.get(source) ?? new RegExp(source, 'u');
  patterns.set(source, pattern);
  return pattern;
}
