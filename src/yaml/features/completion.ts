import * as l10n from '@vscode/l10n';
import { qualifyTableName } from '../../model/tables.ts';
import { formatDestinationType } from '../../text/sinkText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { quoteIfNeeded } from '../document/quoteIfNeeded.ts';
import { getSchemasAt, type KnownKey, listKeys, type ValueSchema } from '../document/schema.ts';
import { collectSymbols, functionKeys, getFunctionType, type SymbolKind } from '../document/symbols.ts';
import {
  followPath,
  getEntry,
  getItems,
  getStringValue,
  getValue,
  type TextRange,
  type YamlMap,
  type YamlNode,
} from '../document/YamlNode.ts';
import { YamlParser } from '../document/YamlParser.ts';
import { type CursorContext, cursorKey, findCursor } from './cursorContext.ts';
import { describeSchema } from './describeSchema.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value' | 'name' | 'table' | 'snippet';
  readonly detail?: string;
  /** Markdown. */
  readonly documentation?: string;
  /** The text to insert, in the syntax of VS Code's snippets. */
  readonly insertText: string;
  /** Completions are sorted by rank, then by label. Of keys, required ones come first, and deprecated ones last. */
  readonly rank: number;
  readonly isDeprecated?: boolean;
  /** Whether VS Code proposes the next completion right after the insertion, such as a value after its key. */
  readonly triggersSuggest?: boolean;
}

export interface Completions {
  readonly range: TextRange;
  readonly items: readonly Completion[];
}

/** The names that the connected server reports. */
export interface ServerNames {
  /** As `schema.table`. */
  readonly tables: readonly string[];
  readonly databases: readonly string[];
}

/** Proposes keys, values, names and snippets for an offset. */
export function complete(
  text: string,
  offset: number,
  serverNames: ServerNames,
  parser?: YamlParser,
): Completions | undefined {
  const cursor = findCursor(text, offset, parser);
  if (cursor === undefined) {
    return undefined;
  }
  const schemas = getSchemasAt(cursor.root, cursor.path);
  const hasKeys = schemas.some(({ properties }) => properties !== undefined);
  const isList = schemas.some(({ items }) => items !== undefined);
  const proposed =
    cursor.isKey && hasKeys
      ? proposeKeys(cursor, schemas)
      : cursor.isKey && isList
        ? proposeItems(cursor)
        : proposeValues(cursor, schemas, serverNames);
  return {
    range: cursor.word,
    items: proposed.map((item) => ({
      ...item,
      insertText: cursor.separator + item.insertText,
    })),
  };
}

function proposeKeys(cursor: CursorContext, schemas: readonly ValueSchema[]): Completion[] {
  const { root, path, hasColon, isInFlow, quote } = cursor;
  const map = root && followPath(root, path).at(-1)?.node;
  const keys = listKeys(schemas).flatMap(({ key, schema, isRequired }) => {
    const entry = getEntry(map, key);
    // A key that comes from a merge key can be replaced.
    return entry?.inherited === false || schema.doNotSuggest === true
      ? []
      : { key, schema, isRequired: isRequired && entry === undefined };
  });
  return [
    ...keys.map((key) => proposeKey(key, cursor)),
    // Not in brackets, because the text of a destination has several lines.
    ...(path[0] === 'sinks' && path.length === 2 && !hasColon && !isInFlow && quote === undefined
      ? proposeDestinations(map, cursor)
      : []),
  ];
}

function proposeKey({ key, schema, isRequired }: KnownKey, cursor: CursorContext): Completion {
  const isDeprecated = schema.deprecationMessage !== undefined;
  // In quotes, a colon would be inserted before the closing quote.
  const insertsColon = !cursor.hasColon && cursor.quote === undefined;
  return {
    label: key,
    kind: 'key',
    ...(isRequired ? { detail: l10n.t('required') } : {}),
    documentation: describeSchema(schema),
    insertText: insertsColon ? `${key}:${createValueStart(schema, cursor)}` : key,
    rank: isDeprecated ? 3 : isRequired ? 0 : 1,
    isDeprecated,
    triggersSuggest: insertsColon,
  };
}

/**
 * Creates the text after the colon of a key: for a map, a new line, and `type: ` if the map has that key; for a list, a
 * new line with a dash; for either in brackets or braces, a pair of its own around the cursor; for any other value, a
 * space.
 */
