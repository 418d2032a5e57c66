import { formatDestinationType } from '../../text/sinkText.ts';
import { quoteIfNeeded } from '../document/quoteIfNeeded.ts';
import { getSchemasAt, type KnownKey, listKeys, type ValueSchema } from '../document/schema.ts';
import { collectSymbols } from '../document/symbols.ts';
import { getEntry, type YamlNode } from '../document/YamlNode.ts';
import { YamlParser } from '../document/YamlParser.ts';
import { type Completion, escapeSnippet } from './Completion.ts';
import { type Cursor, cursorMarker } from './findCursor.ts';
import { formatValue } from './proposeValues.ts';

/** Proposes a whole sink for each type of destination. */
export function proposeSinks({ path, extraIndentation, root }: Cursor): Completion[] {
  const isInItem = path.length > 1;
  const dash = isInItem ? '' : '- ';
  const indentation = extraIndentation + dash.length;
  const newLine = `\n${' '.repeat(indentation)}`;
  const database = collectSymbols(root).definitions.find(({ kind }) => kind === 'database')?.name;
  return listDestinationTypes().map((type) => ({
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
  }));
}

/** Proposes a destination of each type if a sink has no destination. If the sink is empty, proposes whole sinks. */
export function proposeDestinations(sink: YamlNode | undefined, cursor: Cursor): Completion[] {
  const { path, hasColon, isInFlow, quote, extraIndentation } = cursor;
  // Not in braces, because a destination takes several lines.
  const isPossible =
    path[0] === 'sinks' && path.length === 2 && !hasColon && !isInFlow && quote === undefined;
  if (!isPossible || sink?.kind !== 'map' || getEntry(sink, 'destination') !== undefined) {
    return [];
  }
  if (sink.entries.every(({ key }) => key === cursorMarker)) {
    return proposeSinks(cursor);
  }
  return listDestinationTypes().map((type) => ({
    label: `destination: ${type}`,
    kind: 'snippet',
    detail: formatDestinationType(type),
    insertText: createDestination(type, extraIndentation),
    rank: 2,
  }));
}

function listDestinationTypes(): string[] {
  const [schema] = getSchemasAt(undefined, ['sinks', 0, 'destination', 'type']);
  // Leaves out `redis`, the deprecated name of `redis_stream`, and `benchmark`, which only development builds of Sequin
  // have.
  return (schema?.enum ?? []).map(String).filter((type) => !['redis', 'benchmark'].includes(type));
}

/** Creates a destination with the keys that its type requires, and with snippet placeholders for their values. */
function createDestination(type: string, indentation: number, firstPlaceholderNumber = 1): string {
  const newLine = `\n${' '.repeat(indentation + 2)}`;
  const keys = listDestinationKeys(type).map(
    ({ key, schema }, index) => `${key}: \${${index + firstPlaceholderNumber}:${getExample(key, schema)}}`,
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
