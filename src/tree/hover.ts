import * as l10n from '@vscode/l10n';
import type { MarkdownString } from 'vscode';
import { commandIds } from '../contributions/commandIds.ts';
import { type LinkedCommand, renderCommandLink } from '../contributions/commandLink.ts';
import { createTrustedHover } from '../contributions/createTrustedHover.ts';
import { type Backfill, getFractionDone, isUnfinished } from '../model/Backfill.ts';
import { getAllowedActions } from '../model/backfillActions.ts';
import type { ConnectionRef, SinkRef } from '../model/BackfillRef.ts';
import type { ConnectionStatus } from '../model/Connection.ts';
import type { Database } from '../model/Database.ts';
import type { LoadState } from '../model/LoadState.ts';
import type { LiveStatus } from '../model/progress/backfillStatus.ts';
import { getQueuePosition } from '../model/queue/BackfillQueue.ts';
import { getSinkCondition, type Sink } from '../model/Sink.ts';
import { getAllowedSinkActions } from '../model/sinkActions.ts';
import { getConnectionStatus } from '../servers/connectionStatus.ts';
import { filterStalled, getLiveStatus, getQueueStatus } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { Server } from '../servers/ServerRegistry.ts';
import {
  areActionsUnavailable,
  getBackfillsOfSink,
  getDeliveries,
  getShownLoad,
  getSinksOfDatabase,
  isWriteBlocked,
  type Snapshot,
} from '../servers/Snapshot.ts';
import { actionTexts } from '../text/actionText.ts';
import { formatShortCounts } from '../text/backfillCountsText.ts';
import { formatBackfillName, formatProgress, formatStatus } from '../text/backfillText.ts';
import {
  describeConnectionStatus,
  describeMissingFeatures,
  describeProduction,
  describeSampleData,
  formatConnectionStatus,
  formatServerVersion,
} from '../text/connectionText.ts';
import { toDatabaseFacts } from '../text/databaseText.ts';
import { describeDeliveryOutcome, describeMetrics, toDeliveryFacts } from '../text/deliveryText.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import type { Fact } from '../text/facts.ts';
import { toFigures } from '../text/figuresText.ts';
import { formatDateTimeWithAge, formatPercent, joinParts } from '../text/format.ts';
import { getHealthIcon, getStatusIcon } from '../text/icons.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { describeQueueProgress, toQueueFacts } from '../text/queueText.ts';
import { findStallRemedy, getRemedyText, type StallRemedy } from '../text/remedyText.ts';
import {
  describeSource,
  formatDestination,
  formatSinkCondition,
  formatSinkName,
  groupChecks,
} from '../text/sinkText.ts';
import { describeDiagnosis } from '../text/stallText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

const progressBarWidth = 320;

/** The parts of a monitor that the rows and hovers of the tree depend on. */
export type TreeServer = Pick<ServerMonitor, 'connection' | 'snapshot'>;

/**
 * Creates the hover of a backfill: progress, figures, the cause of a problem, and links. `now` is a local time in ms.
 */
export function createBackfillHover(backfill: Backfill, server: TreeServer, now: number): MarkdownString {
  const { connection, snapshot } = server;
  const serverNow = now + snapshot.clockSkewMs;
  const live = getLiveStatus(snapshot, backfill, serverNow);
  const deliveries = getDeliveries(snapshot, backfill);
  const name = formatBackfillName(backfill, snapshot.sinks.get(backfill.sinkId));
  const ref = { connectionId: connection.id, sinkId: backfill.sinkId, backfillId: backfill.id };
  return renderHover(
    renderHeading(
      getStatusIcon(live.status),
      name,
      formatStatus(live.status, backfill),
      describeDeliveryOutcome(deliveries),
    ),
    [
      renderStaleness(server, getShownLoad(snapshot, backfill), now),
      renderDiagnosis(live),
      renderProgressBar(backfill, live),
      escapeMarkdown(formatProgress(backfill)),
      renderFacts(toFigures(backfill, live, snapshot)),
      renderFacts([
        { label: l10n.t('Started'), value: formatDateTimeWithAge(backfill.insertedAt, serverNow) },
        ...toQueueFacts(snapshot.queue, getQueuePosition(snapshot.queue, backfill)),
      ]),
      ...toDeliveryFacts(deliveries, now).map((fact) => renderFacts([fact])),
    ],
    [
      renderLink('open-preview', l10n.t('Open'), commandIds.openBackfill, ref),
      ...renderRemedyLink(live, snapshot, ref),
      ...renderActionLinks(backfill, snapshot, ref),
      renderConsoleLink(ref),
      renderLink('copy', l10n.t('Copy ID'), commandIds.copyBackfillId, ref),
    ],
  );
}