function createValueStart(schema: ValueSchema, { extraIndentation, isInFlow }: CursorContext): string {
  const types = [schema.type ?? []].flat();
  const newLine = `\n${' '.repeat(extraIndentation + 2)}`;
  const typeKey = schema.properties?.['type'] === undefined ? '' : 'type: ';
  if (types.includes('object')) {
    return isInFlow ? ` { ${typeKey}$0 }` : `${newLine}${typeKey}`;
  }
  if (types[0] === 'array') {
    return isInFlow ? ' [$0]' : `${newLine}- `;
  }
  return ' ';
}

/** Proposes the start of an item in a list of maps. */
function proposeItems(cursor: CursorContext): Completion[] {
  const { path, quote, hasColon } = cursor;
  if (quote !== undefined) {
    return [];
  }
  const [schema] = getSchemasAt(cursor.root, [...path, 0]);
  const [first] = listKeys(schema === undefined ? [] : [schema]).filter(({ isRequired }) => isRequired);
  return [
    ...(first === undefined
      ? []
      : [
          {
            label: `- ${first.key}`,
            kind: 'key',
            insertText: `- ${first.key}${hasColon ? '' : ': '}`,
            rank: 0,
          } as const,
        ]),
    ...(path.length === 1 && path[0] === 'sinks' && !hasColon
      ? listDestinationTypes().map((type) => createSinkSnippet(type, cursor))
      : []),
  ];
}

/** Proposes the destination of a sink, or the whole sink if it is empty, for each type. */
function proposeDestinations(sink: YamlNode | undefined, cursor: CursorContext): Completion[] {
  const keys = sink?.kind === 'map' ? sink.entries.filter(({ key }) => key !== cursorKey) : [];
  if (keys.length === 0) {
    return listDestinationTypes().map((type) => createSinkSnippet(type, cursor));
  }
  return getEntry(sink, 'destination') === undefined
    ? listDestinationTypes().map((type) => ({
        label: `destination: ${type}`,
        kind: 'snippet',
        detail: formatDestinationType(type),
        insertText: createDestination(type, cursor.extraIndentation),
        rank: 2,
      }))
    : [];
}

function listDestinationTypes(): string[] {
  const [schema] = getSchemasAt(undefined, ['sinks', 0, 'destination', 'type']);
  // Without the deprecated name of `redis_stream`, and the type that only development builds of Sequin have.
  return (schema?.enum ?? []).map(String).filter((type) => !['redis', 'benchmark'].includes(type));
}

function createSinkSnippet(type: string, { path, extraIndentation, root }: CursorContext): Completion {
  const isInItem = path.length > 1;
  const dash = isInItem ? '' : '- ';
  const indentation = extraIndentation + dash.length;
  const newLine = `\n${' '.repeat(indentation)}`;
  const database = root && collectSymbols(root).definitions.find(({ kind }) => kind === 'database')?.name;
  return {
    label: `sink: ${type}`,
    kind: 'snippet',
    detail: formatDestinationType(type),
    insertText: [
      `${dash}name: \${1:name}`,
      `database: \${2:${database === undefined ? '' : escapeSnippet(quoteIfNeeded(database))}}`,
      `source:${newLine}  include_tables:${newLine}    - \${3:public.table}`,
      createDestination(type, indentation, 4),
    ].join(newLine),
    rank: 2,
  };
}

/** The keys that a destination needs, with placeholders for their values. */
function createDestination(type: string, indentation: number, firstPlaceholder = 1): string {
  const newLine = `\n${' '.repeat(indentation + 2)}`;
  const keys = listDestinationKeys(type).map(
    ({ key, schema }, index) => `${key}: \${${index + firstPlaceholder}:${getExample(key, schema)}}`,
  );
  return [`destination:`, `type: ${type}`, ...keys].join(newLine);
}

function listDestinationKeys(type: string): KnownKey[] {
  const { root } = new YamlParser().parse(`sinks: [{ destination: { type: ${type} } }]`);
  return listKeys(getSchemasAt(root, ['sinks', 0, 'destination'])).filter(
    ({ key, isRequired }) => isRequired && key !== 'type',
  );
}

function getExample(key: string, schema: ValueSchema): string {
  const example = schema.default ?? schema.examples?.[0];
  return typeof example === 'string' || typeof example === 'number'
    ? escapeSnippet(formatValue(example, undefined))
    : key;
}

function proposeValues(
  cursor: CursorContext,
  schemas: readonly ValueSchema[],
  serverNames: ServerNames,
): Completion[] {
  return [
    ...proposeReferences(cursor, serverNames),
    ...proposeTables(cursor, serverNames),
    ...schemas.flatMap((schema) => proposeValuesOfSchema(schema, cursor)),
  ];
}

