import * as l10n from '@vscode/l10n';
import { formatBackfillJson } from '../model/apiJson.ts';
import { type Backfill, getFractionDone } from '../model/Backfill.ts';
import { getAllowedActions } from '../model/backfillActions.ts';
import type { Connection } from '../model/Connection.ts';
import type { Failure } from '../model/failure.ts';
import type { Stall } from '../model/progress/stall.ts';
import { findStallRemedy } from '../model/progress/stallRemedy.ts';
import type { Sink } from '../model/Sink.ts';
import { getLiveStatus, type LiveStatus } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { getDeliveries, getPendingSinkAction, type Snapshot } from '../servers/Snapshot.ts';
import { actionTexts } from '../text/actionText.ts';
import {
  formatProgress,
  formatRowsProcessed,
  formatStatus,
  formatTableName,
  formatTabTitle,
} from '../text/backfillText.ts';
import { getConnectionMark, isNamedProduction } from '../text/connectionText.ts';
import { describeDeliveryOutcome, toDeliveryFacts } from '../text/deliveryText.ts';
import { toApiFacts } from '../text/facts.ts';
import { describeFailure } from '../text/failureText.ts';
import { toFigures } from '../text/figuresText.ts';
import { formatPercent } from '../text/format.ts';
import { getStatusIcon } from '../text/icons.ts';
import { formatStallCause } from '../text/liveStatusText.ts';
import { getRemedyText } from '../text/remedyText.ts';
import { formatDestination, formatSinkName, formatSinkStatus } from '../text/sinkText.ts';
import { describeDiagnosis, formatDiagnosisTitle } from '../text/stallText.ts';
import { toDisplayJson, toDisplayText } from '../text/toDisplayText.ts';
import { createPageChart } from './pageChart.ts';
import { createPageRuns } from './pageRuns.ts';
import { createPageTimeline } from './pageTimeline.ts';
import type { BackfillPage, PageAction, PageButton } from './protocol.ts';

/** The parts of a server monitor that the page needs. */
export type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/** What the user changed on the page. */
export interface PageOptions {
  readonly showsAllRuns?: boolean;
}

/** Creates the content of the page for a backfill in the snapshot. */
export function createBackfillPage(
  backfill: Backfill,
  server: ServerView,
  { showsAllRuns = false }: PageOptions = {},
): BackfillPage {
  const { connection, snapshot, serverNow } = server;
  const sink = snapshot.sinks.get(backfill.sinkId);
  const liveStatus = getLiveStatus(snapshot, backfill, serverNow);
  const deliveries = getDeliveries(snapshot, backfill);
  const pendingWrite = snapshot.pendingWrites.get(backfill.id);
  const fraction = getFractionDone(backfill);
  const name = sink?.name ?? '';
  const title = formatTableName(backfill);
  const diagnosis = createDiagnosis(backfill, liveStatus, snapshot);
  return {
    title,
    tabTitle: formatTabTitle(backfill, serverNow),
    subtitle: sink === undefined ? '' : formatSubtitle(sink, connection),
    state: {
      id: liveStatus.status,
      name: [formatStatus(liveStatus.status, backfill), describeDeliveryOutcome(deliveries)]
        .filter(Boolean)
        .join(' · '),
      icon: getStatusIcon(liveStatus.status),
    },
    pendingText: pendingWrite?.kind === 'change' ? actionTexts[pendingWrite.change].pending() : null,
    fraction: fraction ?? null,
    percent: fraction === undefined ? null : formatPercent(fraction),
    progress: fraction === undefined ? formatProgress(backfill) : formatRowsProcessed(backfill),
    announcement: formatAnnouncement(backfill, fraction, liveStatus),
    figures: [
      ...toFigures({
        ...liveStatus,
        backfill,
        progressTrack: snapshot.progressTracks.get(backfill.id),
        now: liveStatus.knownUntil,
        clockSkewMs: snapshot.clockSkewMs,
      }),
      ...toDeliveryFacts(deliveries),
    ],
    diagnosis,
    checks: createChecks(sink, diagnosis?.text ?? ''),
    chart: createPageChart(backfill, snapshot, serverNow),
    timeline: createPageTimeline(backfill, snapshot, serverNow),
    runs: createPageRuns(backfill, server, showsAllRuns),
    facts: toApiFacts(backfill, name, serverNow),
    json: toDisplayJson(formatBackfillJson(backfill, name)),
    buttons: [
      ...createActionButtons(backfill, server, diagnosis?.button != null),
      ...(diagnosis?.button?.id === 'openInConsole' ? [] : [createConsoleButton()]),
      createQuietButton('copyBackfillId', l10n.t('Copy ID'), 'copy'),
      createQuietButton('copyLink', l10n.t('Copy Link'), 'link'),
      createQuietButton('copyAsCurl', l10n.t('Copy as cURL'), 'terminal'),
      createQuietButton('copyAsJson', l10n.t('Copy as JSON'), 'json'),
    ],
    labels: {
      progress: l10n.t('Progress'),
      checks: l10n.t('Sink health'),
      timeline: l10n.t('Timeline'),
      runs: l10n.t('Previous Runs'),
      facts: l10n.t('Details'),
      json: l10n.t('JSON'),
      openRun: l10n.t('Open run of {0}', title),
    },
  };
}

