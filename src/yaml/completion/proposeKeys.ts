import * as l10n from '@vscode/l10n';
import { getSchemasAt, type KnownKey, listKeys, type ValueSchema } from '../document/schema.ts';
import { followPath, getEntry } from '../document/YamlNode.ts';
import { describeSchema } from '../features/describeSchema.ts';
import type { Completion } from './Completion.ts';
import type { Cursor } from './findCursor.ts';
import { proposeDestinations, proposeSinks } from './proposeSinks.ts';

/** Proposes the keys that a map lacks and, in a sink without a destination, whole destinations. */
export function proposeKeys(cursor: Cursor, schemas: readonly ValueSchema[]): Completion[] {
  const map = followPath(cursor.root, cursor.path).at(-1)?.node;
  const keys = listKeys(schemas).flatMap(({ key, schema, isRequired }) => {
    const entry = getEntry(map, key);
    // A key that comes from a merge key is proposed, because the map can override its value.
    return entry?.isInherited === false || schema.doNotSuggest === true
      ? []
      : proposeKey({ key, schema, isRequired: isRequired && entry === undefined }, cursor);
  });
  return [...keys, ...proposeDestinations(map, cursor)];
}

function proposeKey({ key, schema, isRequired }: KnownKey, cursor: Cursor): Completion {
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
 * Creates the text after the colon of a key. For a map: a new line, and `type: ` if the map can have that key. For a
 * list: a new line with a dash. Within brackets or braces, a map or a list gets its own braces or brackets around the
 * cursor instead. For any other value: a space.
 */
function createValueStart(schema: ValueSchema, { extraIndentation, isInFlow }: Cursor): string {
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

/** Proposes the start of an item in a list of maps: a dash with the first required key, or a whole sink. */
export function proposeItems(cursor: Cursor): Completion[] {
  const { root, path, quote, hasColon } = cursor;
  if (quote !== undefined) {
    return [];
  }
  const required = listKeys(getSchemasAt(root, [...path, 0])).find(({ isRequired }) => isRequired);
  const insertText = `- ${required?.key ?? ''}${hasColon ? '' : ': '}`;
  return [
    ...(required === undefined
      ? []
      : [{ label: `- ${required.key}`, kind: 'key', insertText, rank: 0 } as const]),
    ...(path.join('.') === 'sinks' && !hasColon ? proposeSinks(cursor) : []),
  ];
}
