import * as l10n from '@vscode/l10n';
import { commandIds } from '../contributions/commandIds.ts';
import { renderCommandLink } from '../contributions/commandLink.ts';
import { focusActivityCommand, focusSinksCommand } from '../contributions/viewIds.ts';
import { type Backfill, getFractionDone } from '../model/Backfill.ts';
import { listActivity } from '../servers/activity.ts';
import { findAlerts, type StalledBackfill } from '../servers/alerts.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { getShownLoad } from '../servers/Snapshot.ts';
import { formatShortCounts } from '../text/backfillCountsText.ts';
import { describeBackfill, formatBackfillName } from '../text/backfillText.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { formatAccessibleLabel, formatCount, formatPercent, joinParts } from '../text/format.ts';
import { getStatusIcon } from '../text/icons.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

/** The maximum number of backfills in the hover. */
const maxHoverBackfills = 10;

/** The rendered status bar item. */
export interface StatusBarContent {
  readonly text: string;
  /** The hover, in Markdown with icons and links that run commands. */
  readonly hover: string;
  /** The label for screen readers, without icon syntax. */
  readonly accessibleLabel: string;
  /** Determines the background color. `none` if the user has seen all problems. */
  readonly urgency: 'none' | 'warning' | 'error';
  /** The command that a click runs. */
  readonly command: typeof focusActivityCommand | typeof focusSinksCommand;
}

interface StatusInput {
  readonly monitors: readonly ServerView[];
  /** When the user last saw a view, as a local time in ms since the epoch; infinite while a view is visible. */
  readonly lastViewedAt: number;
  /** Whether the user has seen a stall in a view. */
  readonly isStallSeen: (connectionId: string, stalledBackfill: StalledBackfill) => boolean;
  /** The local time, in ms since the epoch. */
  readonly now: number;
}

/** Renders the status bar item for all servers; undefined if no backfill is running, stalled or newly failed. */
export function renderStatus(input: StatusInput): StatusBarContent | undefined {
  const { monitors, isStallSeen } = input;
  const servers = findAlertsOfServers(input);
  if (servers.length === 0) {
    return undefined;
  }
  const stalled = servers.flatMap(({ alerts }) => alerts.stalled);
  const running = servers.flatMap(({ alerts }) => alerts.running);
  const failedCount = servers.flatMap(({ alerts }) => alerts.failed).length;
  const staleMessages = servers.map(({ staleMessage }) => staleMessage).filter(Boolean);
  const counts: readonly [icon: string, count: string][] = [
    [staleMessages.length === 0 ? 'sync' : 'sync-ignored', formatRunning(running)],
    ['warning', formatShortCounts({ stalled: stalled.length })],
    ['error', formatShortCounts({ failed: failedCount })],
  ];
  const separateStaleIcon = staleMessages.length > 0 && running.length === 0 ? ['$(sync-ignored)'] : [];
  const shownCounts = counts.filter(([, count]) => count !== '');
  const hasNewStall = servers.some(({ connection, alerts }) =>
    alerts.stalled.some((stalledBackfill) => !isStallSeen(connection.id, stalledBackfill)),
  );
  return {
    text: [...separateStaleIcon, ...shownCounts.map(([icon, count]) => `$(${icon}) ${count}`)].join('  '),
    hover: renderHover(
      servers,
      shownCounts,
      monitors.length > 1 || monitors.some(({ connection }) => connection.isSample === true),
    ),
    accessibleLabel: l10n.t(
      'Sequin: {0}',
      formatAccessibleLabel(...shownCounts.map(([, count]) => count), ...staleMessages),
    ),
    urgency: failedCount > 0 ? 'error' : hasNewStall ? 'warning' : 'none',
    command: running.length + stalled.length > 0 ? focusActivityCommand : focusSinksCommand,
  };
}

/** Finds the servers with running, stalled or newly failed backfills. */
function findAlertsOfServers({ monitors, lastViewedAt, now }: StatusInput) {
  return monitors
    .map(({ connection, snapshot, serverNow }) => ({
      connection,
      snapshot,
      serverNow,
      alerts: findAlerts(snapshot, serverNow, lastViewedAt),
      staleMessage: describeStaleness(getShownLoad(snapshot), connection.name, now),
    }))
    .filter(({ alerts }) => alerts.running.length + alerts.stalled.length + alerts.failed.length > 0);
}

/**
 * Formats `3 running · 47%`. The percentage covers only the backfills with a known number of rows that they haven't
 * exceeded. Returns '' if no backfill is running.
 */
function formatRunning(running: readonly Backfill[]): string {
  const fraction = getFractionDone(...running);
  return joinParts(
    formatShortCounts({ running: running.length }),
    fraction === undefined ? '' : formatPercent(fraction),
  );
}

type ServerAlerts = ReturnType<typeof findAlertsOfServers>[number];

/**
 * Renders a heading, the reasons why data is stale, links to at most {@link maxHoverBackfills} backfills (first failed,
 * then stalled, then running ones), and links to the views.
 */
function renderHover(
  servers: readonly ServerAlerts[],
  counts: readonly (readonly [icon: string, count: string])[],
  hasConnectionNames: boolean,
): string {
  const items = [
    ...servers.flatMap((server) => server.alerts.failed.map((backfill) => ({ server, backfill }))),
    ...listActivity(servers).filter(({ backfill }) => backfill.state === 'active'),
  ];
  const hiddenCount = items.length - maxHoverBackfills;
  const heading = `**${escapeMarkdown(l10n.t('Sequin Backfills'))}** · ${escapeMarkdown(counts.map(([, count]) => count).join(' · '))}`;
  return [
    heading,
    ...servers.flatMap(({ staleMessage }) =>
      staleMessage === '' ? [] : [`$(sync-ignored) ${escapeMarkdown(staleMessage)}`],
    ),
    [
      ...items
        .slice(0, maxHoverBackfills)
        .map(({ server, backfill }) => renderBackfillLine(server, backfill, hasConnectionNames)),
      ...(hiddenCount > 0 ? [escapeMarkdown(l10n.t('and {0} more', formatCount(hiddenCount)))] : []),
    ].join('  \n'),
    '---',
    [
      renderCommandLink(escapeMarkdown(l10n.t('Show Activity')), focusActivityCommand),
      renderCommandLink(escapeMarkdown(l10n.t('Show Sinks')), focusSinksCommand),
    ].join(' · '),
  ].join('\n\n');
}

/** Renders `$(sync) public.orders → orders-kafka · 47% · 4 min left`, with the connection if `hasConnectionNames`. */
function renderBackfillLine(
  { connection, snapshot, serverNow }: ServerAlerts,
  backfill: Backfill,
  hasConnectionNames: boolean,
): string {
  const { id, sinkId } = backfill;
  const live = getLiveStatus(snapshot, backfill, serverNow);
  const name = escapeMarkdown(formatBackfillName(backfill, snapshot.sinks.get(sinkId)));
  const link = renderCommandLink(name, commandIds.openBackfill, {
    connectionId: connection.id,
    sinkId,
    backfillId: id,
  });
  const details = [
    describeBackfill(backfill, serverNow, { live }),
    hasConnectionNames ? toDisplayText(connection.name) : '',
  ].filter(Boolean);
  return `$(${getStatusIcon(live.status)}) ${[link, ...details.map(escapeMarkdown)].join(' · ')}`;
}
