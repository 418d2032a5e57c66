import type { SinkWithBackfills } from './SequinApi.ts';

/**
 * Caches the decoded sinks of the last list by their JSON text, so that only changed sinks are decoded. Most sinks
 * don't change between two polls, so this saves most of the work.
 */
export class SinkDecodeCache {
  #decodedSinks = new Map<string, SinkWithBackfills>();

  /**
   * Decodes the sinks of a list, in its order. A sink with unchanged text is the same object as before. Returns
   * undefined if the list can't be split and must be decoded as a whole.
   * @throws what `decode` throws: a SyntaxError if the list was split in the wrong place
   */
  decodeList(
    list: string,
    decode: (text: string) => SinkWithBackfills | undefined,
  ): (SinkWithBackfills | undefined)[] | undefined {
    const itemTexts = splitListItems(list);
    if (itemTexts === undefined) {
      return undefined;
    }
    const decodedSinks = new Map<string, SinkWithBackfills>();
    const sinks = itemTexts.map((text) => {
      const sink = this.#decodedSinks.get(text) ?? decode(text);
      if (sink !== undefined) {
        decodedSinks.set(text, sink);
      }
      return sink;
    });
    this.#decodedSinks = decodedSinks;
    return sinks;
  }
}

/**
 * Splits a list into the JSON texts of its items: wherever an object begins with the same two keys as the first item. A
 * split inside an item leaves parts that aren't valid JSON, so if all parts parse, all splits are correct.
 */
function splitListItems(list: string): string[] | undefined {
  const [, prefix, firstKey, secondKey] = /^(\{"data":\[)(\{"\w+":)"[^"\\]*",("\w+":)/.exec(list) ?? [];
  if (prefix === undefined || firstKey === undefined || secondKey === undefined || !list.endsWith(']}')) {
    return undefined;
  }
  const separator = `},${firstKey}`;
  const itemTexts: string[] = [];
  let itemStart = prefix.length;
  for (
    let separatorIndex = list.indexOf(separator);
    separatorIndex >= 0;
    separatorIndex = list.indexOf(separator, separatorIndex + 1)
  ) {
    const valueStart = separatorIndex + separator.length;
    // The first value is a string, as in the first item; the key after it distinguishes a sink from a backfill.
    const valueEnd = list.indexOf('"', valueStart + 1) + 2;
    if (list.startsWith(secondKey, valueEnd)) {
      itemTexts.push(list.slice(itemStart, separatorIndex + 1));
      itemStart = separatorIndex + 2;
    }
  }
  itemTexts.push(list.slice(itemStart, -2));
  return itemTexts;
}
