import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import { type Alerts, findAlerts } from '../servers/alerts.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { getShownLoad, type Snapshot } from '../servers/Snapshot.ts';
import {
  formatBackfillCounts,
  formatBackfillName,
  formatShortBackfillCounts,
} from '../text/backfillCountsText.ts';
import { formatProgress, formatState } from '../text/backfillText.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { formatCount, formatList } from '../text/format.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { formatRunningBackfills } from '../text/sinkText.ts';
import { describeStall } from '../text/stallText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

/** The maximum number of backfills in the hover. */
const maxHoverBackfills = 10;

/** The rendered status bar item. Two values with equal properties look the same. */
export interface StatusBarContent {
  readonly text: string;
  /** The hover, in Markdown. */
  readonly hover: string;
  /** The label for screen readers, without icon syntax. */
  readonly accessibleLabel: string;
  readonly urgency: 'none' | 'warning' | 'error';
}

/** The parts of a monitor that the status bar shows. */
type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/**
 * Renders the status bar item for all servers; undefined if no backfill is running or newly failed. `lastViewedAt` is
 * when the user last saw the view, and `now` the editor's time, both in ms.
 */
export function renderStatus(
  monitors: readonly ServerView[],
  lastViewedAt: number,
  now: number,
): StatusBarContent | undefined {
  const servers = monitors
    .map(({ connection, snapshot, serverNow }) => {
      const stale = describeStaleness({ load: getShownLoad(snapshot), server: connection.name, now });
      return { connection, snapshot, alerts: findAlerts(snapshot, serverNow, lastViewedAt), stale };
    })
    .filter(({ alerts }) => alerts.running.length + alerts.failed.length > 0);
  if (servers.length === 0) {
    return undefined;
  }
  const running = servers.flatMap(({ alerts }) => alerts.running);
  const counts = {
    stalled: servers.flatMap(({ alerts }) => alerts.stalled).length,
    failed: servers.flatMap(({ alerts }) => alerts.failed).length,
  };
  const stale = servers.map((server) => server.stale).filter(Boolean);
  const runningSummary = running.length === 0 ? '' : formatRunningBackfills(running);
  const alertSummary =
    runningSummary === '' ? formatBackfillCounts(counts) : formatShortBackfillCounts(counts);
  return {
    text: [
      runningSummary && `${stale.length === 0 ? '$(sync)' : '$(sync-ignored)'} ${runningSummary}`,
      alertSummary && `$(warning) ${alertSummary}`,
    ]
      .filter(Boolean)
      .join(' '),
    hover: servers
      .flatMap(({ connection, snapshot, alerts, stale: staleMessage }) => [
        // A single connection needs no name.
        monitors.length > 1 ? `*${escapeMarkdown(toDisplayText(connection.name))}*` : '',
        escapeMarkdown(staleMessage),
        ...createHoverLines(snapshot, alerts),
      ])
      .filter(Boolean)
      .join('\n\n'),
    accessibleLabel: t('Sequin: {0}', formatList([runningSummary, alertSummary, ...stale].filter(Boolean))),
    urgency: counts.failed > 0 ? 'error' : counts.stalled > 0 ? 'warning' : 'none',
  };
}

/** A line for each backfill, with failed and stalled ones first. */
function createHoverLines(snapshot: Snapshot, { running, stalled, failed }: Alerts): string[] {
  const formatLine = (backfill: Backfill, text: string): string => {
    const name = formatBackfillName(backfill, snapshot.sinks.get(backfill.sinkId));
    return `**${escapeMarkdown(name)}** · ${escapeMarkdown(text)}`;
  };
  const stalledBackfills = new Set(stalled.map(({ backfill }) => backfill));
  const allLines = [
    ...failed.map((backfill) =>
      formatLine(backfill, `${formatState(backfill.state)} · ${formatProgress(backfill)}`),
    ),
    ...stalled.map(({ backfill, stall }) => formatLine(backfill, describeStall(stall))),
    ...running
      .filter((backfill) => !stalledBackfills.has(backfill))
      .map((backfill) => formatLine(backfill, formatProgress(backfill))),
  ];
  const hiddenCount = allLines.length - maxHoverBackfills;
  return hiddenCount > 0
    ? [...allLines.slice(0, maxHoverBackfills), t('and {0} more', formatCount(hiddenCount))]
    : allLines;
}
