import { stringify } from 'yaml';

/**
 * Formats text as a YAML string that is valid anywhere in a file. Adds quotes only if YAML 1.1 or 1.2 would read the
 * text differently without them. Some parsers, such as that of Sequin's CLI, still follow YAML 1.1, in which `1_000` is
 * a number.
 */
export function quoteIfNeeded(text: string): string {
  if (/[^\S ]/.test(text)) {
    // The library would write text with a line break on several lines.
    return JSON.stringify(text);
  }
  const list = stringify([text], {
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
    compat: 'yaml-1.1',
  });
  return list.slice('['.length, -']\n'.length);
}
