import * as l10n from '@vscode/l10n';
import type { BackfillRef } from '../model/BackfillRef.ts';
import { type Failure, isResourceNotFound } from '../model/failure.ts';
import { findBackfill, getShownLoad } from '../servers/Snapshot.ts';
import { describeFailure, getRecoveryLabel, type RecoveryAction } from '../text/failureText.ts';
import { formatDateTime } from '../text/format.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { createBackfillPage, type PageOptions, type ServerView } from './backfillPage.ts';
import type { BackfillPage, ExtensionMessage, PageAction, PageNotice } from './protocol.ts';

/**
 * Creates the message with everything that the page of a backfill shows.
 * @param server The server's monitor; undefined when there is no connection to the server.
 * @param failure Why the last request for the backfill itself failed.
 * @param connectionName The name of the connection; undefined if it was removed.
 * @param lastPage The last content of the page, which remains when the backfill is deleted.
 */
export function createPageContent(
  ref: BackfillRef,
  server: ServerView | undefined,
  {
    failure,
    connectionName,
    lastPage,
    ...pageOptions
  }: {
    readonly failure?: Failure | undefined;
    readonly connectionName?: string | undefined;
    readonly lastPage?: BackfillPage | undefined;
  } & PageOptions = {},
): ExtensionMessage {
  if (server === undefined) {
    return {
      type: 'show',
      page: null,
      notice: {
        text:
          connectionName === undefined
            ? l10n.t('The connection of this backfill was removed.')
            : l10n.t('Not connected to {0}.', toDisplayText(connectionName)),
        severity: 'info',
        action: { id: 'connect', label: l10n.t('Connect') },
      },
    };
  }
  const backfill = findBackfill(server.snapshot, ref.sinkId, ref.backfillId);
  const page = backfill && createBackfillPage(backfill, server, pageOptions);
  const { sinksLoad } = server.snapshot;
  if (page === undefined && failure !== undefined && isResourceNotFound(failure)) {
    return createDeletedContent(failure, server, lastPage);
  }
  const shownFailure = page === undefined ? failure : sinksLoad.failure;
  if (shownFailure !== undefined) {
    return {
      type: 'show',
      page: page ?? lastPage ?? null,
      notice: createFailureNotice(shownFailure, server, page && sinksLoad.loadedAt),
    };
  }
  if (page === undefined && lastPage !== undefined) {
    // The backfill left the snapshot, and a request finds out why.
    return { type: 'show', page: lastPage, notice: null };
  }
  if (backfill === undefined || page === undefined) {
    return { type: 'show', page: null, notice: { text: l10n.t('Loading…'), severity: 'info', action: null } };
  }
  const text = describeStaleness({
    load: getShownLoad(server.snapshot, backfill),
    server: server.connection.name,
    now: server.serverNow - server.snapshot.clockSkewMs,
  });
  return { type: 'show', page, notice: text === '' ? null : { text, severity: 'info', action: null } };
}

/** Keeps what the page showed, without the actions and figures of a backfill that exists. */
function createDeletedContent(
  failure: Failure,
  server: ServerView,
  lastPage: BackfillPage | undefined,
): ExtensionMessage {
  const { sentence } = describeFailure(failure, server.connection.name);
  return {
    type: 'show',
    page:
      lastPage === undefined
        ? null
        : {
            ...lastPage,
            state: { id: 'unknown', name: l10n.t('Deleted'), icon: 'trash' },
            announcement: l10n.t('Deleted'),
            pendingText: null,
            figures: [],
            diagnosis: null,
            buttons: [],
          },
    notice: {
      text: lastPage === undefined ? sentence : l10n.t('{0} This page shows its last known state.', sentence),
      severity: 'warning',
      action: { id: 'closePage', label: l10n.t('Close Page') },
    },
  };
}

function createFailureNotice(failure: Failure, server: ServerView, loadedAt: number | undefined): PageNotice {
  const { sentence, recovery } = describeFailure(failure, server.connection.name);
  return {
    text:
      loadedAt === undefined
        ? sentence
        : l10n.t('{0} Showing data from {1}.', sentence, formatDateTime(loadedAt)),
    severity: 'warning',
    action: { id: toPageAction(recovery), label: getRecoveryLabel(recovery) },
  };
}

/** The page refreshes itself to retry; each other action is a command of the same name. */
function toPageAction(recovery: RecoveryAction): PageAction {
  return recovery === 'retry' ? 'refresh' : recovery;
}
