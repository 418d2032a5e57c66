import * as l10n from '@vscode/l10n';
import { formatBackfillJson } from '../model/apiJson.ts';
import { type Backfill, getFractionDone } from '../model/Backfill.ts';
import { getAllowedActions } from '../model/backfillActions.ts';
import type { LiveStatus } from '../model/progress/backfillStatus.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { getDeliveries, getPendingChange } from '../servers/Snapshot.ts';
import { actionTexts } from '../text/actionText.ts';
import {
  formatProgress,
  formatRowsProcessed,
  formatStatus,
  formatTableName,
  formatTabTitle,
} from '../text/backfillText.ts';
import { describeDeliveryOutcome, toDeliveryFacts } from '../text/deliveryText.ts';
import { toApiFacts } from '../text/facts.ts';
import { toFigures } from '../text/figuresText.ts';
import { formatPercent, joinParts } from '../text/format.ts';
import { getStatusIcon } from '../text/icons.ts';
import { formatDestination, formatSinkName } from '../text/sinkText.ts';
import { describeDiagnosis, formatDiagnosisTitle, formatStallCause } from '../text/stallText.ts';
import { toDisplayJson } from '../text/toDisplayText.ts';
import { createRuns } from './backfillTables.ts';
import { createPageChart } from './pageChart.ts';
import {
  addConnectionMark,
  createChecks,
  createConsoleButton,
  createNextStepButton,
  createQuietButton,
  createRequestButton,
  getQuotedError,
} from './pageParts.ts';
import { createPageTimeline } from './pageTimeline.ts';
import type { BackfillPage, PageButton } from './protocol.ts';

/** Creates the content of a backfill's page. The snapshot must have the backfill. */
export function createBackfillPage(
  backfill: Backfill,
  server: ServerView,
  showsAllRows: boolean,
): BackfillPage {
  const { connection, snapshot, serverNow } = server;
  const sink = snapshot.sinks.get(backfill.sinkId);
  const liveStatus = getLiveStatus(snapshot, backfill, serverNow);
  const deliveries = getDeliveries(snapshot, backfill);
  const pendingChange = getPendingChange(snapshot, backfill.id);
  const fraction = getFractionDone(backfill);
  const sinkName = sink?.name ?? '';
  const title = formatTableName(backfill);
  const diagnosis = createDiagnosis(backfill, liveStatus, server);
  return {
    kind: 'backfill',
    title,
    tabTitle: formatTabTitle(backfill, serverNow),
    subtitle:
      sink === undefined
        ? ''
        : addConnectionMark(`${formatSinkName(sink)} → ${formatDestination(sink)}`, connection),
    state: {
      id: liveStatus.status,
      name: joinParts(formatStatus(liveStatus.status, backfill), describeDeliveryOutcome(deliveries)),
      icon: getStatusIcon(liveStatus.status),
    },
    pendingText: pendingChange === undefined ? null : actionTexts[pendingChange].pending(),
    fraction: fraction ?? null,
    percent: fraction === undefined ? null : formatPercent(fraction),
    progress: fraction === undefined ? formatProgress(backfill) : formatRowsProcessed(backfill),
    announcement: formatAnnouncement(backfill, fraction, liveStatus),
    figures: [
      ...toFigures(backfill, liveStatus, snapshot),
      ...toDeliveryFacts(deliveries, serverNow - snapshot.clockSkewMs),
    ],
    diagnosis,
    checks: createChecks(sink, liveStatus.deliveryWarning?.error ?? getQuotedError(liveStatus.stall?.cause)),
    chart: createPageChart(backfill, liveStatus, server),
    timeline: createPageTimeline(backfill, liveStatus, server),
    runs: createRuns(backfill, liveStatus, server, showsAllRows),
    facts: toApiFacts(backfill, sinkName, serverNow),
    json: toDisplayJson(formatBackfillJson(backfill, sinkName)),
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
      runs: l10n.t('Previous runs'),
      facts: l10n.t('Details'),
      json: l10n.t('JSON'),
      openRun: l10n.t('Open run of {0}', title),
    },
  };
}

/**
 * Formats the text that screen readers announce when it changes: the status, the cause of a stall, and each 10% of
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
  server: ServerView,
): BackfillPage['diagnosis'] {
  const text = describeDiagnosis(liveStatus);
  if (text === undefined) {
    return null;
  }
  const { status, stall, knownUntil } = liveStatus;
  return {
    severity: status === 'failed' ? 'error' : stall?.cause.kind === 'resuming' ? 'info' : 'warning',
    title: formatDiagnosisTitle(backfill, liveStatus, knownUntil, server.snapshot.clockSkewMs),
    text,
    button: createNextStepButton(stall?.cause, { sinkId: backfill.sinkId, backfillId: backfill.id }, server),
  };
}

/** Creates the buttons for actions on the backfill. They aren't primary if the diagnosis has a button. */
function createActionButtons(
  backfill: Backfill,
  server: ServerView,
  hasDiagnosisButton: boolean,
): PageButton[] {
  return getAllowedActions(backfill, server.snapshot.version).map((action) => {
    const { command: id, label, icon } = actionTexts[action];
    const kind = action === 'cancel' || hasDiagnosisButton ? 'secondary' : 'primary';
    return createRequestButton(server, { id, label: label(), icon }, { backfillId: backfill.id }, kind);
  });
}
