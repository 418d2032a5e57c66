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
  type TextRange,
  type YamlMap,
  type YamlNode,
  type YamlPath,
} from '../document/YamlNode.ts';
import type { ParsedYaml } from '../document/YamlParser.ts';

/** The largest request body that Sequin accepts, in bytes. It rejects 9 MB (recording q09). */
const maxBodyBytes = 8_000_000;

/** The sources of the values that a file refers to. */
export interface ConfigSources {
  readonly getVariable: (name: string) => string | undefined;
  /** Reads a code file; undefined if it can't be read. The path has no variables, and may be relative to the YAML file. */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

/** A configuration as it is sent: without variables and code files, which Sequin's server doesn't support. */
export interface ResolvedConfig {
  readonly yaml: string;
  /** The value of the configuration, by section. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The position of the first masked secret, which must not be applied; undefined if there is none. */
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
 * Lists the variables of a file in the order of their first use. A variable is required if any use has neither a default
 * (`:-`, `:=`) nor a replacement (`:+`).
 */
export function listUsedVariables(root: YamlMap): UsedVariable[] {
  const variables = listScalars(root)
    .filter(mayHaveVariables)
    .flatMap(({ node }) => findVariables(String(node.value)))
    .map(({ name, operator }) => ({ name, isRequired: !/[-=+]/.test(operator) }));
  const required = new Set(variables.flatMap(({ name, isRequired }) => (isRequired ? [name] : [])));
  return [...new Set(variables.map(({ name }) => name))].map((name) => ({
    name,
    isRequired: required.has(name),
  }));
}

/**
 * Substitutes variables and inlines code files as Sequin's CLI 0.14.6 does, and writes the result without anchors, which
 * the server's parser misreads.
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
    throw new ConfigError(message, problem?.range ?? { start: 0, end: 0 });
  }
  const tooLarge = new ConfigError(l10n.t('The file is too large for Sequin.'), { start: 0, end: 0 });
  let maskedSecret: TextRange | undefined;
  let length = 0;
  const code = await readCodeFiles(root, getVariable, readFile);

  // Aliases can repeat a long text so often that the result doesn't fit into memory.
  const addLength = (text: string): void => {
    length += text.length;
    if (length > maxBodyBytes) {
      throw tooLarge;
    }
  };

  const resolve = (node: YamlNode, path: YamlPath): unknown => {
    switch (node.kind) {
      case 'list':
        return node.items.map((item, index) => resolve(item, [...path, index]));
      case 'map': {
        const inlined = code.get(node);
        if (inlined !== undefined) {
          addLength(inlined);
        }
        const entries = node.entries
          .filter(({ key }) => inlined === undefined || (key !== 'file' && key !== 'code'))
          .map(({ key, value }) => {
            addLength(key);
            return [key, resolve(value, [...path, key])];
          });
        return Object.fromEntries(
          inlined === undefined ? entries : [...entries, ['code', inlined]],
        ) as unknown;
      }
      case 'scalar': {
        const value = mayHaveVariables({ node, path })
          ? substitute(String(node.value), node.range, getVariable)
          : node.value;
        addLength(String(value));
        if (typeof value === 'string' && looksMasked(path, value)) {
          maskedSecret ??= node.range;
        }
        return value;
      }
    }
  };

  const value = resolve(root, []) as Readonly<Record<string, unknown>>;
  const yaml = stringify(value, {
    aliasDuplicateObjects: false,
    lineWidth: 0,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    doubleQuotedAsJSON: true,
  });
  if (Buffer.byteLength(JSON.stringify({ yaml })) > maxBodyBytes) {
    throw tooLarge;
  }
  return { yaml, value, maskedSecret };
}

/** Reads the code files of functions; nothing else can have one. */
async function readCodeFiles(
  root: YamlMap,
  getVariable: ConfigSources['getVariable'],
  readFile: ConfigSources['readFile'],
): Promise<ReadonlyMap<YamlNode, string>> {
  const code = new Map<YamlNode, string>();
  for (const node of getItems(getValue(root, 'functions'))) {
    if (code.has(node)) {
      // An alias of a function that was already read.
      continue;
    }
    const pathNode = getValue(node, 'file');
    const writtenPath = getStringValue(pathNode);
    if (pathNode !== undefined && writtenPath !== undefined) {
      const { range } = pathNode;
      const path = substitute(writtenPath, range, getVariable);
      const text = await readFile(path);
      if (text === undefined) {
        throw new ConfigError(
          l10n.t('The file {0} doesn’t exist, can’t be read or is too large.', toDisplayText(path)),
          range,
        );
      }
      code.set(node, text);
    }
  }
  return code;
}

function substitute(text: string, range: TextRange, getVariable: ConfigSources['getVariable']): string {
  const isUnsupported = findVariables(text).some(({ isOpen, operand }) => isOpen || operand.includes('${'));
  if (isUnsupported) {
    throw new ConfigError(
      l10n.t('The variable has no closing brace, or it contains another variable.'),
      range,
    );
  }
  return substituteVariables(text, getVariable);
}

/**
 * Whether a value looks like a masked secret. Where the schema doesn't mark a secret, only 4 or more asterisks count, so
 * that ordinary text isn't taken for a mask.
 */
function looksMasked(path: YamlPath, value: string): boolean {
  return isSecret(path, value)
    ? isMasked(value)
    : !path.includes('code') && /^[^]{1,3}\*{4,20}[^]$/.test(value);
}
