import * as l10n from '@vscode/l10n';
import { describePauseRequirement } from './actionText.ts';
import { toDisplayText } from './toDisplayText.ts';

/** A sentence for each reason that Sequin 0.14.6 gives for rejecting a backfill or a change (recordings d01 to f11). */
const knownRejections: readonly (readonly [pattern: RegExp, text: (...groups: string[]) => string])[] = [
  [/^Table reference is required$/, () => l10n.t('The sink has more than one table. Select one of them.')],
  [/^Table {2}not found$/, () => l10n.t('The table name is empty.')],
  [
    /^Table (.*) not in sink's source configuration$/s,
    (table) => l10n.t('The sink doesn’t include the table {0}.', table),
  ],
  [
    /^Table (.*) not found$/s,
    (table) =>
      l10n.t(
        'Sequin doesn’t know the table {0} in the sink’s database. Names are case-sensitive. If the table is new, refresh the database’s tables first.',
        table,
      ),
  ],
  [/^state is invalid$/, describePauseRequirement],
  [/^state can't be blank$/, () => l10n.t('The request contained no state.')],
  [
    /^Unknown field: (.*)$/s,
    (field) => l10n.t('This version of Sequin doesn’t support the field {0} of a backfill.', field),
  ],
  [
    /^Content-Type: application\/json is required$/,
    () => l10n.t('The request arrived without its Content-Type header. A proxy may have removed it.'),
  ],
];

/** Whether Sequin rejected a new backfill because it doesn't know the table (recording d03). */
export function isUnknownTable(reasons: readonly string[]): boolean {
  return reasons.some((reason) => /^Table .+ not found$/s.test(reason));
}

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
