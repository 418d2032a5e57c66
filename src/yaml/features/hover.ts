import * as l10n from '@vscode/l10n';
import { escapeMarkdown } from '../../text/escapeMarkdown.ts';
import { getSchemasAt } from '../document/schema.ts';
import { findSymbolAt, type SymbolDefinition } from '../document/symbols.ts';
import { findVariables } from '../document/variables.ts';
import { findLocation, type TextRange, type YamlLocation } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';
import { describeSchema } from './describeSchema.ts';

/** The hover at an offset, in parts of Markdown. */
export interface YamlHover {
  readonly range: TextRange;
  readonly parts: readonly string[];
  /** The sink whose name it is, if it is one. */
  readonly sinkName?: string;
}

interface HoverOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
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
  const symbol = location.isKey ? undefined : findSymbolAt(file.symbols, offset);
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
  environment: HoverOptions['environment'],
): YamlHover | undefined {
  if (node.kind !== 'scalar' || path.includes('code')) {
    return undefined;
  }
  const { start, end } = node.range;
  const variables = findVariables(text.slice(start, end)).map(({ range, ...variable }) => ({
    ...variable,
    range: { start: start + range.start, end: start + range.end },
  }));
  const found = variables.find(({ range }) => range.start <= offset && offset <= range.end);
  return found && { range: found.range, parts: [describeValue(found.name, environment[found.name], found)] };
}

/** Doesn't show the value of a variable, since most variables in these files are secrets. */
function describeValue(
  name: string,
  value: string | undefined,
  { operator, operand }: { readonly operator: string; readonly operand: string },
): string {
  const isUnset = value === undefined || (operator.startsWith(':') && value === '');
  if (isUnset && /[-=]/.test(operator)) {
    return l10n.t('{0} isn’t set in VS Code’s environment. The default is {1}.', code(name), code(operand));
  }
  return isUnset
    ? l10n.t('{0} isn’t set in VS Code’s environment.', code(name))
    : l10n.t('{0} is set in VS Code’s environment.', code(name));
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

function code(text: string): string {
  return `\`${text.replaceAll(/[`\n]/g, ' ') || ' '}\``;
}
