import * as l10n from '@vscode/l10n';
import type { CliContextProblem, InvalidCliContext } from '../model/CliContext.ts';
import type { Connection, ConnectionStatus } from '../model/Connection.ts';
import { type Feature, featureMinimumVersions, getMissingFeatures } from '../model/serverVersion.ts';
import { type BackfillCounts, formatShortCounts } from './backfillCountsText.ts';
import { describeAddressProblem, describeFailure } from './failureText.ts';
import { joinParts } from './format.ts';
import { formatSinkCount } from './sinkText.ts';
import { toDisplayText } from './toDisplayText.ts';

/** A connection's status in a few words. */
export function formatConnectionStatus(status: ConnectionStatus): string {
  const names: Record<ConnectionStatus['kind'], string> = {
    connecting: l10n.t('connecting…'),
    connected: l10n.t('connected'),
    signedOut: l10n.t('signed out'),
    invalidAddress: l10n.t('invalid address'),
    tokenRejected: l10n.t('token rejected'),
    unreachable: l10n.t('unreachable'),
    notSequin: l10n.t('not a Sequin server'),
    failing: l10n.t('unavailable'),
  };
  return names[status.kind];
}

/** Explains a connection's status in a sentence; '' for a status that needs no explanation. */
export function describeConnectionStatus(status: ConnectionStatus, name: string): string {
  if (status.kind === 'invalidAddress') {
    const problem = describeAddressProblem(status.problem);
    return l10n.t('The address of {0} is invalid. {1}', toDisplayText(name), problem);
  }
  return 'failure' in status ? describeFailure(status.failure, name).sentence : '';
}

/** What the description of a connection contains besides its status. */
interface ConnectionDetails {
  readonly backfills?: BackfillCounts;
  /** The number of sinks; undefined until the list has loaded. */
  readonly sinkCount?: number | undefined;
  /** The time of the data, formatted; undefined unless the data is stale. */
  readonly staleTime?: string | undefined;
}

/**
 * Describes a connection: its mark, its status unless it is connected, the time of stale data, and the numbers of
 * backfills and sinks.
 */
export function describeConnection(
  connection: Pick<Connection, 'production' | 'isSample'>,
  status: ConnectionStatus,
  { backfills = {}, sinkCount, staleTime }: ConnectionDetails = {},
): string {
  return joinParts(
    getConnectionMark(connection),
    status.kind === 'connected' ? '' : formatConnectionStatus(status),
    staleTime === undefined ? '' : l10n.t('as of {0}', staleTime),
    formatShortCounts(backfills),
    sinkCount === undefined ? '' : formatSinkCount(sinkCount),
  );
}

/** Whether a name contains the word `production` or `prod`, as in `Prod EU`. */
export function isNamedProduction(name: string): boolean {
  return /(?<!\p{L})prod(uction)?(?!\p{L})/iu.test(name);
}

/** The mark of a production connection, or of the sample data; '' for other connections. */
export function getConnectionMark({
  production,
  isSample,
}: Pick<Connection, 'production' | 'isSample'>): string {
  if (isSample === true) {
    return l10n.t('simulated');
  }
  return production ? l10n.t('production') : '';
}

/** The message above the sinks of the sample data. */
export function describeSampleData(): string {
  return l10n.t('This data is simulated. Try anything: it disappears when you close the window.');
}

/** The message above the sinks of a production connection. */
export function describeProduction(name: string): string {
  return l10n.t('{0} is production: every change requires confirmation.', toDisplayText(name));
}

/** The maximum length of a version, in UTF-16 units. No real version is longer, but a server can report any string. */
const maxVersionLength = 40;

/** `Sequin 0.14.6`, `Sequin lab` for a build that isn't a release, or `Version unknown`. */
export function formatServerVersion(version: string | undefined): string {
  const name = (version ?? '').trim();
  if (name === '') {
    return l10n.t('Version unknown');
  }
  const shortName =
    name.length > maxVersionLength
      ? // Removes the first half of a surrogate pair that was cut in two.
        `${name.slice(0, maxVersionLength).replace(/[\uD800-\uDBFF]$/, '')}…`
      : name;
  return l10n.t('Sequin {0}', toDisplayText(shortName.replace(/^v(?=\d)/i, '')));
}

/** Describes each feature that a server version lacks, the oldest feature first; empty for an unknown version. */
export function describeMissingFeatures(version: string | undefined): string[] {
  const since = featureMinimumVersions;
  const sentences: Record<Feature, string> = {
    health: l10n.t('Sequin before {0} doesn’t report sink health.', since.health),
    unfinishedBackfills: l10n.t(
      'Sequin before {0} doesn’t report every unfinished backfill with its sink. Expand a sink to see its backfills.',
      since.unfinishedBackfills,
    ),
    failed: l10n.t('Sequin before {0} doesn’t report failed backfills; they appear as active.', since.failed),
    paused: l10n.t('Sequin before {0} can’t pause backfills.', since.paused),
  };
  return getMissingFeatures(version).map((feature) => sentences[feature]);
}

/** Explains why a Sequin CLI file contains no usable context: `broken.json: not JSON`. */
export function describeInvalidContext({ file, problem }: InvalidCliContext): string {
  const problems: Record<CliContextProblem, string> = {
    unreadable: l10n.t('can’t be read'),
    tooLarge: l10n.t('too large for a context'),
    notJson: l10n.t('not JSON'),
    shape: l10n.t('not in the format of the Sequin CLI'),
    noToken: l10n.t('no token'),
    invalidToken: l10n.t('its token contains spaces or special characters'),
    address: l10n.t('its hostname isn’t a valid address'),
  };
  return l10n.t('{0}: {1}', toDisplayText(file), problems[problem]);
}
