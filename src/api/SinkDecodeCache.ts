import type { Sink } from '../model/Sink.ts';
import { parseLosslessJson } from './parseLosslessJson.ts';
import type { SinkWithBackfills } from './SequinApi.ts';

/** Decodes the parsed JSON of a list. */
interface SinkDecoder {
  /** Decodes a sink with its backfills; undefined if it is invalid. */
  readonly decodeSink: (json: unknown) => SinkWithBackfills | undefined;
  /** Decodes the list of backfills of a sink that didn't change otherwise. */
  readonly decodeBackfills: (sink: Sink, backfills: readonly unknown[]) => SinkWithBackfills;
}

/** A range of characters in a text; `end` is exclusive. */
interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A decoded sink and its JSON text. */
interface DecodedSink {
  readonly sink: SinkWithBackfills;
  readonly text: string;
  /**
   * Where the list of backfills is in the text. Undefined if the list can't be found, or isn't a field of the sink itself,
   * but of a part such as its annotations.
   */
  readonly backfillList: TextRange | undefined;
}

/**
 * Caches the decoded sinks of the last list with their JSON text, so that only what changed is decoded. Between two
 * polls, most sinks don't change, and nothing but the backfills of most others.
 */
export class SinkDecodeCache {
  readonly #decoder: SinkDecoder;
  /** The sinks of the last list, by the start of their text, which contains the id. A longer key takes longer to hash. */
  #decodedSinks = new Map<string, DecodedSink>();

  constructor(decoder: SinkDecoder) {
    this.#decoder = decoder;
  }

  /**
   * Decodes the sinks of a list response, in its order; undefined for an invalid one. If the text of a sink is unchanged,
   * its `SinkWithBackfills` is the same object as before; if only the backfills changed, its `sink` is. Returns undefined
   * if the list can't be split, or was split in the wrong place, and must be decoded as a whole.
   */
  decodeList(responseText: string): (SinkWithBackfills | undefined)[] | undefined {
    const itemTexts = splitListItems(responseText);
    try {
      return itemTexts && this.#decodeItems(itemTexts);
    } catch (error) {
      if (error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  #decodeItems(itemTexts: readonly string[]): (SinkWithBackfills | undefined)[] {
    const nextDecodedSinks = new Map<string, DecodedSink>();
    const sinks = itemTexts.map((text) => {
      const key = text.slice(0, text.indexOf('",'));
      const decoded = this.#decode(text, this.#decodedSinks.get(key));
      if (decoded !== undefined) {
        nextDecodedSinks.set(key, decoded);
      }
      return decoded?.sink;
    });
    this.#decodedSinks = nextDecodedSinks;
    return sinks;
  }

  /**
   * Decodes the text of a sink; undefined if the sink is invalid. Keeps no text of an earlier response, because V8 keeps a
   * whole text in memory as long as any part of it.
   */
  #decode(text: string, previous: DecodedSink | undefined): DecodedSink | undefined {
    if (previous?.text === text) {
      return { ...previous, text };
    }
    const backfillList = findBackfillList(text);
    if (
      backfillList !== undefined &&
      previous !== undefined &&
      isSameExceptBackfills(text, backfillList, previous)
    ) {
      const backfills = parseLosslessJson(text.slice(backfillList.start, backfillList.end)) as unknown[];
      return { text, backfillList, sink: this.#decoder.decodeBackfills(previous.sink.sink, backfills) };
    }
    const json = parseLosslessJson(text);
    const sink = this.#decoder.decodeSink(json);
    return sink && { sink, text, backfillList: hasBackfillList(json) ? backfillList : undefined };
  }
}

const backfillsKey = 'active_backfills';
const backfillsKeyText = `"${backfillsKey}":`;

function hasBackfillList(json: unknown): boolean {
  return Array.isArray((json as { readonly [backfillsKey]?: unknown })[backfillsKey]);
}

/**
 * Finds the list of backfills in the JSON text of a sink. Returns undefined if the list is empty, isn't the only one of
 * its name, or contains another list. If the range is valid JSON, it is the list.
 */
function findBackfillList(text: string): TextRange | undefined {
  const keyIndex = text.indexOf(backfillsKeyText);
  const start = keyIndex + backfillsKeyText.length;
  if (keyIndex < 0 || !text.startsWith('[{', start) || text.includes(backfillsKeyText, start)) {
    return undefined;
  }
  const end = text.indexOf(']', start) + 1;
  return text.lastIndexOf('[', end) === start ? { start, end } : undefined;
}

/** Whether a text differs from the previous one of the sink only in the list of backfills. */
function isSameExceptBackfills(text: string, { start, end }: TextRange, previous: DecodedSink): boolean {
  const { text: previousText, backfillList } = previous;
  return (
    backfillList !== undefined &&
    text.slice(0, start) === previousText.slice(0, backfillList.start) &&
    text.slice(end) === previousText.slice(backfillList.end)
  );
}

/** The start of a list whose first item begins with a key, a string, and another key: `{"data":[{"id":"…","name":`. */
const listStart = /^(?<prefix>\{"data":\[)(?<firstKey>\{"\w+":)"[^"\\]*",(?<secondKey>"\w+":)/;
const listEnd = ']}';
const itemEnd = '}';

/**
 * Splits a list, such as `{"data":[{"id":"a","name":…},{"id":"b","name":…}]}`, into the JSON texts of its items. Splits
 * before each object that begins with the same two keys as the first item. A split inside an item leaves parts that
 * aren't valid JSON, so if all parts parse, all splits are correct.
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
