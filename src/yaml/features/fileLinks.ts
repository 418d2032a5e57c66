import { getEntry, getItems, getStringValue, getValue, type TextRange } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';

/** A path in a file, which the Sequin CLI reads relative to the file. */
export interface FileLink {
  readonly range: TextRange;
  readonly path: string;
}

/** The code files of functions. Ignores paths with a variable, whose value is unknown. */
export function findFileLinks({ root }: YamlFile): FileLink[] {
  return getItems(getValue(root, 'functions')).flatMap((node) => {
    const entry = getEntry(node, 'file');
    const path = getStringValue(entry?.value);
    return entry === undefined || path === undefined || path === '' || path.includes('$')
      ? []
      : [{ range: entry.value.range, path }];
  });
}
