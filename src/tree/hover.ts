import { t } from '@vscode/l10n';
import { MarkdownString } from 'vscode';
import { type Backfill, getFractionDone } from '../model/Backfill.ts';
import { getConnectionName } from '../model/Connection.ts';
import { getQueuePosition } from '../model/queue/BackfillQueue.ts';
import type { Sink } from '../model/Sink.ts';
import { getConnectionStatus } from '../servers/connectionStatus.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import { getQueueStatus } from '../servers/queueStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { Server } from '../servers/ServerRegistry.ts';
import { getShownLoad, type LoadState } from '../servers/Snapshot.ts';
import { formatBackfillName } from '../text/backfillCountsText.ts';
import { formatProgress, formatStatus, toBackfillFacts } from '../text/backfillText.ts';
import {
  describeConnectionStatus,
  describeMissingFeatures,
  formatServerVersion,
  toConnectionFacts,
} from '../text/connectionText.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import type { Fact } from '../text/facts.ts';
import { formatPercent } from '../text/format.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { describeLiveStatus, toRateFacts } from '../text/liveStatusText.ts';
import { describeQueueProgress, toQueueFacts } from '../text/queueText.ts';
import { formatSinkName, toCheckFacts, toSinkFacts } from '../text/sinkText.ts';
import { describeDiagnosis } from '../text/stallText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

const progressBarWidth = 320;
/** Padding between the columns of a table: hovers render tables without any. */
const columnGap = '&nbsp;'.repeat(3);

/** The parts of a monitor that a hover shows. */
type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot'>;

/** The hover of a backfill, with its rates and the cause of a stall. `now` is a local time in milliseconds. */
export function createBackfillHover(backfill: Backfill, server: ServerView, now: number): MarkdownString {
  const { snapshot } = server;
  const serverNow = now + snapshot.clockSkewMs;
  const fraction = getFractionDone(backfill);
  const sink = snapshot.sinks.get(backfill.sinkId);
  const liveStatus = getLiveStatus(snapshot, backfill, serverNow);
  return new MarkdownString(
    [
      `**${escapeMarkdown(formatBackfillName(backfill, sink))}** · ${escapeMarkdown(formatStatus(liveStatus.status, backfill))}`,
      renderStaleness(server, getShownLoad(snapshot, backfill), now),
      fraction === undefined ? '' : renderProgressBar(fraction),
      escapeMarkdown([formatProgress(backfill), describeLiveStatus(liveStatus)].filter(Boolean).join(' · ')),
      escapeMarkdown(describeDiagnosis(liveStatus) ?? ''),
      renderTable([
        ...toQueueFacts(snapshot.queue, getQueuePosition(snapshot.queue, backfill)),
        ...toRateFacts(liveStatus),
        ...toBackfillFacts(
          backfill,
          serverNow,
          snapshot.progressTracks.get(backfill.id),
          liveStatus.knownUntil,
        ),
      ]),
    ]
      .filter(Boolean)
      .join('\n\n'),
  );
}

/** The hover of a sink, with its health checks. `now` is a local time in milliseconds. */
export function createSinkHover(sink: Sink, server: ServerView, now: number): MarkdownString {
  const checks = toCheckFacts(sink.health);
  return new MarkdownString(
    [
      `**${escapeMarkdown(formatSinkName(sink))}**`,
      renderStaleness(server, server.snapshot.sinksLoad, now),
      renderTable(toSinkFacts(sink)),
      checks.length > 0 ? `---\n\n${renderTable(checks)}` : '',
    ]
      .filter(Boolean)
      .join('\n\n'),
  );
}

/** The hover of a connection, with its status and the features that the server version lacks. */
export function createConnectionHover(server: Server): MarkdownString {
  const { state, monitor } = server;
  const name = getConnectionName(state);
  const status = getConnectionStatus(server);
  const version = monitor?.snapshot.version;
  const facts = [
    ...('connection' in state ? toConnectionFacts(state.connection, status) : []),
    ...(version === undefined ? [] : [{ label: t('Version'), value: formatServerVersion(version) }]),
  ];
  return new MarkdownString(
    [
      `**${escapeMarkdown(toDisplayText(name))}**`,
      escapeMarkdown(describeConnectionStatus(status, name)),
      monitor === undefined ? '' : escapeMarkdown(describeQueue(monitor)),
      facts.length > 0 ? renderTable(facts) : '',
      ...describeMissingFeatures(version).map(escapeMarkdown),
    ]
      .filter(Boolean)
      .join('\n\n'),
  );
}

/** The progress of a connection's queue; '' without one. */
export function describeQueue({
  snapshot,
  serverNow,
}: Pick<ServerMonitor, 'snapshot' | 'serverNow'>): string {
  const progress = getQueueStatus(snapshot, serverNow);
  return progress === undefined || snapshot.queue === undefined
    ? ''
    : describeQueueProgress(progress, snapshot.queue);
}

/** When the data was last updated, and why it is stale; '' if it is current. */
function renderStaleness({ connection }: ServerView, load: LoadState, now: number): string {
  return escapeMarkdown(describeStaleness({ load, server: connection.name, now }));
}

/** An image, since block characters render unevenly in most fonts. It can't use theme colors, so the blue is fixed. */
function renderProgressBar(fraction: number): string {
  const done = Math.round(fraction * progressBarWidth);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${progressBarWidth}" height="6">` +
    `<rect width="${progressBarWidth}" height="6" rx="3" fill="#808080" fill-opacity=".35"/>` +
    `<rect width="${done}" height="6" rx="3" fill="#3b8eea"/></svg>`;
  return `![${formatPercent(fraction)}](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`;
}

function renderTable(facts: readonly Fact[]): string {
  const rows = facts.map(
    ({ label, value }) => `| ${escapeMarkdown(label)}${columnGap} | ${escapeMarkdown(value)} |`,
  );
  return ['| | |', '|:--|:--|', ...rows].join('\n');
}
