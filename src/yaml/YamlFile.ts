import { lazy } from '../shared/lazy.ts';
import { collectSymbols, type YamlSymbols } from './document/symbols.ts';
import type { YamlMap } from './document/YamlNode.ts';
import { type ParsedYaml, YamlParser } from './document/YamlParser.ts';

/** One version of a `sequin.yaml` file, as all features read it. */
export interface YamlFile {
  readonly text: string;
  readonly parsed: ParsedYaml;
  readonly root: YamlMap;
  readonly symbols: YamlSymbols;
}

const emptyMap: YamlMap = { kind: 'map', entries: [], range: { start: 0, end: 0 }, size: 1 };

/** Reads a version of a file. The parser should have read the version before, which makes it fast. */
export function readYamlFile(text: string, parser = new YamlParser()): YamlFile {
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
