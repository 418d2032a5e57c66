import * as l10n from '@vscode/l10n';
import { quoteIfNeeded } from '../document/quoteIfNeeded.ts';
import type { ValueSchema } from '../document/schema.ts';
import { type Completion, escapeSnippet } from './Completion.ts';
import type { Cursor } from './findCursor.ts';

/** Proposes the values that schemas list. Without such a list, proposes booleans and examples. */
export function proposeValues({ quote }: Cursor, schemas: readonly ValueSchema[]): Completion[] {
  return schemas.flatMap((schema) =>
    listValues(schema).flatMap((value, index) => {
      if (quote !== undefined && typeof value !== 'string') {
        return [];
      }
      const text = formatValue(value, quote);
      const detail = value === schema.default ? l10n.t('default') : schema.enumDescriptions?.[index];
      return {
        label: text,
        kind: 'value',
        insertText: escapeSnippet(text),
        rank: index,
        ...(detail === undefined ? {} : { detail }),
      };
    }),
  );
}

function listValues({ type = [], enum: values, examples = [] }: ValueSchema): readonly unknown[] {
  const booleans = [type].flat().includes('boolean') ? [true, false] : [];
  return values ?? [...booleans, ...examples.filter((value) => typeof value !== 'boolean')];
}

/**
 * Formats a value for insertion between the quotes around the cursor. Outside quotes, adds quotes if the value needs
 * them.
 */
export function formatValue(value: unknown, quote: Cursor['quote']): string {
  const text = String(value);
  switch (quote) {
    case '"':
      return JSON.stringify(text).slice(1, -1);
    case "'":
      return text.replaceAll("'", "''");
    default:
      return typeof value === 'string' ? quoteIfNeeded(text) : text;
  }
}
