import { stringify } from 'yaml';
import { toDisplayJson } from '../../text/toDisplayText.ts';

/** Formats a value as YAML. Quotes all texts if one has hidden characters, because only quoted ones can have escapes. */
export function toYaml(value: unknown): string {
  const text = stringify(value, { lineWidth: 0 });
  return toDisplayJson(text) === text
    ? text
    : toDisplayJson(
        stringify(value, { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', doubleQuotedAsJSON: true }),
      );
}