function proposeValuesOfSchema(schema: ValueSchema, { quote }: CursorContext): Completion[] {
  const types = [schema.type ?? []].flat();
  const values = schema.enum ?? [
    ...(types.includes('boolean') ? [true, false] : []),
    ...(schema.examples ?? []).filter((value) => typeof value !== 'boolean'),
  ];
  return values.flatMap((value, index) => {
    if (quote !== undefined && typeof value !== 'string') {
      return [];
    }
    const description = schema.enumDescriptions?.[index];
    const text = formatValue(value, quote);
    return {
      label: text,
      kind: 'value',
      insertText: escapeSnippet(text),
      rank: index,
      ...(description === undefined ? {} : { detail: description }),
      ...(value === schema.default ? { detail: l10n.t('default') } : {}),
    };
  });
}

const referenceKinds: Readonly<Record<string, SymbolKind>> = {
  database: 'database',
  source_database: 'database',
  destination_database: 'database',
  http_endpoint: 'httpEndpoint',
  ...Object.fromEntries(functionKeys.map((key) => [key, 'function'])),
};

/** Proposes the names that a key can refer to. */
function proposeReferences({ root, path, quote }: CursorContext, { databases }: ServerNames): Completion[] {
  const key = String(path.at(-1));
  const isReference = (path[0] === 'sinks' || path[0] === 'change_retentions') && path.length > 2;
  const kind = isReference && Object.hasOwn(referenceKinds, key) ? referenceKinds[key] : undefined;
  if (kind === undefined || root === undefined || (key === 'database' && path.length > 3)) {
    return [];
  }
  const names = collectSymbols(root)
    .definitions.filter((definition) => definition.kind === kind)
    .filter(({ node }) => kind !== 'function' || fitsFunctionKey(key, node))
    .map(({ name }) => name);
  const otherNames = kind === 'database' ? databases : kind === 'function' ? ['none'] : [];
  return proposeNames([...names, ...otherNames], 'name', quote);
}

function proposeNames(
  names: readonly string[],
  kind: 'name' | 'table',
  quote: CursorContext['quote'],
): Completion[] {
  return [...new Set(names)].map((name, rank) => ({
    label: toDisplayText(name),
    kind,
    insertText: escapeSnippet(formatValue(name, quote)),
    rank,
  }));
}

function fitsFunctionKey(key: string, node: YamlNode): boolean {
  const type = getFunctionType(node);
  return key === 'transform' ? type === 'transform' || type === 'path' : type === key;
}

/**
 * Proposes the tables that the file mentions or the server reports; for `include_schemas` and `exclude_schemas`, only the
 * names of their Postgres schemas.
 */
function proposeTables({ root, path, quote }: CursorContext, { tables }: ServerNames): Completion[] {
  const keys = path
    .filter((part) => typeof part === 'string')
    .slice(1)
    .join('.');
  const isTable = /^(?:source\.(?:include|exclude)_tables|tables\.name|initial_backfill\.table|table)$/.test(
    keys,
  );
  const isSchema = /^source\.(?:include|exclude)_schemas$/.test(keys);
  if (path[0] !== 'sinks' || root === undefined || !(isTable || isSchema)) {
    return [];
  }
  const names = [...listTables(root), ...tables].sort();
  return proposeNames(
    isTable ? names : names.map((name) => name.slice(0, name.indexOf('.'))),
    'table',
    quote,
  );
}

/** The tables that the sinks in a file mention, as `schema.table`. */
function listTables(root: YamlMap): string[] {
  return getItems(getValue(root, 'sinks')).flatMap((sink) => {
    const source = getValue(sink, 'source');
    const nodes = [
      getValue(sink, 'table'),
      ...getItems(getValue(source, 'include_tables')),
      ...getItems(getValue(source, 'exclude_tables')),
      ...getItems(getValue(sink, 'tables')).map((item) => getValue(item, 'name')),
      ...getItems(getValue(sink, 'initial_backfill')).map((item) => getValue(item, 'table')),
    ];
    return nodes
      .map(getStringValue)
      .filter((name) => name !== undefined && name !== '' && !name.includes('$'))
      .map((name) => qualifyTableName(name ?? ''));
  });
}

/** Formats a value for the quotes around the cursor; without these, as a scalar with quotes of its own if needed. */
function formatValue(value: unknown, quote: CursorContext['quote']): string {
  const text = String(value);
  switch (quote) {
    case '"':
      return JSON.stringify(text).slice(1, -1);
    case "'":
      return text.replaceAll("'", "''");
    default:
      return typeof value === 'string' ? quoteIfNeeded(text) : text;
  }
}

/** Escapes a text for the syntax of VS Code's snippets. */
function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, '\\$&');
}
