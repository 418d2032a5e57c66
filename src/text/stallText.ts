import { t } from '@vscode/l10n';
import { getFinishTime, type Backfill } from '../model/Backfill.ts';
import type { DeliveryWarning, Stall, StallCause } from '../model/progress/stall.ts';
import { formatRelativeTime, formatTimeOfDay, formatCount, formatDuration } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** A sentence for the cause and one for the remedy. */
type Sentences = readonly [known: string, advice: string];

/**
 * The cause of a stall and its remedy, in two sentences. The first may quote an error from the server, which is
 * untrusted text: render it as plain text.
 */
export function describeStall({ cause }: Stall): string {
  return describeStallCause(cause).join(' ');
}

/** The problem of a backfill and its remedy; undefined if there is none. May contain untrusted text from the server. */
export function describeDiagnosis(diagnosis: {
  readonly stall: Stall | undefined;
  readonly deliveryWarning: DeliveryWarning | undefined;
}): string | undefined {
  const { stall, deliveryWarning } = diagnosis;
  if (stall !== undefined) {
    return describeStall(stall);
  }
  if (deliveryWarning === undefined) {
    return undefined;
  }
  return deliveryWarning.failingCheckCount === 1
    ? t('Completed, but 1 check of the sink fails now: not every row may have been delivered.')
    : t(
        'Completed, but {0} checks of the sink fail now: not every row may have been delivered.',
        formatCount(deliveryWarning.failingCheckCount),
      );
}

/** A short title for the problem, with the time when it began. `now` is the server's time in ms. */
export function formatDiagnosisTitle(
  backfill: Backfill,
  { stall }: { readonly stall: Stall | undefined },
  now: number,
): string {
  if (backfill.state === 'failed') {
    return t('Failed, {0}', formatRelativeTime(getFinishTime(backfill) ?? backfill.updatedAt, now));
  }
  if (stall === undefined) {
    return t('Completed, but not everything is well');
  }
  return t(
    'Does not move since {0} ({1})',
    formatTimeOfDay(stall.idleSince),
    formatDuration(now - stall.idleSince),
  );
}

function describeStallCause(cause: StallCause): Sentences {
  switch (cause.kind) {
    case 'noPrimaryKey':
      return [
        t('It failed before its first row, as a table without a primary key does.'),
        t('Add a primary key to the table, refresh the tables in the console, and start it again.'),
      ];
    case 'sinkPaused':
      return [
        t('The sink is paused, and its backfills stand still with it.'),
        t('Resume the sink in the console.'),
      ];
    case 'sinkDisabled':
      return [
        t('The sink is disabled: it takes backfills and never moves them.'),
        t('Enable the sink in the console.'),
      ];
    case 'deliveryFailing':
      return [
        formatWithError(cause.error, t('The destination does not take the messages.'), (error) =>
          t('The destination does not take the messages: {0}.', error),
        ),
        t('See to the destination, or correct the sink in the console; Sequin tries again by itself.'),
      ];
    case 'bufferFull':
      return [
        formatWithError(cause.error, t('The sink’s buffer is full.'), (error) =>
          t('The sink’s buffer is full: {0}.', error),
        ),
        t('Speed up the destination or the sink’s consumers; it goes on once the buffer empties.'),
      ];
    case 'fetchFailing':
      return [
        formatWithError(cause.error, t('Sequin cannot read the table.'), (error) =>
          t('Sequin cannot read the table: {0}.', error),
        ),
        t('Check the source database, and the sink’s page in the console.'),
      ];
    case 'counting':
      return [
        t('The server still counts the table’s rows, which takes minutes on large tables.'),
        t('Wait; if it does not end, look for a long query or a lock in the source database.'),
      ];
    case 'nobodyReceives':
      return [
        t('Nobody receives: a Sequin Stream moves only as its messages are acknowledged.'),
        t('Start a consumer that receives from the sink and acknowledges its messages.'),
      ];
    case 'readerStarting':
      return [
        t('The server has not begun to read the table.'),
        t('If this goes on, check the source database’s connection and replication in the console.'),
      ];
    case 'unknown':
      return [
        t('It has stopped moving, and the server does not say why.'),
        t('Look at the sink’s messages in the console, and at the server’s log.'),
      ];
  }
}

/**
 * The sentence that quotes the error, on one line and without trailing periods; the plain sentence if there is no
 * error.
 */
function formatWithError(
  error: string | null,
  withoutError: string,
  withErrorText: (error: string) => string,
): string {
  const trimmedError = (error ?? '')
    .replace(/\s+/g, ' ')
    .replace(/[ .]+$/, '')
    .trimStart();
  return trimmedError === '' ? withoutError : withErrorText(toDisplayText(trimmedError));
}
