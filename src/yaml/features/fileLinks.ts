import { getEntry, getItems, getStringValue, getValue, type TextRange } from '../document/YamlNode.ts';
import type { YamlFile } from '../YamlFile.ts';

/** The path of a code file in a `sequin.yaml` file. A relative path begins at the folder of that file. */
export interface FileLink {
  readonly range: TextRange;
  readonly path: string;
}

/** Finds the code files of functions. Ignores paths with a variable, whose value is unknown. */
export function findFileLinks({ root }: YamlFile): FileLink[] {
  return getItems(getValue(root, 'functions')).flatMap((node) => {
    const entry = getEntry(node, 'file');
    const path = getStringValue(entry?.value);
    return entry === undefined || path === undefined || path === '' || path.includes('$')
      ? []
      : [{ range: entry.value.range, path }];
  });
}
