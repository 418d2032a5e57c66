import { stringify } from 'yaml';
import { toDisplayJson } from '../../text/toDisplayText.ts';

/**
 * Formats a value as YAML that parsers of YAML 1.1, such as that of Sequin's CLI, read in the same way. Quotes all texts
 * if one has hidden characters, because only quoted ones can have escapes.
 */
export function toYaml(value: unknown): string {
  const options = { lineWidth: 0, compat: 'yaml-1.1' } as const;
  const text = stringify(value, options);
  return toDisplayJson(text) === text
    ? text
    : toDisplayJson(
        stringify(value, { ...options, defaultStringType: 'QUOTE_DOUBLE', doubleQuotedAsJSON: true }),
      );
}
