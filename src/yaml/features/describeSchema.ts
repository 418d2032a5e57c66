import * as l10n from '@vscode/l10n';
import type { ValueSchema } from '../document/schema.ts';

/**
 * Describes a key in Markdown: its purpose, its default, and the values that it can have. Escapes nothing, because the
 * schema is part of the extension.
 */
export function describeSchema({ description = '', deprecationMessage, ...schema }: ValueSchema): string {
  const values = (schema.enum ?? schema.examples ?? []).map((value) => `\`${String(value)}\``).join(', ');
  const { minimum, maximum } = schema;
  return [
    deprecationMessage === undefined ? '' : l10n.t('Deprecated. {0}', deprecationMessage),
    description,
    schema.default === undefined ? '' : l10n.t('Default: {0}', `\`${JSON.stringify(schema.default)}\``),
    values === ''
      ? ''
      : schema.enum === undefined
        ? l10n.t('For example: {0}', values)
        : l10n.t('Values: {0}', values),
    minimum === undefined || maximum === undefined ? '' : l10n.t('From {0} to {1}', minimum, maximum),
  ]
    .filter(Boolean)
    .join('\n\n');
}
