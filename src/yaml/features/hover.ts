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

/** The hover at an offset. Each part is Markdown. */
export interface YamlHover {
  readonly range: TextRange;
  readonly parts: readonly string[];
  /** The name of the sink at the offset; undefined if there is none. */
  readonly sinkName?: string;
}

interface HoverOptions {
  readonly environment: Variables;
  /** Whether to describe keys and their values. False if the YAML extension already describes them. */
  readonly describesKeys: boolean;
}

/** Describes what is at an offset: a variable, a name, a key, or a value that the schema lists. */
export function createHover(
  file: YamlFile,
  offset: number,
  { environment, describesKeys }: HoverOptions,
): YamlHover | undefined {
  const location = findLocation(file.root, offset);
  if (location === undefined) {
    return undefined;
  }
  const variable = location.isKey ? undefined : findVariableAt(file, location, offset);
  if (variable !== undefined) {
    return { range: variable.range, parts: [describeVariable(variable, environment)] };
  }
  const symbol = location.isKey ? undefined : findSymbolAt(file, offset);
  if (symbol !== undefined) {
    return describeSymbol(file, symbol);
  }
  return describesKeys ? describeKeyOrValue(file, location) : undefined;
}

function findVariableAt(
  { text }: YamlFile,
  { node, path }: YamlLocation,
  offset: number,
): YamlVariable | undefined {
  return node.kind !== 'scalar' || path.includes('code')
    ? undefined
    : findVariables(text, node.range).find(({ range }) => range.start <= offset && offset <= range.end);
}

/** Describes a key, or a value if the schema lists the possible values. */
function describeKeyOrValue({ root }: YamlFile, location: YamlLocation): YamlHover | undefined {
  const { path, node, entry, isKey } = location;
  const range = isKey ? entry?.keyRange : node.range;
  const [schema] = getSchemasAt(root, path).filter(({ description }) => description);
  return schema === undefined || range === undefined || !(isKey || schema.enum)
    ? undefined
    : { range, parts: [describeSchema(schema)] };
}

/** Describes whether a variable is set. Doesn't show its value, since most variables in these files are secrets. */
function describeVariable({ name, operator, operand }: YamlVariable, environment: Variables): string {
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
  const ownerNames = symbols.references
    .filter(({ kind, name }) => kind === symbol.kind && name === symbol.name)
    .map(({ owner }) => symbols.definitions.find(({ node }) => node === owner)?.name)
    .filter((name) => name !== undefined);
  const ownerList = [...new Set(ownerNames)].map(escapeMarkdown).join(', ');
  const { kind, name, range } = symbol;
  return {
    range,
    parts:
      kind === 'sink' || kind === 'changeRetention'
        ? []
        : [
            ownerList === ''
              ? l10n.t('Not used by any sink in this file.')
              : l10n.t('Used by {0}.', ownerList),
          ],
    ...(kind === 'sink' ? { sinkName: name } : {}),
  };
}

/** Formats text as inline code in Markdown. */
function formatCode(text: string): string {
  return `\`${toDisplayText(text).replaceAll('`', ' ') || ' '}\``;
}
