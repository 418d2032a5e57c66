import * as v from 'valibot';
import { parseOrThrow, ShapeError } from './schema.ts';
import type { Listing } from './SequinApi.ts';

/**
 * Called for each skipped item of a response. `problem` is for the log. It contains no text from the server except the
 * item's id, and the id only if it is a UUID.
 */
export type OnItemSkipped = (itemType: string, problem: string) => void;

/**
 * Decodes a list. Skips and counts its invalid items.
 * @throws ShapeError if the response isn't a list, or if it has items but none is a sink, a backfill or a database
 */
export function decodeList<T>(
  json: unknown,
  itemType: string,
  onItemSkipped: OnItemSkipped,
  decode: (item: unknown) => T,
): Listing<T> {
  const { data } = parseOrThrow(v.object({ data: v.array(v.unknown()) }), json);
  if (data.length > 0 && !data.some(isResource)) {
    throw new ShapeError('no item has an id and a state');
  }
  return decodeItems(data, itemType, onItemSkipped, decode);
}

/** Whether an item has the key fields of a sink, a backfill or a database, even if the item is invalid. */
function isResource(item: unknown): boolean {
  return (
    typeof item === 'object' &&
    item !== null &&
    'id' in item &&
    ('status' in item || 'state' in item || 'hostname' in item)
  );
}

/** Decodes the items of a list. Skips and counts the invalid ones. */
export function decodeItems<T>(
  list: readonly unknown[],
  itemType: string,
  onItemSkipped: OnItemSkipped,
  decode: (item: unknown) => T,
): Listing<T> {
  const items = list
    .map((item) => decodeItem(item, itemType, onItemSkipped, decode))
    .filter((item) => item !== undefined);
  return { items, skipped: list.length - items.length };
}

/** Decodes one item of a list. If the item is invalid, reports it to `onItemSkipped` and returns undefined. */
export function decodeItem<T>(
  item: unknown,
  itemType: string,
  onItemSkipped: OnItemSkipped,
  decode: (item: unknown) => T,
): T | undefined {
  try {
    return decode(item);
  } catch (error) {
    if (!(error instanceof ShapeError)) {
      throw error;
    }
    const { output: id, success } = v.safeParse(v.object({ id: v.pipe(v.string(), v.uuid()) }), item);
    onItemSkipped(itemType, success ? `${id.id}: ${error.message}` : error.message);
    return undefined;
  }
}
