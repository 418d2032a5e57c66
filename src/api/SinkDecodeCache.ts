import type { SinkWithBackfills } from './SequinApi.ts';

/** A decoded sink and its JSON text. */
interface DecodedSink {
  readonly text: string;
  readonly sink: SinkWithBackfills;
}

/**
 * Caches the decoded sinks of the last list with their JSON text, so that only changed sinks are decoded. Most sinks
 * don't change between two polls, so this saves most of the work.
 */
export class SinkDecodeCache {
  /** By the start of the text, which contains the id. A whole text as key would be hashed in each poll. */
  #decodedSinks = new Map<string, DecodedSink>();

  /**
   * Decodes the sinks of a list response, in its order. A sink with unchanged text is the same object as before. Returns
   * undefined if the list can't be split and must be decoded as a whole.
   * @throws what `decode` throws: a SyntaxError if the list was split in the wrong place
   */
  decodeList(
    responseText: string,
    decode: (text: string) => SinkWithBackfills | undefined,
  ): (SinkWithBackfills | undefined)[] | undefined {
    const itemTexts = splitListItems(responseText);
    if (itemTexts === undefined) {
      return undefined;
    }
    const nextDecodedSinks = new Map<string, DecodedSink>();
    const sinks = itemTexts.map((text) => {
      const key = text.slice(0, text.indexOf('",'));
      const known = this.#decodedSinks.get(key);
      const sink = known?.text === text ? known.sink : decode(text);
      if (sink !== undefined) {
        nextDecodedSinks.set(key, { text, sink });
      }
      return sink;
    });
    this.#decodedSinks = nextDecodedSinks;
    return sinks;
  }
}

/** The start of a list whose first item begins with a key, a string, and another key: `{"data":[{"id":"…","name":`. */
const listStart = /^(?<prefix>\{"data":\[)(?<firstKey>\{"\w+":)"[^"\\]*",(?<secondKey>"\w+":)/;
const listEnd = ']}';
const itemEnd = '}';

/**
 * Splits a list into the JSON texts of its items: `{"data":[{"id":"a","name":…},{"id":"b","name":…}]}` before each object
 * that begins with the same two keys as the first item. A split inside an item leaves parts that aren't valid JSON, so if
 * all parts parse, all splits are correct.
 */
function splitListItems(responseText: string): string[] | undefined {
  const { prefix, firstKey, secondKey } = listStart.exec(responseText)?.groups ?? {};
  if (
    prefix === undefined ||
    firstKey === undefined ||
    secondKey === undefined ||
    !responseText.endsWith(listEnd)
  ) {
    return undefined;
  }
  const separator = `${itemEnd},${firstKey}`;
  const itemTexts: string[] = [];
  let itemStart = prefix.length;
  let separatorIndex = responseText.indexOf(separator);
  while (separatorIndex >= 0) {
    // The first value is a string, as in the first item; the key after it distinguishes a sink from a backfill.
    const valueStart = separatorIndex + separator.length;
    const valueEnd = responseText.indexOf('"', valueStart + 1) + 1;
    if (responseText.startsWith(secondKey, valueEnd + ','.length)) {
      itemTexts.push(responseText.slice(itemStart, separatorIndex + itemEnd.length));
      itemStart = separatorIndex + separator.length - firstKey.length;
    }
    separatorIndex = responseText.indexOf(separator, separatorIndex + 1);
  }
  itemTexts.push(responseText.slice(itemStart, -listEnd.length));
  return itemTexts;
}
