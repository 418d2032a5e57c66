import * as l10n from '@vscode/l10n';
import { stringify } from 'yaml';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { listScalars, mayHaveVariables } from '../document/listNodes.ts';
import { isMasked, isSecret } from '../document/secrets.ts';
import { findVariables, substituteVariables } from '../document/variables.ts';
import {
  getItems,
  getStringValue,
  getValue,
  type ParsedYaml,
  type Scalar,
  type TextRange,
  type YamlMap,
  type YamlNode,
  type YamlPath,
  type YamlScalar,
} from '../document/YamlNode.ts';

/** The maximum size of a request body, in bytes. Sequin rejects 9 MB (recording q09). */
const maxBodyBytes = 8_000_000;

/** The sources of the values that a file refers to. */
export interface ConfigSources {
  readonly getVariable: (name: string) => string | undefined;
  /**
   * Reads a code file; undefined if it can't be read. The path has no variables. A relative path starts in the folder
   * of the YAML file.
   */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

/**
 * A configuration as it is sent to Sequin's server. It has no variables and no code files, because the server supports
 * neither.
 */
export interface ResolvedConfig {
  readonly yaml: string;
  /** The value of the configuration, by section. */
  readonly value: Readonly<Record<string, unknown>>;
  /**
   * The position of the first masked secret; undefined if there is none. A configuration with a masked secret must not
   * be applied.
   */
  readonly maskedSecret: TextRange | undefined;
}

/** The reason why a file can't be sent, as a message for the user. */
export class ConfigError extends Error {
  /** The position in the file that the message is about. */
  readonly range: TextRange;

  constructor(message: string, range: TextRange) {
    super(message);
    this.range = range;
  }
}

/** A variable that a file uses, and whether a value is required for it. */
export interface UsedVariable {
  readonly name: string;
  readonly isRequired: boolean;
}

/**
 * Lists the variables of a file in the order of their first use. A variable is required if it is used anywhere without
 * a default (`:-`, `:=`) or a replacement (`:+`).
 */
export function listUsedVariables(root: YamlMap): UsedVariable[] {
  const isRequired = new Map<string, boolean>();
  for (const { node } of listScalars(root).filter(mayHaveVariables)) {
    for (const { name, operator } of findVariables(String(node.value))) {
      isRequired.set(name, isRequired.get(name) === true || !/[-=+]/.test(operator));
    }
  }
  return [...isRequired].map(([name, required]) => ({ name, isRequired: required }));
}

/**
 * Substitutes variables and inlines code files as Sequin's CLI 0.14.6 does, and writes the result without anchors,
 * because the server's parser misreads them.
 * @throws {ConfigError} if the YAML is invalid, a code file can't be read, a variable isn't supported, or the result is
 * too large.
 */
export async function resolveConfig(
  { root, problems }: ParsedYaml,
  { getVariable, readFile }: ConfigSources,
): Promise<ResolvedConfig> {
  const [problem] = problems;
  if (problem !== undefined || root === undefined) {
    const message = problem?.message ?? l10n.t('The file is too large, or nested too deeply.');
    throw new ConfigError(message, problem?.range ?? startOfFile);
  }
  const codeByFunction = await readCodeFiles(root, getVariable, readFile);
  const resolver = new ConfigResolver(codeByFunction, getVariable);
  const value = resolver.resolve(root, []) as ResolvedConfig['value'];
  const yaml = stringify(value, {
    aliasDuplicateObjects: false,
    lineWidth: 0,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    doubleQuotedAsJSON: true,
  });
  assertLength(Buffer.byteLength(JSON.stringify({ yaml })));
  return { yaml, value, maskedSecret: resolver.maskedSecret };
}

const startOfFile: TextRange = { start: 0, end: 0 };

function assertLength(length: number): void {
  if (length > maxBodyBytes) {
    throw new ConfigError(l10n.t('The file is too large for Sequin.'), startOfFile);
  }
}

/** Converts nodes to values without variables, and with the code of functions in place of their files. */
class ConfigResolver {
  /** The contents of the code files, by the node of the function. */
  readonly #codeByFunction: ReadonlyMap<YamlNode, string>;
  readonly #getVariable: ConfigSources['getVariable'];
  #length = 0;
  /** The position of the first masked secret. */
  maskedSecret: TextRange | undefined;

