import { stringify } from 'yaml';

/**
 * Formats a text as a YAML scalar for any place in a file, with quotes only if it isn't a string without them. Some
 * parsers, such as that of Sequin's CLI, still read `1_000` as YAML 1.1 does.
 */
export function quoteIfNeeded(text: string): string {
  if (/[^\S ]/.test(text)) {
    // The library would write a text with a line break on several lines.
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
