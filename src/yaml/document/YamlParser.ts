import { type Document, parseDocument } from 'yaml';
import { splitYaml } from './splitYaml.ts';
import { TreeBuilder } from './TreeBuilder.ts';
import type { ParsedYaml } from './YamlNode.ts';

/**
 * The maximum length of a file, in UTF-16 units. Larger files are not analyzed: they would take seconds. Real files
 * have a few kilobytes.
 */
const maxFileLength = 2 ** 21;

/**
 * The maximum length of a part, in UTF-16 units. Files with larger parts are not analyzed: 64 kB of invalid YAML take
 * up to a second to parse.
 */
const maxChunkLength = 2 ** 16;

/** Parses successive versions of a file. Parses only the parts that have changed since the previous version. */
export class YamlParser {
  #documents = new Map<string, Document | undefined>();

  /** Parses a version. Reads as much as possible of an invalid file, and never throws. */
  parse(text: string): ParsedYaml {
    if (text.length > maxFileLength) {
      return { root: undefined, problems: [] };
    }
    const previous = this.#documents;
    this.#documents = new Map();
    const chunks = splitYaml(text);
    for (const { text: part } of chunks) {
      this.#documents.set(part, previous.has(part) ? previous.get(part) : parseChunk(part));
    }
    return new TreeBuilder(text, this.#documents).build(chunks);
  }
}

/** Parses a part of a file. Returns undefined if the text is too long, or nested too deeply for the library. */
function parseChunk(text: string): Document | undefined {
  if (text.length > maxChunkLength) {
    return undefined;
  }
  try {
    // `core` is the schema of YAML 1.2. `uniqueKeys` would take quadratic time, because it compares each key of a map
    // with every other key.
    return parseDocument(text, { schema: 'core', prettyErrors: false, uniqueKeys: false, version: '1.2' });
  } catch {
    return undefined;
  }
}
