import { getSchemasAt } from '../document/schema.ts';
import type { TextRange } from '../document/YamlNode.ts';
import type { YamlParser } from '../document/YamlParser.ts';
import type { Completion } from './Completion.ts';
import { findCursor } from './findCursor.ts';
import { proposeItems, proposeKeys } from './proposeKeys.ts';
import { proposeReferences, proposeTables, type ServerNames } from './proposeNames.ts';
import { proposeValues } from './proposeValues.ts';

export interface Completions {
  readonly range: TextRange;
  readonly items: readonly Completion[];
}

/**
 * Proposes keys, values, names, tables and snippets at an offset. Returns undefined where a word would be invalid, and
 * in comments and block scalars.
 */
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
        : [
            ...proposeReferences(cursor, serverNames),
            ...proposeTables(cursor, serverNames),
            ...proposeValues(cursor, schemas),
          ];
  return {
    range: cursor.range,
    items: proposed.map((item) => ({
      ...item,
      insertText: cursor.separator + item.insertText,
    })),
  };
}
