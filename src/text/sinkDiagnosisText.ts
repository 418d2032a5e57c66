import * as l10n from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { formatBackfillCounts } from './backfillCountsText.ts';
import { formatTableName } from './backfillText.ts';
import { formatList } from './format.ts';

/** A short title for a problem of a sink, and what the problem means. */
interface DiagnosisText {
  readonly title: string;
  readonly text: string;
}

/** Explains that a sink is paused or disabled; undefined for any other status. */
export function describeInactiveSink({ status }: Sink): DiagnosisText | undefined {
  switch (status) {
    case 'paused':
      return {
        title: l10n.t('The sink is paused'),
        text: l10n.t('Its backfills and live changes are on hold. Resume the sink to continue.'),
      };
    case 'disabled':
      return {
        title: l10n.t('The sink is disabled'),
        text: l10n.t(
          'Its backfills and live changes have stopped, or stop when Sequin next restarts the replication of the database. Enable the sink to continue.',
        ),
      };
    default:
      return undefined;
  }
}

/** `2 backfills stalled: public.orders, public.items`. */
export function formatStalledTables(stalled: readonly Backfill[]): string {
  return l10n.t(
    '{0}: {1}',
    formatBackfillCounts({ stalled: stalled.length }),
    formatList(stalled.map(formatTableName)),
  );
}
