import { decodeItem, decodeList, type OnItemSkipped } from './decodeList.ts';
import { decodeBackfills, decodeSink } from './decodeSink.ts';
import { parseLosslessJson } from './parseLosslessJson.ts';
import type { Listing, SinkWithBackfills } from './SequinApi.ts';

/**
 * A decoded sink, and its JSON text from the latest response. The text is replaced even if it hasn't changed: in V8, a
 * substring keeps the whole string in memory, here the earlier response.
 */
interface DecodedSink {
  readonly text: string;
  readonly sink: SinkWithBackfills;
}

/** Decoded sinks by the start of their text, which contains the id. The key is short, so that it is hashed fast. */
type DecodedSinks = ReadonlyMap<string, DecodedSink>;

/**
 * Creates a function that decodes a response with all sinks. It decodes only what has changed since the previous
 * response: between two polls, most sinks don't change, and most of those that do change only in their backfills. If
 * the text of a sink is unchanged, the function returns the same `SinkWithBackfills` object as before. If only the
 * backfills changed, the new object has the same `sink` object.
 */
export function createSinkListDecoder(
  onItemSkipped: OnItemSkipped,
): (responseText: string) => Listing<SinkWithBackfills> {
  let knownSinks: DecodedSinks = new Map();
  return (responseText) => {
    const skippedItems: Parameters<OnItemSkipped>[] = [];
    knownSinks = decodeOrReuseSinks(responseText, knownSinks, (...item) => skippedItems.push(item));
    if (knownSinks.size === 0) {
      // The response can't be split, or no item is a valid sink: the response may be a list of something else.
      return decodeList(parseLosslessJson(responseText), 'sink', onItemSkipped, (item) =>
        decodeSink(item, onItemSkipped),
      );
    }
    skippedItems.forEach((item) => {
      onItemSkipped(...item);
    });
    return {
      items: [...knownSinks.values()].map(({ sink }) => sink),
      skipped: skippedItems.filter(([itemType]) => itemType === 'sink').length,
    };
  };
}

/**
 * Returns the valid sinks of a response, and decodes only those that changed. Returns an empty map if the text can't be
 * split into sinks.
 */
function decodeOrReuseSinks(
  responseText: string,
  knownSinks: DecodedSinks,
  onItemSkipped: OnItemSkipped,
): DecodedSinks {
  const decodedSinks = new Map<string, DecodedSink>();
  try {
    for (const text of splitListItems(responseText)) {
      const key = text.slice(0, text.indexOf('",'));
      const sink = decodeOrReuseSink(text, knownSinks.get(key), onItemSkipped);
      if (sink !== undefined) {
        decodedSinks.set(key, { text, sink });
      }
    }
    return decodedSinks;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return new Map();
    }
    throw error;
  }
}

const listStart = '{"data":[';
const listEnd = ']}';
/**
 * Matches the end of a sink and the start of the next one, as Sequin 0.14.6 writes them. It doesn't match between two
 * backfills, because they have another key after the id. A list with its keys in another order is decoded as a whole.
 */
const itemBoundary = /\},\{"id":"[^"\\]*","name":/g;

/**
 * Splits a list, such as `{"data":[{"id":"a","name":…},{"id":"b","name":…}]}`, into the JSON texts of its items.
 * Returns an empty array for any other text. If the boundary pattern also matches inside an item, the parts of that
 * item aren't valid JSON; so if all parts parse, each one is an item.
 */
function splitListItems(responseText: string): readonly string[] {
  if (!responseText.startsWith(listStart) || !responseText.endsWith(listEnd)) {
    return [];
  }
  const ends = [...responseText.matchAll(itemBoundary)].map(({ index }) => index + '}'.length);
  const starts = [listStart.length, ...ends.map((end) => end + ','.length)];
  return starts.map((start, index) => responseText.slice(start, ends[index] ?? -listEnd.length));
}

/**
 * Returns the known sink if its text is unchanged, and otherwise decodes the text; undefined if the sink is invalid.
 * @throws SyntaxError if the text isn't valid JSON
 */
function decodeOrReuseSink(
  text: string,
  known: DecodedSink | undefined,
  onItemSkipped: OnItemSkipped,
): SinkWithBackfills | undefined {
  if (known?.text === text) {
    return known.sink;
  }
  const backfills = known && findChangedBackfills(text, known);
  if (known !== undefined && backfills !== undefined) {
    return decodeBackfills(known.sink.sink, parseLosslessJson(backfills) as unknown[], onItemSkipped);
  }
  return decodeItem(parseLosslessJson(text), 'sink', onItemSkipped, (json) =>
    decodeSink(json, onItemSkipped),
  );
}

/** Returns the JSON text of a sink's backfills if the rest of the sink's text is unchanged. */
function findChangedBackfills(text: string, known: DecodedSink): string | undefined {
  // Sequin before 0.8.20 has no list of backfills in a sink. A list with the same key is then part of the annotations.
  if (known.sink.unfinishedBackfills === undefined || text.includes('"active_backfill":')) {
    return undefined;
  }
  const [before, backfills, after] = splitAtBackfills(text);
  const [knownBefore, , knownAfter] = splitAtBackfills(known.text);
  return before === knownBefore && after === knownAfter ? backfills : undefined;
}

const backfillsKey = '"active_backfills":';

/**
 * Splits the JSON text of a sink into the text before the list of backfills, the list, and the rest. Returns an empty
 * array if the list is empty, isn't the only one with its key, or contains another list. If the second part is valid
 * JSON, it is the list.
 */
function splitAtBackfills(text: string): readonly [before: string, backfills: string, after: string] | [] {
  const start = text.indexOf(backfillsKey) + backfillsKey.length;
  const end = text.indexOf(']', start) + 1;
  return text.startsWith('[{', start) &&
    !text.includes(backfillsKey, start) &&
    text.lastIndexOf('[', end) === start
    ? [text.slice(0, start), text.slice(start, end), text.slice(end)]
    : [];
}
