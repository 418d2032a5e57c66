import { t } from '@vscode/l10n';
import { formatBackfillJson } from '../model/apiJson.ts';
import { type Backfill, getFractionDone } from '../model/Backfill.ts';
import { getAllowedActions } from '../model/backfillActions.ts';
import type { Connection } from '../model/Connection.ts';
import type { Sink } from '../model/Sink.ts';
import { getLiveStatus, type LiveStatus } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { actionTexts } from '../text/actionText.ts';
import { formatProgress, formatRowsProcessed, formatStatus, formatTableName } from '../text/backfillText.ts';
import { getProductionLabel } from '../text/connectionText.ts';
import { toApiFacts } from '../text/facts.ts';
import { toFigures } from '../text/figuresText.ts';
import { formatPercent } from '../text/format.ts';
import { getStatusIcon } from '../text/icons.ts';
import { formatDestination, formatSinkName, formatSinkStatus } from '../text/sinkText.ts';
import { describeDiagnosis, formatDiagnosisTitle } from '../text/stallText.ts';
import { toDisplayJson, toDisplayText } from '../text/toDisplayText.ts';
import { createPageChart } from './pageChart.ts';
import { createPageRuns } from './pageRuns.ts';
import { createPageTimeline } from './pageTimeline.ts';
import type { BackfillPage, PageAction, PageButton } from './protocol.ts';

/** The parts of a server monitor that the page needs. */
export type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/** Creates the content of the page for a backfill in the snapshot. */
export function createBackfillPage(backfill: Backfill, server: ServerView): BackfillPage {
  const { connection, snapshot, serverNow } = server;
  const sink = snapshot.sinks.get(backfill.sinkId);
  const progressTrack = snapshot.progressTracks.get(backfill.id);
  const liveStatus = getLiveStatus(snapshot, backfill, serverNow);
  const pendingWrite = snapshot.pendingWrites.get(backfill.id);
  const pendingText = pendingWrite?.kind === 'change' ? actionTexts[pendingWrite.change].pending() : null;
  const fraction = getFractionDone(backfill);
  const name = sink?.name ?? '';
  return {
    title: formatTableName(backfill),
    subtitle: sink === undefined ? '' : formatSubtitle(sink, connection),
    state: {
      id: liveStatus.status,
      name: formatStatus(liveStatus.status, backfill),
      icon: getStatusIcon(liveStatus.status),
    },
    pendingText,
    fraction: fraction ?? null,
    percent: fraction === undefined ? null : formatPercent(fraction),
    progress: fraction === undefined ? formatProgress(backfill) : formatRowsProcessed(backfill),
    announcement: formatAnnouncement(backfill, fraction, liveStatus),
    figures: toFigures({
      backfill,
      estimate: liveStatus.estimate,
      progressTrack,
      now: liveStatus.knownUntil,
      clockSkewMs: snapshot.clockSkewMs,
    }),
    diagnosis: createDiagnosis(backfill, liveStatus, snapshot.clockSkewMs),
    checks: (sink?.health?.checks ?? []).map((check) => ({
      name: toDisplayText(check.name),
      status: check.status,
      statusName: formatSinkStatus(check.status),
      error: check.error && toDisplayText(check.error),
    })),
    chart: createPageChart(backfill, snapshot, serverNow),
    timeline: createPageTimeline(backfill, snapshot, serverNow),
    runs: createPageRuns(backfill, server),
    facts: toApiFacts(backfill, name, serverNow),
    json: toDisplayJson(formatBackfillJson(backfill, name)),
    buttons: [
      ...createActionButtons(backfill, snapshot.version, pendingWrite === undefined),
      createQuietButton('openInConsole', t('Open in Sequin Console'), 'link-external'),
      createQuietButton('copyBackfillId', t('Copy ID'), 'copy'),
      createQuietButton('copyAsCurl', t('Copy as cURL'), 'terminal'),
      createQuietButton('copyAsJson', t('Copy as JSON'), 'json'),
    ],
    labels: {
      progress: t('Progress'),
      checks: t('Sink health'),
      timeline: t('Timeline'),
      runs: t('Previous runs'),
      facts: t('Details'),
      json: t('As JSON'),
      openRun: t('Open this run'),
    },
  };
}

function formatSubtitle(sink: Sink, { name, production }: Connection): string {
  const label = production ? [`${toDisplayText(name)}, ${getProductionLabel()}`] : [];
  return [`${formatSinkName(sink)} → ${formatDestination(sink)}`, ...label].join(' · ');
}

/** Formats the text that screen readers announce when it changes: the status, and each 10 % of progress. */
function formatAnnouncement(
  backfill: Backfill,
  fraction: number | undefined,
  liveStatus: LiveStatus,
): string {
  const status = formatStatus(liveStatus.status, backfill);
  return fraction === undefined ? status : `${status}, ${formatPercent(Math.floor(fraction * 10) / 10)}`;
}

function createDiagnosis(
  backfill: Backfill,
  liveStatus: LiveStatus,
  clockSkewMs: number,
): BackfillPage['diagnosis'] {
  const text = describeDiagnosis(liveStatus);
  if (text === undefined) {
    return null;
  }
  return {
    severity: liveStatus.status === 'failed' ? 'error' : 'warning',
    title: formatDiagnosisTitle(backfill, liveStatus, liveStatus.knownUntil, clockSkewMs),
    text,
  };
}

function createActionButtons(
  backfill: Backfill,
  version: string | undefined,
  enabled: boolean,
): PageButton[] {
  return getAllowedActions(backfill, version).map((action) => {
    const { command, label, icon } = actionTexts[action];
    return {
      id: command,
      label: label(),
      icon,
      kind: action === 'cancel' ? 'secondary' : 'primary',
      enabled,
    };
  });
}

function createQuietButton(id: PageAction, label: string, icon: string): PageButton {
  return { id, label, icon, kind: 'quiet', enabled: true };
}