/** Creates the hover of a sink, with its health checks. `now` is a local time in milliseconds. */
export function createSinkHover(sink: Sink, server: TreeServer, now: number): MarkdownString {
  const { connection, snapshot } = server;
  const ref = { connectionId: connection.id, sinkId: sink.id };
  const unfinished = getBackfillsOfSink(snapshot, sink.id).filter(isUnfinished);
  const stalled = filterStalled(snapshot, unfinished, now + snapshot.clockSkewMs).length;
  return renderHover(
    renderHeading(
      getHealthIcon(getSinkCondition(sink, stalled > 0)),
      formatSinkName(sink),
      formatSinkCondition(sink),
      formatShortCounts({ stalled }),
    ),
    [
      renderStaleness(server, snapshot.sinksLoad, now),
      renderLine('export', formatDestination(sink)),
      renderLine('database', joinParts(toDisplayText(sink.database ?? ''), describeSource(sink.source))),
      ...groupChecks(sink.health).map(({ status, text }) => renderLine(getHealthIcon(status), text)),
    ],
    [
      renderLink('open-preview', l10n.t('Open'), commandIds.openSink, ref),
      ...(areActionsUnavailable(snapshot) ? [] : renderSinkActionLinks(sink, ref)),
      renderConsoleLink(ref),
    ],
  );
}

/** Renders the links that resume or enable the sink, and the link that starts a backfill. */
function renderSinkActionLinks(sink: Sink, ref: SinkRef): string[] {
  return [
    ...getAllowedSinkActions(sink).flatMap((action) =>
      action === 'resumeSink' || action === 'enableSink' ? [renderRemedy(action, ref)] : [],
    ),
    renderLink('add', l10n.t('Start Backfill…'), commandIds.startBackfill, ref),
  ];
}

/** Creates the hover of a database. `now` is a local time in ms. */
export function createDatabaseHover(database: Database, server: TreeServer, now: number): MarkdownString {
  const { connection, snapshot } = server;
  const test = snapshot.connectionTests.get(database.id);
  const ref = { connectionId: connection.id, databaseId: database.id };
  const sinks = getSinksOfDatabase(snapshot, database);
  return renderHover(
    `$(database) **${escapeMarkdown(toDisplayText(database.name))}**`,
    [
      renderStaleness(server, snapshot.sinksLoad, now),
      ...toDatabaseFacts(database, sinks, test, now).map((fact) => renderFacts([fact])),
    ],
    [renderRemedy('testConnection', ref), renderRemedy('refreshTables', ref)],
  );
}

/** Creates the hover of a connection, with its status and the features that the server version lacks. */
export function createConnectionHover(server: Server): MarkdownString {
  const { state, monitor } = server;
  const { connection } = state;
  const { name } = connection;
  const status = getConnectionStatus(server);
  const { version, metrics } = monitor?.snapshot ?? {};
  return renderHover(
    renderHeading('server-environment', toDisplayText(name), formatConnectionStatus(status)),
    [
      escapeMarkdown(describeConnectionStatus(status, name)),
      escapeMarkdown(monitor ? describeQueue(monitor) : ''),
      renderLine('globe', toDisplayText(connection.address)),
      renderLine('graph', metrics && describeMetrics(metrics.url, metrics.failure)),
      renderLine('versions', version && formatServerVersion(version)),
      renderLine('shield', connection.production ? describeProduction(name) : ''),
      renderLine('beaker', connection.isSample ? describeSampleData() : ''),
      ...describeMissingFeatures(version).map((sentence) => renderLine('info', sentence)),
    ],
    state.kind === 'invalidAddress' ? [] : renderConnectionLinks({ connectionId: connection.id }, status),
  );
}

function renderConnectionLinks(ref: ConnectionRef, { kind }: ConnectionStatus): string[] {
  return kind === 'signedOut' || kind === 'tokenRejected'
    ? [renderLink('key', l10n.t('Enter Token'), commandIds.enterToken, ref)]
    : [renderLink('refresh', l10n.t('Refresh'), commandIds.refresh, ref), renderConsoleLink(ref)];
}

