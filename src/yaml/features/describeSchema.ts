import { t } from '@vscode/l10n';
import type { ValueSchema } from '../document/schema.ts';

/** Describes a key in Markdown: its purpose, its default, and the values that it can have. The schema is ours. */
export function describeSchema({ description = '', deprecationMessage, ...schema }: ValueSchema): string {
  const values = (schema.enum ?? schema.examples ?? []).map((value) => `\`${String(value)}\``).join(', ');
  const { minimum, maximum } = schema;
  return [
    deprecationMessage === undefined ? '' : t('Deprecated. {0}', deprecationMessage),
    description,
    schema.default === undefined ? '' : t('Default: {0}', `\`${JSON.stringify(schema.default)}\``),
    values === '' ? '' : schema.enum === undefined ? t('For example: {0}', values) : t('Values: {0}', values),
    minimum === undefined || maximum === undefined ? '' : t('From {0} to {1}', minimum, maximum),
  ]
    .filter(Boolean)
    .join('\n\n');
}
