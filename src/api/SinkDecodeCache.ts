import type { SinkWithBackfills } from './SequinApi.ts';

/**
 * Remembers what the text of each sink in a list meant, so that only those are read that say something new:
 * where most stand still, that is most of the work.
 */
export class SinkDecodeCache {
  #decodedSinks = new Map<string, SinkWithBackfills>();

  /**
   * The sinks of a list, in its order; a sink whose text is as before is the same object as before. Undefined
   * where the list cannot be cut, and is to be read as a whole.
   * @throws what `read` throws: a SyntaxError where a cut was wrong
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
 * The texts of a list's items. It is cut wherever an object begins as the first one does, with the same two
 * names. Should that be inside of an item, its parts are no JSON; where all parts are, the cuts are right.
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
    // A string, as the first item has one there: what follows it tells a sink from a backfill.
    const valueEnd = list.indexOf('"', valueStart + 1) + 2;
    if (list.startsWith(secondKey, valueEnd)) {
      itemTexts.push(list.slice(itemStart, separatorIndex + 1));
      itemStart = separatorIndex + 2;
    }
  }
  itemTexts.push(list.slice(itemStart, -2));
  return itemTexts;
}
