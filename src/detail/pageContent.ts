import { t } from '@vscode/l10n';
import type { Failure } from '../api/failure.ts';
import { addressName } from '../model/Connection.ts';
import { findBackfill } from '../monitor/Snapshot.ts';
import { failureText, wayOnLabel, type WayOn } from '../text/failureText.ts';
import { formatTime } from '../text/format.ts';
import { staleText } from '../text/messageText.ts';
import { backfillPage, type Watched } from './backfillPage.ts';
import type { BackfillPage, PageAction, PageNotice, ToPage } from './protocol.ts';

/** Which backfill a page shows: what is kept of it over a reload of the window. */
export interface BackfillKey {
  /** The address of its server. */
  readonly address: string;
  readonly sinkId: string;
  readonly backfillId: string;
}

/** What the page of a backfill shows now; there is no monitor where its server is not connected to. `failure` is why the backfill itself could not be read. */
export function pageContent(
  key: BackfillKey,
  monitor: Watched | undefined,
  failure: Failure | undefined,
): ToPage {
  if (monitor === undefined) {
    return {
      type: 'show',
      page: null,
      notice: {
        text: t('Not connected to {0}, where this backfill is.', addressName(key.address)),
        severity: 'info',
        action: { id: 'connect', label: t('Connect') },
      },
    };
  }
  const page = knownPage(key, monitor);
  const { sinksLoad } = monitor.snapshot;
  const reason = page === undefined || failure?.kind === 'notFound' ? failure : sinksLoad.failure;
  if (reason !== undefined) {
    return {
      type: 'show',
      page: page ?? null,
      notice: noticeOf(reason, monitor, page && sinksLoad.loadedAt),
    };
  }
  if (page === undefined) {
    return { type: 'show', page: null, notice: { text: t('Loading…'), severity: 'info', action: null } };
  }
  const text = staleText({
    load: sinksLoad,
    server: monitor.connection.name,
    now: monitor.serverNow - monitor.snapshot.skewMs,
  });
  return { type: 'show', page, notice: text === '' ? null : { text, severity: 'info', action: null } };
}

function knownPage(key: BackfillKey, monitor: Watched): BackfillPage | undefined {
  const backfill = findBackfill(monitor.snapshot, key.sinkId, key.backfillId);
  return backfill && backfillPage(backfill, monitor);
}

const actionOf: Record<WayOn, PageAction> = {
  retry: 'refresh',
  refresh: 'refresh',
  enterToken: 'enterToken',
  changeAddress: 'changeAddress',
  showLog: 'showLog',
};

function noticeOf(failure: Failure, monitor: Watched, dataFrom: number | undefined): PageNotice {
  const { sentence, wayOn } = failureText(failure, monitor.connection.name);
  return {
    text: dataFrom === undefined ? sentence : t('{0} This is from {1}.', sentence, formatTime(dataFrom)),
    severity: 'warning',
    action: { id: actionOf[wayOn], label: wayOnLabel(wayOn) },
  };
}
