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
import { getQueuePosition } from '../model/queue/BackfillQueue.ts';
import { getSinkCondition, type Sink } from '../model/Sink.ts';
import { getAllowedSinkActions } from '../model/sinkActions.ts';
import { getConnectionStatus } from '../servers/connectionStatus.ts';
import { filterStalled, getLiveStatus, getQueueStatus, type LiveStatus } from '../servers/liveStatus.ts';
import type { LoadState } from '../servers/LoadState.ts';
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

/** The parts of a monitor that a hover shows. */
type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot'>;

/** The hover of a backfill: progress, figures, the cause of a problem, and links. `now` is a local time in ms. */
export function createBackfillHover(backfill: Backfill, server: ServerView, now: number): MarkdownString {
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
      renderLink('link-external', l10n.t('Open in Console'), commandIds.openInConsole, ref),
      renderLink('copy', l10n.t('Copy ID'), commandIds.copyBackfillId, ref),
    ],
  );
}

/** The hover of a sink, with its health checks. `now` is a local time in milliseconds. */
export function createSinkHover(sink: Sink, server: ServerView, now: number): MarkdownString {
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
      `$(export) ${escapeMarkdown(formatDestination(sink))}`,
      `$(database) ${escapeMarkdown(joinParts(toDisplayText(sink.database ?? ''), describeSource(sink.source)))}`,
      ...groupChecks(sink.health).map(
        ({ status, text }) => `$(${getHealthIcon(status)}) ${escapeMarkdown(text)}`,
      ),
    ],
    [
      renderLink('open-preview', l10n.t('Open'), commandIds.openSink, ref),
      ...(areActionsUnavailable(snapshot) ? [] : renderSinkActionLinks(sink, ref)),
      renderLink('link-external', l10n.t('Open in Console'), commandIds.openInConsole, ref),
    ],
  );
}

/** The links that activate the sink, and that start a backfill. */
function renderSinkActionLinks(sink: Sink, ref: SinkRef): string[] {
  return [
    ...getAllowedSinkActions(sink).flatMap((action) =>
      action === 'resumeSink' || action === 'enableSink' ? [renderRemedy(action, ref)] : [],
    ),
    renderLink('add', l10n.t('Start Backfill…'), commandIds.startBackfill, ref),
  ];
}

/** The hover of a database. `now` is a local time in ms. */
export function createDatabaseHover(database: Database, server: ServerView, now: number): MarkdownString {
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

/** The hover of a connection, with its status and the features that the server version lacks. */
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
      monitor === undefined ? '' : escapeMarkdown(describeQueue(monitor)),
      `$(globe) ${escapeMarkdown(toDisplayText(connection.address))}`,
      metrics === undefined
        ? ''
        : `$(graph) ${escapeMarkdown(describeMetrics(metrics.url, metrics.failure))}`,
      version === undefined ? '' : `$(versions) ${escapeMarkdown(formatServerVersion(version))}`,
      connection.production ? `$(shield) ${escapeMarkdown(describeProduction(name))}` : '',
      connection.isSample ? `$(beaker) ${escapeMarkdown(describeSampleData())}` : '',
      ...describeMissingFeatures(version).map((sentence) => `$(info) ${escapeMarkdown(sentence)}`),
    ],
    state.kind === 'invalidAddress' ? [] : renderConnectionLinks({ connectionId: connection.id }, status),
  );
}

function renderConnectionLinks(ref: ConnectionRef, { kind }: ConnectionStatus): string[] {
  return kind === 'signedOut' || kind === 'tokenRejected'
    ? [renderLink('key', l10n.t('Enter Token'), commandIds.enterToken, ref)]
    : [
        renderLink('refresh', l10n.t('Refresh'), commandIds.refresh, ref),
        renderLink('link-external', l10n.t('Open in Console'), commandIds.openInConsole, ref),
      ];
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

/** A heading, lines, and links below a rule. Empty lines are left out. VS Code wraps long lines. */
function renderHover(heading: string, lines: readonly string[], links: readonly string[]): MarkdownString {
  const body = lines.filter(Boolean).join('  \n');
  return createTrustedHover(
    [heading, body, ...(links.length > 0 ? ['---', links.join(' &nbsp; ')] : [])]
      .filter(Boolean)
      .join('\n\n'),
  );
}

function renderHeading(icon: string, name: string, ...statuses: readonly string[]): string {
  return `$(${icon}) **${escapeMarkdown(name)}** · ${escapeMarkdown(joinParts(...statuses))}`;
}

function renderLink(icon: string, label: string, command: LinkedCommand, ref: object): string {
  return renderCommandLink(`$(${icon}) ${escapeMarkdown(label)}`, command, ref);
}

/** `Elapsed: 3 min · Average rate: 10,000 rows/s`. */
function renderFacts(facts: readonly Fact[]): string {
  return facts.map(({ label, value }) => escapeMarkdown(l10n.t('{0}: {1}', label, value))).join(' · ');
}

/** The link that removes the cause of a stall; none without such a cause, or offline. */
function renderRemedyLink({ stall }: LiveStatus, snapshot: Snapshot, ref: object): string[] {
  const remedy = stall && findStallRemedy(stall.cause);
  return remedy === undefined || areActionsUnavailable(snapshot) ? [] : [renderRemedy(remedy, ref)];
}

function renderRemedy(remedy: StallRemedy, ref: object): string {
  const { icon, label } = getRemedyText(remedy);
  return renderLink(icon, label, commandIds[remedy], ref);
}

/** The links for the actions that the state allows, except for Cancel; none while a write blocks them, or offline. */
function renderActionLinks(backfill: Backfill, snapshot: Snapshot, ref: object): string[] {
  return isWriteBlocked(snapshot, { backfillId: backfill.id }) || areActionsUnavailable(snapshot)
    ? []
    : getAllowedActions(backfill, snapshot.version).flatMap((action) => {
        const { icon, label, command } = actionTexts[action];
        return command === 'cancelBackfill' ? [] : [renderLink(icon, label(), commandIds[command], ref)];
      });
}

/** The cause of a problem, or of a harmless delay. */
function renderDiagnosis(live: LiveStatus): string {
  const diagnosis = describeDiagnosis(live);
  const icon = live.status === 'counting' || live.status === 'running' ? 'info' : 'warning';
  return diagnosis === undefined ? '' : `$(${icon}) ${escapeMarkdown(diagnosis)}`;
}

/** When the data was last updated, and why it is stale; '' if it is current. */
function renderStaleness({ connection }: ServerView, load: LoadState, now: number): string {
  const staleness = describeStaleness({ load, connectionName: connection.name, now });
  return staleness === '' ? '' : `$(sync-ignored) ${escapeMarkdown(staleness)}`;
}

/** An image, since block characters render unevenly in most fonts. It can't use theme colors, so they are fixed. */
function renderProgressBar(backfill: Backfill, { status }: LiveStatus): string {
  const fraction = getFractionDone(backfill);
  if (fraction === undefined || backfill.state === 'completed') {
    return '';
  }
  const done = Math.round(fraction * progressBarWidth);
  const color = status === 'running' ? '#3b8eea' : '#b8860b';
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${progressBarWidth}" height="6">` +
    `<rect width="${progressBarWidth}" height="6" rx="3" fill="#808080" fill-opacity=".35"/>` +
    `<rect width="${done}" height="6" rx="3" fill="${color}"/></svg>`;
  return `![${formatPercent(fraction)}](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`;
}
