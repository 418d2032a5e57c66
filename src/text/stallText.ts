import * as l10n from '@vscode/l10n';
import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import type { DerivedStatus } from '../model/progress/backfillStatus.ts';
import type { Stall, StallCause } from '../model/progress/stall.ts';
import { formatCount, formatDuration, formatRelativeTime, formatShortTime } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** The cause of a stall in a few words; '' if the cause is unknown. */
export function formatStallCause({ kind }: StallCause): string {
  const texts: Record<StallCause['kind'], string> = {
    noPrimaryKey: l10n.t('no primary key'),
    sinkPaused: l10n.t('sink paused'),
    sinkDisabled: l10n.t('sink disabled'),
    resuming: l10n.t('resuming'),
    tableDropped: l10n.t('table dropped'),
    recurring: l10n.t('stalls repeatedly'),
    checkFailing: l10n.t('check failing'),
    deliveryFailing: l10n.t('delivery failing'),
    bufferFull: l10n.t('buffer full'),
    fetchFailing: l10n.t('can’t read table'),
    counting: l10n.t('still counting'),
    noConsumer: l10n.t('no consumer'),
    readerStarting: l10n.t('not started'),
    databaseStalled: l10n.t('database stalled'),
    notReading: l10n.t('not reading'),
    unknown: '',
  };
  return texts[kind];
}

/** The cause of a stall and its remedy, each in one or more sentences. */
type Explanation = readonly [cause: string, remedy: string];

/**
 * Describes the cause of a stall and its remedy. The sentences may quote an error from the server, which is untrusted
 * text: render them as plain text.
 */
export function describeStall({ cause }: Pick<Stall, 'cause'>): string {
  return explainStall(cause).join(' ');
}

/** Describes the cause of a stall without its remedy. See {@link describeStall}. */
export function describeCause({ cause }: Stall): string {
  return explainStall(cause)[0];
}

/**
 * Describes the problem of a backfill and its remedy; undefined if there is no problem. May quote untrusted text from
 * the server.
 */
export function describeDiagnosis({
  stall,
  deliveryWarning,
}: Pick<DerivedStatus, 'stall' | 'deliveryWarning'>): string | undefined {
  if (stall !== undefined) {
    return describeStall(stall);
  }
  return (
    deliveryWarning &&
    [
      describeDeliveryFailure(deliveryWarning.error),
      l10n.t('Some rows may not have been delivered.'),
      getDeliveryAdvice(),
    ].join(' ')
  );
}

/**
 * A short title for the problem of a backfill, in most cases with the time when the problem began. `now` is the
 * server's time, and `clockSkewMs` is the server's clock minus the local clock, both in ms.
 */
export function formatDiagnosisTitle(
  backfill: Backfill,
  { status, stall }: Pick<DerivedStatus, 'status' | 'stall'>,
  now: number,
  clockSkewMs: number,
): string {
  if (status === 'failed') {
    return l10n.t('Failed {0}', formatRelativeTime(getFinishTime(backfill) ?? backfill.updatedAt, now));
  }
  if (stall === undefined) {
    return l10n.t('Completed with delivery errors');
  }
  const since = formatShortTime(stall.idleSince - clockSkewMs, now - clockSkewMs);
  const duration = formatDuration(now - stall.idleSince);
  switch (stall.cause.kind) {
    case 'recurring':
      return l10n.t('Stalls repeatedly');
    case 'resuming':
      return l10n.t('Resuming, usually within 15 s');
    case 'deliveryFailing':
      return l10n.t('Deliveries failing since {0} ({1})', since, duration);
    case 'counting':
    case 'readerStarting':
      return l10n.t('Waiting since {0} ({1})', since, duration);
    default:
      return l10n.t('Stalled since {0} ({1})', since, duration);
  }
}

/** Describes what a failing delivery check means. `error` is untrusted text from the server. */
function describeDeliveryFailure(error: string | null): string {
  return quoteError(l10n.t('Sequin can’t deliver messages to the destination'), error);
}

function getDeliveryAdvice(): string {
  return l10n.t('Fix the destination or edit the sink in the console. Sequin retries automatically.');
}