  constructor(codeByFunction: ReadonlyMap<YamlNode, string>, getVariable: ConfigSources['getVariable']) {
    this.#codeByFunction = codeByFunction;
    this.#getVariable = getVariable;
  }

  resolve(node: YamlNode, path: YamlPath): unknown {
    switch (node.kind) {
      case 'list':
        return node.items.map((item, index) => this.resolve(item, [...path, index]));
      case 'map':
        return Object.fromEntries(this.#resolveEntries(node, path));
      case 'scalar':
        return this.#resolveScalar(node, path);
    }
  }

  #resolveEntries(map: YamlMap, path: YamlPath): [key: string, value: unknown][] {
    const code = this.#codeByFunction.get(map);
    const entries = map.entries
      .filter(({ key }) => code === undefined || (key !== 'file' && key !== 'code'))
      .map(({ key, value }): [string, unknown] => [this.#count(key), this.resolve(value, [...path, key])]);
    return code === undefined ? entries : [...entries, ['code', this.#count(code)]];
  }

  #resolveScalar(node: YamlScalar, path: YamlPath): Scalar {
    const value = mayHaveVariables({ node, path })
      ? substitute(String(node.value), node.range, this.#getVariable)
      : node.value;
    this.#count(String(value));
    if (typeof value === 'string' && looksMasked(path, value)) {
      this.maskedSecret ??= node.range;
    }
    return value;
  }

  /**
   * Adds the length of a string to the total, and returns the string. The total is limited because aliases can repeat a
   * long string so often that the result doesn't fit into memory.
   */
  #count(text: string): string {
    this.#length += text.length;
    assertLength(this.#length);
    return text;
  }
}

/** Reads the code files of functions. Only functions can have code files. */
async function readCodeFiles(
  root: YamlMap,
  getVariable: ConfigSources['getVariable'],
  readFile: ConfigSources['readFile'],
): Promise<ReadonlyMap<YamlNode, string>> {
  const codeByFunction = new Map<YamlNode, string>();
  // Through an alias, the same function can occur several times.
  for (const node of new Set(getItems(getValue(root, 'functions')))) {
    const pathNode = getValue(node, 'file');
    const writtenPath = getStringValue(pathNode);
    if (pathNode !== undefined && writtenPath !== undefined) {
      const { range } = pathNode;
      const path = substitute(writtenPath, range, getVariable);
      const text = await readFile(path);
      if (text === undefined) {
        const displayedPath = toDisplayText(path);
        throw new ConfigError(
          l10n.t('The file {0} doesn’t exist, can’t be read or is too large.', displayedPath),
          range,
        );
      }
      codeByFunction.set(node, text);
    }
  }
  return codeByFunction;
}

function substitute(text: string, range: TextRange, getVariable: ConfigSources['getVariable']): string {
  const isUnsupported = findVariables(text).some(({ isOpen, operand }) => isOpen || operand.includes('${'));
  if (isUnsupported) {
    const message = l10n.t('The variable has no closing brace, or it contains another variable.');
    throw new ConfigError(message, range);
  }
  return substituteVariables(text, getVariable);
}

/**
 * Whether a value looks like a masked secret. If the schema doesn't mark the key as secret, a mask must have at least
 * four asterisks, so that ordinary text isn't taken for a mask.
 */
function looksMasked(path: YamlPath, value: string): boolean {
  return isSecret(path, value)
    ? isMasked(value)
    : !path.includes('code') && /^[^]{1,3}\*{4,20}[^]$/.test(value);
}