/** Describes the progress of a connection's queue; '' if it has no queue. */
export function describeQueue(server: Pick<ServerMonitor, 'snapshot' | 'serverNow'>): string {
  const { queue } = server.snapshot;
  const progress = getQueueStatus(server.snapshot, server.serverNow);
  return queue && progress ? describeQueueProgress(progress, queue) : '';
}

/** Renders a heading, lines, and links below a rule. Leaves out empty lines. VS Code wraps long lines. */
function renderHover(heading: string, lines: readonly string[], links: readonly string[]): MarkdownString {
  const body = lines.filter(Boolean).join('  \n');
  const footer = links.length === 0 ? '' : `---\n\n${links.join(' &nbsp; ')}`;
  return createTrustedHover([heading, body, footer].filter(Boolean).join('\n\n'));
}

function renderHeading(icon: string, name: string, ...statuses: readonly string[]): string {
  return `$(${icon}) **${escapeMarkdown(name)}** · ${escapeMarkdown(joinParts(...statuses))}`;
}

/** Renders text with an icon; '' if there is no text. */
function renderLine(icon: string, text = ''): string {
  return text === '' ? '' : `$(${icon}) ${escapeMarkdown(text)}`;
}

function renderConsoleLink(ref: object): string {
  return renderLink('link-external', l10n.t('Open in Console'), commandIds.openInConsole, ref);
}

function renderLink(icon: string, label: string, command: LinkedCommand, ref: object): string {
  return renderCommandLink(`$(${icon}) ${escapeMarkdown(label)}`, command, ref);
}

/** Renders facts on one line: `Elapsed: 3 min · Average rate: 10,000 rows/s`. */
function renderFacts(facts: readonly Fact[]): string {
  return facts.map(({ label, value }) => escapeMarkdown(l10n.t('{0}: {1}', label, value))).join(' · ');
}

/**
 * Renders the link for the next step after a stall, see {@link findStallRemedy}; none if there is no such step, or
 * while the server is offline.
 */
function renderRemedyLink({ stall }: LiveStatus, snapshot: Snapshot, ref: object): string[] {
  const remedy = stall && findStallRemedy(stall.cause);
  return remedy === undefined || areActionsUnavailable(snapshot) ? [] : [renderRemedy(remedy, ref)];
}

function renderRemedy(remedy: StallRemedy, ref: object): string {
  const { icon, label } = getRemedyText(remedy);
  return renderLink(icon, label, commandIds[remedy], ref);
}

/**
 * Renders links for the actions that the state allows, except for Cancel; none while a write blocks them or the server
 * is offline.
 */
function renderActionLinks(backfill: Backfill, snapshot: Snapshot, ref: object): string[] {
  return isWriteBlocked(snapshot, { backfillId: backfill.id }) || areActionsUnavailable(snapshot)
    ? []
    : getAllowedActions(backfill, snapshot.version).flatMap((action) => {
        const { icon, label, command } = actionTexts[action];
        return command === 'cancelBackfill' ? [] : [renderLink(icon, label(), commandIds[command], ref)];
      });
}

/** Renders the cause of a problem, or of a harmless delay. */
function renderDiagnosis(live: LiveStatus): string {
  const isHarmless = live.status === 'counting' || live.status === 'running';
  return renderLine(isHarmless ? 'info' : 'warning', describeDiagnosis(live));
}

/** Renders when the data was last updated, and why the data is stale; '' for current data. */
function renderStaleness({ connection }: TreeServer, load: LoadState, now: number): string {
  return renderLine('sync-ignored', describeStaleness(load, connection.name, now));
}

/**
 * Renders progress as an image, because block characters look uneven in most fonts. An image can't use theme colors, so
 * its colors are fixed.
 */
function renderProgressBar(backfill: Backfill, { status }: LiveStatus): string {
  const fraction = getFractionDone(backfill);
  if (fraction === undefined || backfill.state === 'completed') {
    return '';
  }
  const doneWidth = Math.round(fraction * progressBarWidth);
  const color = status === 'running' ? '#3b8eea' : '#b8860b';
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${progressBarWidth}" height="6">` +
    `<rect width="${progressBarWidth}" height="6" rx="3" fill="#808080" fill-opacity=".35"/>` +
    `<rect width="${doneWidth}" height="6" rx="3" fill="${color}"/></svg>`;
  return `![${formatPercent(fraction)}](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`;
}
