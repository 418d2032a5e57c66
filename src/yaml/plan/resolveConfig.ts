import * as l10n from '@vscode/l10n';
import { stringify } from 'yaml';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { listScalars, mayHaveVariables } from '../document/listScalars.ts';
import { isMasked, isSecret } from '../document/secrets.ts';
import { findVariables, substituteVariables } from '../document/variables.ts';
import {
  getString,
  type TextRange,
  type YamlMap,
  type YamlNode,
  type YamlPath,
} from '../document/YamlNode.ts';
import type { ParsedYaml } from '../document/YamlParser.ts';

/** Sequin rejects larger bodies (recording q09). */
const maxLength = 7_000_000;

/** Where the values come from that a file refers to. */
export interface ConfigSources {
  readonly getVariable: (name: string) => string | undefined;
  /** Reads a code file by its path in the file; undefined if there is none. */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

/** A configuration as it is sent: Sequin's server knows no variables and no code files. */
export interface ResolvedConfig {
  readonly yaml: string;
  /** The value of the configuration, by section. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The position of the first masked secret, which must not be applied; undefined if there is none. */
  readonly maskedSecret: TextRange | undefined;
}

/** Why a file can't be sent. */
export class ConfigError extends Error {
  readonly range: TextRange;

  constructor(message: string, range: TextRange) {
    super(message);
    this.range = range;
  }
}

/** A variable that a file uses, and whether it has no default. */
export interface UsedVariable {
  readonly name: string;
  readonly isRequired: boolean;
}

/** Lists the variables of a file, in its order. */
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
 * @throws ConfigError
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
  let maskedSecret: TextRange | undefined;
  const code = await readCodeFiles(root, getVariable, readFile);

  const resolve = (node: YamlNode, path: YamlPath): unknown => {
    switch (node.kind) {
      case 'list':
        return node.items.map((item, index) => resolve(item, [...path, index]));
      case 'map': {
        const inlined = code.get(node);
        const entries = node.entries
          .filter(({ key }) => inlined === undefined || (key !== 'file' && key !== 'code'))
          .map(({ key, value }) => [key, resolve(value, [...path, key])]);
        return Object.fromEntries(
          inlined === undefined ? entries : [...entries, ['code', inlined]],
        ) as unknown;
      }
      case 'scalar': {
        const value = mayHaveVariables({ node, path })
          ? substitute(String(node.value), node.range, getVariable)
          : node.value;
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
  if (yaml.length > maxLength) {
    throw new ConfigError(l10n.t('The file is too large for Sequin.'), { start: 0, end: 0 });
  }
  return { yaml, value, maskedSecret };
}

/** Reads the code files of functions, the only place for them. */
async function readCodeFiles(
  root: YamlMap,
  getVariable: ConfigSources['getVariable'],
  readFile: ConfigSources['readFile'],
): Promise<ReadonlyMap<YamlNode, string>> {
  const functions = root.entries.find(({ key }) => key === 'functions')?.value;
  const code = new Map<YamlNode, string>();
  for (const node of functions?.kind === 'list' ? functions.items : []) {
    const written = getString(node, 'file');
    const range =
      node.kind === 'map' ? node.entries.find(({ key }) => key === 'file')?.value.range : undefined;
    if (written !== undefined && range !== undefined) {
      const path = substitute(written, range, getVariable);
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
    throw new ConfigError(l10n.t('The variable has no closing brace, or it contains another one.'), range);
  }
  return substituteVariables(text, getVariable);
}

/** Whether a value is the mask of a secret. A value that the schema doesn't call a secret needs more asterisks. */
function looksMasked(path: YamlPath, value: string): boolean {
  return isSecret(path, value)
    ? isMasked(value)
    : !path.includes('code') && /^[^]{1,3}\*{4,20}[^]$/.test(value);
}
