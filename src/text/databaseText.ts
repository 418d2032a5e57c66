import * as l10n from '@vscode/l10n';
import { isOld } from '../model/dataAge.ts';
import type { Database, DatedConnectionTest } from '../model/Database.ts';
import type { Sink } from '../model/Sink.ts';
import type { Fact } from './facts.ts';
import { endWithPeriod, formatDataTime, formatList, joinParts } from './format.ts';
import { formatSinkCount, formatSinkName } from './sinkText.ts';
import { quoteServerText, toDisplayText } from './toDisplayText.ts';

/** `db.internal:5432`, without an unknown host or port; '' if both are unknown. */
function formatHost({ hostname, port }: Database): string {
  return [toDisplayText(hostname ?? ''), port === null ? '' : String(port)].filter(Boolean).join(':');
}

/**
 * Describes a database: a failed connection test first, then the number of sinks that read from the database, and its
 * host. `now` is the local time in milliseconds.
 */
export function describeDatabase(
  database: Database,
  sinkCount: number,
  test: DatedConnectionTest | undefined,
  now: number,
): string {
  return joinParts(
    test === undefined || test.isPassed ? '' : formatFailedTest(test, now),
    sinkCount === 0 ? l10n.t('no sinks') : formatSinkCount(sinkCount),
    formatHost(database),
  );
}

function formatFailedTest({ testedAt }: DatedConnectionTest, now: number): string {
  return isOld(testedAt, now)
    ? l10n.t('connection test failed {0}', formatDataTime(testedAt, now))
    : l10n.t('connection test failed');
}

/** The facts that describe a database in its hover. `now` is the local time in milliseconds. */
export function toDatabaseFacts(
  database: Database,
  sinks: readonly Sink[],
  test: DatedConnectionTest | undefined,
  now: number,
): Fact[] {
  return [
    { label: l10n.t('Host'), value: formatHost(database) || l10n.t('not available') },
    { label: l10n.t('Database'), value: toDisplayText(database.database ?? '') || l10n.t('not available') },
    {
      label: l10n.t('Sinks'),
      value: sinks.length === 0 ? l10n.t('none') : formatList(sinks.map(formatSinkName)),
    },
    { label: l10n.t('Connection test'), value: describeConnectionTest(test, now) },
  ];
}

function describeConnectionTest(test: DatedConnectionTest | undefined, now: number): string {
  if (test === undefined) {
    return l10n.t('not tested');
  }
  const ago = formatDataTime(test.testedAt, now);
  return test.isPassed
    ? l10n.t('passed {0}', ago)
    : l10n.t('failed {0}: {1}', ago, quoteServerText(test.reason) || l10n.t('Sequin reports no reason'));
}

/** The result of a successful connection test. */
export function describePassedTest({ name }: Database): string {
  return l10n.t('Sequin can connect to the database {0}.', toDisplayText(name));
}

/** The result of a failed connection test, with the server's reason. */
export function describeFailedTest({ name }: Database, reason: string | null): string {
  const database = toDisplayText(name);
  const quote = quoteServerText(reason);
  return quote === ''
    ? l10n.t('Sequin can’t connect to the database {0}, and reports no reason.', database)
    : endWithPeriod(l10n.t('Sequin can’t connect to the database {0}: {1}', database, quote));
}

/** The result of a refresh of the tables. */
export function describeRefreshedTables({ name }: Database): string {
  return l10n.t('Refreshed the tables of the database {0}.', toDisplayText(name));
}

/** The result of a refresh that failed even though Sequin can connect to the database. */
export function describeFailedRefresh({ name }: Database): string {
  return l10n.t(
    'Couldn’t refresh the tables of the database {0}. Sequin can connect to it, and reports no reason.',
    toDisplayText(name),
  );
}
