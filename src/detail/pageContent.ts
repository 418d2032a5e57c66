import * as l10n from '@vscode/l10n';
import type { PageRef } from '../model/BackfillRef.ts';
import { type Failure, isResourceNotFound } from '../model/failure.ts';
import type { LoadState } from '../servers/LoadState.ts';
import { describeFailure, getRecoveryLabel, type RecoveryAction } from '../text/failureText.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { PageOptions, ServerView } from './pageParts.ts';
import { createPageSubject } from './PageSubject.ts';
import type { Page, PageAction, PageContent, PageNotice } from './protocol.ts';

/**
 * Creates everything that a page shows.
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
): PageContent {
  const subject = createPageSubject(ref);
  if (server === undefined) {
    return {
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
  if (content !== undefined) {
    return { page: content.page, notice: createStaleNotice(server, content.load) };
  }
  if (failure === undefined) {
    const loading: PageNotice = { text: l10n.t('Loading…'), severity: 'info', action: null };
    // If the subject left the snapshot, a request finds out why.
    return { page: lastPage ?? null, notice: lastPage === undefined ? loading : null };
  }
  return isResourceNotFound(failure)
    ? createDeletedContent(failure, server, lastPage)
    : { page: lastPage ?? null, notice: createFailureNotice(failure, server) };
}

/** Creates the content for a deleted backfill or sink: its last page, without the actions, figures and diagnosis. */
function createDeletedContent(failure: Failure, server: ServerView, lastPage: Page | undefined): PageContent {
  const { sentence } = describeFailure(failure, server.connection.name);
  return {
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

/** Creates the notice for content that is stale or old, with the reason if there is one; null for current content. */
function createStaleNotice(server: ServerView, load: LoadState): PageNotice | null {
  const { connection, snapshot, serverNow } = server;
  const text = describeStaleness({
    // Screen readers announce each change of the notice, which therefore leaves out the time of the next retry.
    load: { ...load, retryAt: undefined },
    connectionName: connection.name,
    now: serverNow - snapshot.clockSkewMs,
  });
  if (load.failure === undefined) {
    return text === '' ? null : { text, severity: 'info', action: null };
  }
  const notice = createFailureNotice(load.failure, server);
  return text === '' ? notice : { ...notice, text };
}

function createFailureNotice(failure: Failure, { connection }: ServerView): PageNotice {
  const { sentence, recovery } = describeFailure(failure, connection.name);
  return {
    text: sentence,
    severity: 'warning',
    action: { id: toPageAction(recovery), label: getRecoveryLabel(recovery) },
  };
}

/** Returns the action of the page for a recovery action. The page itself retries; commands do everything else. */
function toPageAction(recovery: RecoveryAction): PageAction {
  return recovery === 'retry' ? 'refresh' : recovery;
}
