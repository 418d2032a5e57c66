import { stringify } from 'yaml';

/** Formats a text as a YAML scalar for any place in a file, with quotes only if it isn't a string without them. */
export function quoteIfNeeded(text: string): string {
  const list = stringify([text], { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 });
  return list.slice('['.length, -']\n'.length);
}