/** The sink and its destination, and the connection if it has a mark. */
function formatSubtitle(sink: Sink, connection: Connection): string {
  const destination = `${formatSinkName(sink)} → ${formatDestination(sink)}`;
  const mark = getConnectionMark(connection);
  if (mark === '') {
    return destination;
  }
  const { name, production } = connection;
  const marks = production && isNamedProduction(name) ? [] : [mark];
  return [destination, toDisplayText(name), ...marks].join(' · ');
}

/**
 * Formats the text that screen readers announce when it changes: the status, the cause of a stall, and each 10 % of
 * progress.
 */
function formatAnnouncement(
  backfill: Backfill,
  fraction: number | undefined,
  { status, stall }: LiveStatus,
): string {
  const cause = stall === undefined ? '' : formatStallCause(stall.cause);
  return [
    formatStatus(status, backfill),
    cause,
    fraction === undefined ? '' : formatPercent(Math.floor(fraction * 10) / 10),
  ]
    .filter(Boolean)
    .join(', ');
}

function createDiagnosis(
  backfill: Backfill,
  liveStatus: LiveStatus,
  snapshot: Snapshot,
): BackfillPage['diagnosis'] {
  const text = describeDiagnosis(liveStatus);
  if (text === undefined) {
    return null;
  }
  const { status, stall, knownUntil } = liveStatus;
  return {
    severity: status === 'failed' ? 'error' : stall?.cause.kind === 'resuming' ? 'info' : 'warning',
    title: formatDiagnosisTitle(backfill, liveStatus, knownUntil, snapshot.clockSkewMs),
    text,
    button: createRemedyButton(backfill, stall, snapshot),
  };
}

/** The button for the next step that a diagnosis advises; null if it is only to wait. */
function createRemedyButton(
  { sinkId }: Backfill,
  stall: Stall | undefined,
  snapshot: Snapshot,
): PageButton | null {
  const remedy = stall && findStallRemedy(stall.cause);
  if (remedy !== undefined) {
    const enabled = getPendingSinkAction(snapshot, sinkId) === undefined;
    return { id: remedy, ...getRemedyText(remedy), kind: 'primary', enabled };
  }
  switch (stall?.cause.kind) {
    case 'counting':
    case 'readerStarting':
    case 'resuming':
      return null;
    case 'tableDropped':
      return {
        id: 'cancelBackfill',
        label: actionTexts.cancel.label(),
        icon: actionTexts.cancel.icon,
        kind: 'primary',
        enabled: true,
      };
    default:
      return { ...createConsoleButton(), kind: 'primary' };
  }
}

/** The health checks of the sink. The diagnosis may already quote the error of one. */
function createChecks(sink: Sink | undefined, diagnosis: string): BackfillPage['checks'] {
  return (sink?.health?.checks ?? []).map(({ name, status, error }) => {
    const errorText = error === null ? null : toDisplayText(error);
    const isQuoted = errorText !== null && diagnosis.includes(errorText.trim());
    return {
      name: toDisplayText(name),
      status,
      // Sequin's API reports no error with a notice.
      statusName: status === 'notice' ? l10n.t('Notice: details in the console') : formatSinkStatus(status),
      error: isQuoted ? null : errorText,
    };
  });
}

/** The actions on the backfill. They are not primary if the diagnosis has a more likely one. */
function createActionButtons(
  backfill: Backfill,
  { connection, snapshot }: ServerView,
  hasRemedy: boolean,
): PageButton[] {
  const { failure } = snapshot.sinksLoad;
  const isUnreachable = failure !== undefined && unreachableKinds.has(failure.kind);
  const enabled = !isUnreachable && !snapshot.pendingWrites.has(backfill.id);
  return getAllowedActions(backfill, snapshot.version).map((action) => {
    const { command, label, icon } = actionTexts[action];
    return {
      id: command,
      label: label(),
      icon,
      kind: action === 'cancel' || hasRemedy ? 'secondary' : 'primary',
      enabled,
      ...(isUnreachable && { tooltip: describeFailure(failure, connection.name).sentence }),
    };
  });
}

/** The failures after which a write can't succeed. A server that is merely slow may still accept one. */
const unreachableKinds: ReadonlySet<Failure['kind']> = new Set(['network', 'tls', 'unauthorized']);

function createConsoleButton(): PageButton {
  return createQuietButton('openInConsole', l10n.t('Open in Sequin Console'), 'link-external');
}

function createQuietButton(id: PageAction, label: string, icon: string): PageButton {
  return { id, label, icon, kind: 'quiet', enabled: true };
}
