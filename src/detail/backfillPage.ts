import { t } from '@vscode/l10n';
import { backfillJson } from '../model/apiJson.ts';
import { fractionDone, isOpen, type Backfill } from '../model/Backfill.ts';
import { allowedChanges, canRunAgain, type Change } from '../model/changes.ts';
import type { Connection } from '../model/Connection.ts';
import { missingFeatures } from '../model/serverVersion.ts';
import type { Sink } from '../model/Sink.ts';
import { liveIn, type Live } from '../monitor/live.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import { apiFacts } from '../text/apiFacts.ts';
import { progressText, rowsDone, stateName, tableName } from '../text/backfillText.ts';
import { productionLabel } from '../text/connectionText.ts';
import { figures } from '../text/figuresText.ts';
import { formatPercent } from '../text/format.ts';
import { destinationName, healthName, sinkName } from '../text/sinkText.ts';
import { diagnosisText, diagnosisTitle } from '../text/stallText.ts';
import { underWayText } from '../text/writeText.ts';
import { stateIcon } from './icons.ts';
import { pageChart } from './pageChart.ts';
import { pageRuns } from './pageRuns.ts';
import { pageTimeline } from './pageTimeline.ts';
import type { BackfillPage, PageAction, PageButton } from './protocol.ts';

/** What the page is made from. */
export type Watched = Pick<Monitor, 'connection' | 'snapshot' | 'serverNow'>;

/** The page of a backfill that is known, in words and numbers. */
export function backfillPage(backfill: Backfill, monitor: Watched): BackfillPage {
  const { connection, snapshot, serverNow } = monitor;
  const sink = snapshot.sinks.get(backfill.sinkId);
  const track = snapshot.tracks.get(backfill.id);
  const live = liveIn(snapshot, backfill, serverNow);
  const write = snapshot.writes.get(backfill.id);
  const underWay = write?.kind === 'change' && !write.settled ? underWayText(write.change) : null;
  const fraction = fractionDone(backfill);
  const name = sink?.name ?? '';
  return {
    title: tableName(backfill),
    subtitle: sink === undefined ? '' : whereText(sink, connection),
    state: { id: backfill.state, name: stateName(backfill.state), icon: stateIcon(backfill.state) },
    underWay,
    fraction: fraction ?? null,
    percent: fraction === undefined ? null : formatPercent(fraction),
    progress: fraction === undefined ? progressText(backfill) : rowsDone(backfill),
    spoken: spokenText(backfill, fraction, live),
    figures: figures({ backfill, estimate: live.estimate, track, now: serverNow, skewMs: snapshot.skewMs }),
    diagnosis: diagnosis(backfill, live, serverNow),
    checks: (sink?.health?.checks ?? []).map((check) => ({
      name: check.name,
      status: check.status,
      statusName: healthName(check.status),
      error: check.error,
    })),
    chart: pageChart(backfill, snapshot, serverNow),
    timeline: pageTimeline(backfill, snapshot, serverNow),
    runs: pageRuns(backfill, monitor),
    facts: apiFacts(backfill, name, serverNow),
    json: backfillJson(backfill, name),
    buttons: [
      ...changeButtons(backfill, snapshot.version, write === undefined),
      quiet('openInConsole', t('Open in Sequin Console'), 'link-external'),
      quiet('copyBackfillId', t('Copy ID'), 'copy'),
      quiet('copyAsCurl', t('Copy as cURL'), 'terminal'),
      quiet('copyAsJson', t('Copy as JSON'), 'json'),
    ],
    labels: {
      progress: t('Progress'),
      checks: t('Health of the sink'),
      timeline: t('Timeline'),
      runs: t('Runs of this table'),
      facts: t('Details'),
      json: t('As JSON'),
      openRun: t('Open this run'),
    },
  };
}

function whereText(sink: Sink, { name, production }: Connection): string {
  const { type, address } = sink.destination;
  const destination = [destinationName(type), address].filter(Boolean).join(' · ');
  const label = production ? [`${name}, ${productionLabel()}`] : [];
  return [`${sinkName(sink)} → ${destination}`, ...label].join(' · ');
}

/** Said aloud when it changes: the state, a stall, and every tenth percent. */
function spokenText(backfill: Backfill, fraction: number | undefined, live: Live): string {
  const state = live.stall !== undefined && isOpen(backfill) ? t('Stalled') : stateName(backfill.state);
  return fraction === undefined ? state : `${state}, ${formatPercent(Math.floor(fraction * 10) / 10)}`;
}

function diagnosis(backfill: Backfill, live: Live, now: number): BackfillPage['diagnosis'] {
  const text = diagnosisText(live);
  if (text === undefined) {
    return null;
  }
  return {
    severity: backfill.state === 'failed' ? 'error' : 'warning',
    title: diagnosisTitle(backfill, live, now),
    text,
  };
}

function changeButtons(backfill: Backfill, version: string | undefined, enabled: boolean): PageButton[] {
  const button = (id: PageAction, label: string, icon: string, kind: PageButton['kind']): PageButton => ({
    id,
    label,
    icon,
    kind,
    enabled,
  });
  const buttons: Record<Change, PageButton> = {
    pause: button('pauseBackfill', t('Pause'), 'debug-pause', 'primary'),
    resume: button('resumeBackfill', t('Resume'), 'play', 'primary'),
    cancel: button('cancelBackfill', t('Cancel Backfill…'), 'circle-slash', 'secondary'),
  };
  return [
    ...allowedChanges(backfill, missingFeatures(version)).map((change) => buttons[change]),
    ...(canRunAgain(backfill) ? [button('runAgain', t('Run Again…'), 'debug-restart', 'primary')] : []),
  ];
}

function quiet(id: PageAction, label: string, icon: string): PageButton {
  return { id, label, icon, kind: 'quiet', enabled: true };
}
