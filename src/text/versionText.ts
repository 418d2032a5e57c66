import { t } from '@vscode/l10n';
import { featureMinimumVersions, getMissingFeatures, type Feature } from '../model/serverVersion.ts';
import { toDisplayText } from './toDisplayText.ts';

/** Longer than any real version. A server can send a text of any length. */
const maxLength = 40;

/** `Sequin 0.14.6`, or `Sequin lab` for a build that isn't a release. Undefined: the server doesn't report a version. */
export function formatServerVersion(version: string | undefined): string {
  const name = (version ?? '').trim();
  if (name === '') {
    return t('Version not known');
  }
  const short = name.length > maxLength ? `${name.slice(0, maxLength).toWellFormed()}…` : name;
  return t('Sequin {0}', toDisplayText(short.replace(/^v(?=\d)/i, '')));
}

/** A sentence for each feature that this server version lacks, oldest first; none for an unknown version. */
export function describeMissingFeatures(version: string | undefined): string[] {
  return [...getMissingFeatures(version)].map(describeMissingFeature);
}

function describeMissingFeature(feature: Feature): string {
  const since = featureMinimumVersions[feature];
  switch (feature) {
    case 'health':
      return t('The health of a sink is not told: that came with Sequin {0}.', since);
    case 'unfinishedBackfills':
      return t(
        'Not all that runs is told with the sinks: that came with Sequin {0}. Expand a sink to see its backfills.',
        since,
      );
    case 'failed':
      return t('A failed backfill looks as if it still ran: that it failed is told since Sequin {0}.', since);
    case 'paused':
      return t('Backfills cannot be paused: that came with Sequin {0}.', since);
  }
}
