import * as l10n from '@vscode/l10n';
import type { PageRef } from '../model/BackfillRef.ts';
import { type Failure, isResourceNotFound } from '../model/failure.ts';
import { describeFailure, getRecoveryLabel, type RecoveryAction } from '../text/failureText.ts';
import { formatDateTime } from '../text/format.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { PageOptions, ServerView } from './pageParts.ts';
import { createPageSubject } from './PageSubject.ts';
import type { ExtensionMessage, Page, PageAction, PageNotice } from './protocol.ts';

/**
 * Creates the message with everything that a page shows.
 * @param server The server's monitor; undefined if the connection was removed or isn't signed in.
 * @param failure Why the last request for the subject itself failed.
 * @param connectionName The name of the connection; undefined if it was removed.
 * @param lastPage The last content of the page, which remains when the subject is deleted.
 */
export function createPageContent(
  ref: PageRef,
  server: ServerView | undefined,
  {
    failure,
    connectionName,
    lastPage,
    ...pageOptions
  }: {
    readonly failure?: Failure | undefined;
    readonly connectionName?: string | undefined;
    readonly lastPage?: Page | undefined;
  } & PageOptions = {},
): ExtensionMessage {
  const subject = createPageSubject(ref);
  if (server === undefined) {
    return {
      type: 'show',
      page: null,
      notice: {
        text:
          connectionName === undefined
            ? subject.explainRemoval()
            : l10n.t('Not connected to {0}.', toDisplayText(connectionName)),
        severity: 'info',
        action: { id: 'connect', label: l10n.t('Connect') },
      },
    };
  }
  const content = subject.createPage(server, pageOptions);
  const page = content?.page;
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
    // The subject left the snapshot, and a request finds out why.
    return { type: 'show', page: lastPage, notice: null };
  }
  if (content === undefined) {
    return { type: 'show', page: null, notice: { text: l10n.t('Loading…'), severity: 'info', action: null } };
  }
  const text = describeStaleness({
    load: content.load,
    connectionName: server.connection.name,
    now: server.serverNow - server.snapshot.clockSkewMs,
  });
  return {
    type: 'show',
    page: content.page,
    notice: text === '' ? null : { text, severity: 'info', action: null },
  };
}

/** Creates the content for a deleted backfill or sink: its last page, without the actions, figures and diagnosis. */
function createDeletedContent(
  failure: Failure,
  server: ServerView,
  lastPage: Page | undefined,
): ExtensionMessage {
  const { sentence } = describeFailure(failure, server.connection.name);
  return {
    type: 'show',
    page:
      lastPage === undefined
        ? null
        : {
            ...removeShowAll(lastPage),
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

/** Removes the button **Show All** from the list of backfills. */
function removeShowAll(page: Page): Page {
  return page.kind === 'backfill'
    ? { ...page, runs: { ...page.runs, showAll: null } }
    : { ...page, backfills: { ...page.backfills, showAll: null } };
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

/** Returns the action of the page for a recovery action. The page itself retries; commands do everything else. */
function toPageAction(recovery: RecoveryAction): PageAction {
  return recovery === 'retry' ? 'refresh' : recovery;
}
