import { stringify } from 'yaml';
import { toDisplayJson } from '../../text/toDisplayText.ts';

/**
 * Formats a value as YAML that even parsers of YAML 1.1, such as that of Sequin's CLI, read correctly. If a string has
 * hidden characters, quotes all strings, because only quoted strings can have escape sequences.
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
