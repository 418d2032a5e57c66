import { t } from '@vscode/l10n';
import { fractionDone } from '../model/Backfill.ts';
import { connectionName } from '../model/Connection.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import { findBackfill } from '../monitor/Snapshot.ts';
import { liveIn } from '../monitor/live.ts';
import { liveText, paceFacts } from '../text/liveText.ts';
import { staleText } from '../text/messageText.ts';
import { diagnosisText } from '../text/stallText.ts';
import { backfillFacts, progressText, stateName, tableName } from '../text/backfillText.ts';
import { failureText, wayOnLabel, type WayOn } from '../text/failureText.ts';
import { formatTime } from '../text/format.ts';
import { checkFacts, destinationName, sinkName } from '../text/sinkText.ts';
import type { Failure } from '../api/failure.ts';
import type { BackfillPage, PageAction, PageNotice, ShowMessage } from './protocol.ts';

/** Which backfill a page shows: what is kept of it over a reload of the window. */
export interface BackfillKey {
  /** The origin of its server. */
  readonly origin: string;
  readonly sinkId: string;
  readonly backfillId: string;
}

/** What a page needs of a monitor. */
type Watched = Pick<Monitor, 'connection' | 'snapshot' | 'serverNow'>;

/** What the page of a backfill shows now. `failure` is why the backfill itself could not be read. */
export function pageContent(
  key: BackfillKey,
  monitor: Watched | undefined,
  failure: Failure | undefined,
): ShowMessage {
  if (monitor?.connection.origin !== key.origin) {
    return {
      type: 'show',
      page: undefined,
      notice: {
        text: t('Not connected to {0}, where this backfill is.', key.origin),
        action: { id: 'connect', label: t('Connect') },
      },
    };
  }
  const page = knownPage(key, monitor);
  const { sinksLoad } = monitor.snapshot;
  const reason = page === undefined || failure?.kind === 'notFound' ? failure : sinksLoad.failure;
  if (reason !== undefined) {
    return { type: 'show', page, notice: noticeOf(reason, monitor, page && sinksLoad.loadedAt) };
  }
  if (page === undefined) {
    return { type: 'show', page, notice: { text: t('Loading…'), action: undefined } };
  }
  const text = staleText({
    load: sinksLoad,
    server: connectionName(monitor.connection),
    now: monitor.serverNow - monitor.snapshot.skewMs,
  });
  return { type: 'show', page, notice: text === '' ? undefined : { text, action: undefined } };
}

function knownPage(key: BackfillKey, { snapshot, serverNow }: Watched): BackfillPage | undefined {
  const backfill = findBackfill(snapshot, key.sinkId, key.backfillId);
  if (backfill === undefined) {
    return undefined;
  }
  const sink = snapshot.sinks.get(key.sinkId);
  const live = liveIn(snapshot, backfill, serverNow);
  const destination = sink && [destinationName(sink.destination.type), sink.destination.address];
  return {
    title: tableName(backfill),
    subtitle: sink === undefined ? '' : [sinkName(sink), ...(destination ?? [])].filter(Boolean).join(' · '),
    state: { id: backfill.state, name: stateName(backfill.state) },
    fraction: fractionDone(backfill),
    progress: [progressText(backfill), liveText(live)].filter(Boolean).join(' · '),
    diagnosis: diagnosisText(live),
    facts: [...paceFacts(live), ...backfillFacts(backfill, serverNow)],
    checks: checkFacts(sink?.health ?? null),
    labels: { facts: t('Details'), checks: t('Health of the sink') },
    actions: [
      { id: 'openInConsole', label: t('Open in Sequin Console') },
      { id: 'copyBackfillId', label: t('Copy ID') },
    ],
  };
}

const actionOf: Record<WayOn, PageAction> = {
  retry: 'refresh',
  refresh: 'refresh',
  enterToken: 'connect',
  changeAddress: 'connect',
  showLog: 'showLog',
};

function noticeOf(failure: Failure, monitor: Watched, dataFrom: number | undefined): PageNotice {
  const { sentence, wayOn } = failureText(failure, connectionName(monitor.connection));
  return {
    text: dataFrom === undefined ? sentence : t('{0} This is from {1}.', sentence, formatTime(dataFrom)),
    action: { id: actionOf[wayOn], label: wayOnLabel(wayOn) },
  };
}