function explainStall(cause: StallCause): Explanation {
  switch (cause.kind) {
    case 'noPrimaryKey':
      return [
        l10n.t('It failed before reading any rows. The table probably has no primary key.'),
        l10n.t('Add a primary key, refresh the database’s tables, and run the backfill again.'),
      ];
    case 'sinkPaused':
      return [
        l10n.t('The sink is paused, so its backfills are on hold.'),
        l10n.t('Resume the sink to continue.'),
      ];
    case 'sinkDisabled':
      return [
        l10n.t('The sink is disabled, so its backfills don’t run.'),
        l10n.t('Enable the sink to continue.'),
      ];
    case 'resuming':
      return [
        l10n.t('Sequin is restarting the sink.'),
        l10n.t('Its backfills usually continue within 15 s and repeat some rows.'),
      ];
    case 'tableDropped':
      return [
        l10n.t('The table was dropped, so the backfill can’t continue.'),
        l10n.t('Cancel the backfill. Sequin won’t finish it.'),
      ];
    case 'deliveryFailing':
      return [
        `${describeDeliveryFailure(cause.error)} ${l10n.t('Rows count as processed even though they aren’t delivered.')}`,
        getDeliveryAdvice(),
      ];
    case 'recurring':
      return [
        l10n.t('Stalls or failed deliveries within the last hour: {0}.', formatCount(cause.count)),
        l10n.t('Check the destination, and the sink’s messages in the console.'),
      ];
    case 'checkFailing':
      return [
        quoteError(l10n.t('The sink’s “{0}” check is failing', toDisplayText(cause.name)), cause.error),
        l10n.t('Check the sink’s page in the console.'),
      ];
    case 'bufferFull':
      return [
        quoteError(l10n.t('The sink’s buffer is full'), cause.error),
        l10n.t(
          'Speed up the destination or the sink’s consumers. The backfill continues when the buffer empties.',
        ),
      ];
    case 'fetchFailing':
      return [
        quoteError(l10n.t('Sequin can’t read the table'), cause.error),
        l10n.t('Check the source database, and the sink’s page in the console.'),
      ];
    case 'counting':
      return [
        l10n.t('Sequin is still counting the table’s rows, which can take minutes for large tables.'),
        l10n.t('If it doesn’t finish, check the source database for long-running queries or locks.'),
      ];
    case 'noConsumer':
      return [
        l10n.t(
          'No consumer is receiving. A Sequin Stream backfill advances only as messages are acknowledged.',
        ),
        l10n.t('Start a consumer that receives from the sink and acknowledges its messages.'),
      ];
    case 'readerStarting':
      return [
        l10n.t('Sequin hasn’t started reading the table.'),
        l10n.t('If this continues, check the source database’s connection and replication in the console.'),
      ];
    case 'notReading':
      return [
        l10n.t('Sequin isn’t reading the table and reports no cause.'),
        l10n.t(
          'Check the Sequin server log, the connection to the source database, and the types of the primary key columns. Sequin can’t read enums in a primary key.',
        ),
      ];
    case 'databaseStalled':
      return explainDatabaseStall(cause);
    case 'unknown':
      return [
        l10n.t('The backfill has stalled and Sequin reports no cause.'),
        l10n.t('Check the sink’s messages in the console and the Sequin server log.'),
      ];
  }
}

function explainDatabaseStall({
  database,
  count,
  error,
}: Extract<StallCause, { readonly kind: 'databaseStalled' }>): Explanation {
  const problem = l10n.t(
    'None of the {0} running backfills of the database {1} is making progress',
    formatCount(count),
    toDisplayText(database),
  );
  return [
    quoteError(problem, error, l10n.t('{0}, while backfills of other databases are.', problem)),
    l10n.t('Test the connection to the database, and check its replication in the console.'),
  ];
}

/**
 * Completes a sentence with the server's error, converted to one line without trailing periods. Without an error,
 * returns `withoutError`, by default the sentence with a period.
 */
function quoteError(sentence: string, error: string | null, withoutError = l10n.t('{0}.', sentence)): string {
  const trimmedError = (error ?? '')
    .replace(/\s+/g, ' ')
    // Without the lookbehind, the time would grow with the square of the number of periods.
    .replace(/(?<![ .])[ .]+$/, '')
    .trimStart();
  return trimmedError === '' ? withoutError : l10n.t('{0}: {1}.', sentence, toDisplayText(trimmedError));
}
