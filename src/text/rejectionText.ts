import { t } from '@vscode/l10n';
import { toDisplayText } from './toDisplayText.ts';

/** Texts for the reasons with which Sequin 0.14.6 rejects creating or changing a backfill (recordings d01 to f11). */
const knownRejections: readonly (readonly [pattern: RegExp, text: (...groups: string[]) => string])[] = [
  [
    /^Table reference is required$/,
    () => t('The sink takes more than one table: name the one that is meant.'),
  ],
  [/^Table {2}not found$/, () => t('The name of the table is empty.')],
  [
    /^Table (.*) not in sink's source configuration$/s,
    (table) => t('The sink does not take the table {0}.', table),
  ],
  [
    /^Table (.*) not found$/s,
    (table) =>
      t(
        'Sequin knows no table {0} in the sink’s database: capital letters count, and a new table must first be refreshed in the console.',
        table,
      ),
  ],
  [
    /^state is invalid$/,
    () => t('This Sequin does not know that state: to pause a backfill needs version 0.13.6 or later.'),
  ],
  [/^state can't be blank$/, () => t('The request named no state.')],
  [
    /^Unknown field: (.*)$/s,
    (field) => t('This Sequin does not know the field {0} of a backfill: is it an older version?', field),
  ],
  [
    /^Content-Type: application\/json is required$/,
    () => t('The request arrived without its content type: something on the way took it.'),
  ],
];

/** Translates the server's reason for a rejection into a sentence; undefined for an unknown reason. */
export function describeRejection(reason: string): string | undefined {
  for (const [pattern, text] of knownRejections) {
    const match = pattern.exec(reason);
    if (match !== null) {
      return text(...match.slice(1).map(toDisplayText));
    }
  }
  return undefined;
}
