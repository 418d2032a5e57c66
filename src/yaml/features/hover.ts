import * as l10n from '@vscode/l10n';
import { getVariable, type Variables } from '../../shared/environment.ts';
import { escapeMarkdown } from '../../text/escapeMarkdown.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { getSchemasAt } from '../document/schema.ts';
import type { SymbolDefinition } from '../document/symbols.ts';
import { findVariables, type YamlVariable } from '../document/variables.ts';
import { findLocation, type TextRange, type YamlLocation } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';
import { describeSchema } from './describeSchema.ts';
import { findSymbolAt } from './navigation.ts';

/** The hover at an offset, in parts of Markdown. */
export interface YamlHover {
  readonly range: TextRange;
  readonly parts: readonly string[];
  /** The name at the offset, if it is that of a sink. */
  readonly sinkName?: string;
}

interface HoverOptions {
  readonly environment: Variables;
  /** Whether to describe keys and values by the schema. */
  readonly withSchema: boolean;
}

/** Describes what is at an offset: a variable, the name of a sink, a key or one of its values. */
export function createHover(
  file: YamlFile,
  offset: number,
  { environment, withSchema }: HoverOptions,
): YamlHover | undefined {
  const location = findLocation(file.root, offset);
  if (location === undefined) {
    return undefined;
  }
  const variable = location.isKey ? undefined : describeVariable(file, location, offset, environment);
  if (variable !== undefined) {
    return variable;
  }
  const symbol = location.isKey ? undefined : findSymbolAt(file, offset);
  if (symbol !== undefined) {
    return describeSymbol(file, symbol);
  }
  const range = location.isKey ? location.entry?.keyRange : location.node.range;
  const [schema] = getSchemasAt(file.root, location.path).filter(({ description }) => description);
  return schema === undefined || range === undefined || !withSchema || !(location.isKey || schema.enum)
    ? undefined
    : { range, parts: [describeSchema(schema)] };
}

function describeVariable(
  { text }: YamlFile,
  { node, path }: YamlLocation,
  offset: number,
  environment: Variables,
): YamlHover | undefined {
  if (node.kind !== 'scalar' || path.includes('code')) {
    return undefined;
  }
  const variable = findVariables(text, node.range).find(
    ({ range }) => range.start <= offset && offset <= range.end,
  );
  return variable && { range: variable.range, parts: [describeValue(variable, environment)] };
}

/** Describes whether a variable is set. Doesn't show its value, since most variables in these files are secrets. */
function describeValue(
  { name, operator, operand }: Pick<YamlVariable, 'name' | 'operator' | 'operand'>,
  environment: Variables,
): string {
  const value = getVariable(environment, name);
  const isUnset = value === undefined || (operator.startsWith(':') && value === '');
  if (isUnset && /[-=]/.test(operator)) {
    return l10n.t(
      '{0} isn’t set in VS Code’s environment. The default is {1}.',
      formatCode(name),
      formatCode(operand),
    );
  }
  return isUnset
    ? l10n.t('{0} isn’t set in VS Code’s environment.', formatCode(name))
    : l10n.t('{0} is set in VS Code’s environment.', formatCode(name));
}

function describeSymbol(
  { symbols }: YamlFile,
  symbol: Pick<SymbolDefinition, 'kind' | 'name' | 'range'>,
): YamlHover {
  const users = symbols.references
    .filter(({ kind, name }) => kind === symbol.kind && name === symbol.name)
    .map(({ owner }) => symbols.definitions.find(({ node }) => node === owner)?.name)
    .filter((name) => name !== undefined);
  const names = [...new Set(users)].map(escapeMarkdown).join(', ');
  const { kind, name, range } = symbol;
  return {
    range,
    parts:
      kind === 'sink' || kind === 'changeRetention'
        ? []
        : [names === '' ? l10n.t('Used by no sink in this file.') : l10n.t('Used by {0}.', names)],
    ...(kind === 'sink' ? { sinkName: name } : {}),
  };
}

/** Formats a text as inline code in Markdown. */
function formatCode(text: string): string {
  return `\`${toDisplayText(text).replaceAll('`', ' ') || ' '}\``;
}
