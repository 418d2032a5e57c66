import { lazy } from '../shared/lazy.ts';
import { collectSymbols, type YamlSymbols } from './document/symbols.ts';
import type { ParsedYaml, YamlMap } from './document/YamlNode.ts';
import { YamlParser } from './document/YamlParser.ts';

/** One version of a `sequin.yaml` file. */
export interface YamlFile {
  readonly text: string;
  readonly parsed: ParsedYaml;
  /** The content; an empty map if the file is empty, isn't a map, or is too large or too complex to parse. */
  readonly root: YamlMap;
  /** The names in the file, collected on first use. */
  readonly symbols: YamlSymbols;
}

const emptyMap: YamlMap = { kind: 'map', entries: [], range: { start: 0, end: 0 }, size: 1, depth: 1 };

/**
 * Parses one version of a file. Pass the parser of the previous version to save time: it parses only the parts that
 * have changed since then.
 */
export function parseYamlFile(text: string, parser = new YamlParser()): YamlFile {
  const parsed = parser.parse(text);
  const root = parsed.root ?? emptyMap;
  const getSymbols = lazy(() => collectSymbols(root));
  return {
    text,
    parsed,
    root,
    get symbols() {
      return getSymbols();
    },
  };
}
