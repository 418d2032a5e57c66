import * as l10n from '@vscode/l10n';
import { toApiJson } from '../model/apiJson.ts';
import type { Backfill } from '../model/Backfill.ts';
import { formatCount, formatDateTimeWithAge } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** A label and its value. The value may quote the server: render it as plain text, or escape it. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Creates facts from labels and values. Leaves out labels without a value. */
export function toFacts(entries: readonly (readonly [label: string, value: string | undefined])[]): Fact[] {
  return entries.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

/** Every field of a backfill in the API's response, labeled with the field's name. `now` is the server's time in ms. */
export function toApiFacts(backfill: Backfill, sinkName: string, now: number): Fact[] {
  return Object.entries(toApiJson(backfill, sinkName)).map(([label, value]) => ({
    label,
    value: formatFieldValue(label, value, now),
  }));
}

function formatFieldValue(field: string, value: string | number | bigint | null, now: number): string {
  if (value === null) {
    return l10n.t('none');
  }
  if (typeof value !== 'string') {
    return formatCount(value);
  }
  return field.endsWith('_at') ? formatDateTimeWithAge(Date.parse(value), now) : toDisplayText(value);
}
