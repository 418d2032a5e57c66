import * as l10n from '@vscode/l10n';
import type { PageRef } from '../model/BackfillRef.ts';
import { type Failure, isResourceNotFound } from '../model/failure.ts';
import type { LoadState } from '../model/LoadState.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { findBackfill, getShownLoad } from '../servers/Snapshot.ts';
import { describeFailure, getRecoveryLabel } from '../text/failureText.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { createBackfillPage } from './backfillPage.ts';
import type { Page, PageContent, PageNotice } from './protocol.ts';
import { createSinkPage } from './sinkPage.ts';

/** What the content of a page depends on, besides the server. */
interface PageOptions {
  /** Why the last request for the backfill or the sink itself failed. */
  readonly failure?: Failure | undefined;
  /** The name of the connection; undefined if the connection was removed. */
  readonly connectionName?: string | undefined;
  /** The last content of the page. The page keeps it if the backfill or the sink is deleted. */
  readonly lastPage?: Page | null;
  /** Whether the list of backfills shows all rows, up to a limit, rather than only the first ones. */
  readonly showsAllRows?: boolean;
}

/**
 * Creates everything that a page shows.
 * @param server the server's monitor; undefined if the connection was removed or isn't signed in
 */
export function createPageContent(
  ref: PageRef,
  server: ServerView | undefined,
  { failure, connectionName, lastPage = null, showsAllRows }: PageOptions = {},
): PageContent {
  if (server === undefined) {
    return { page: null, notice: createConnectNotice(ref, connectionName) };
  }
  const content = createPage(ref, server, showsAllRows);
  if (content !== undefined) {
    return { page: content.page, notice: createStaleNotice(server, content.load) };
  }
  if (failure === undefined) {
    const loading: PageNotice = { text: l10n.t('Loading…'), severity: 'info', action: null };
    // If there is a last page, the backfill or the sink is no longer in the snapshot, and a pending request finds out
    // why.
    return { page: lastPage, notice: lastPage === null ? loading : null };
  }
  return isResourceNotFound(failure)
    ? createDeletedContent(failure, server, lastPage)
    : { page: lastPage, notice: createFailureNotice(failure, server) };
}

/**
 * Creates the page of a backfill or a sink, with its load state; undefined if the backfill or the sink isn't in the
 * snapshot.
 */
export function createPage(
  { sinkId, backfillId }: PageRef,
  server: ServerView,
  showsAllRows = false,
): { readonly page: Page; readonly load: LoadState } | undefined {
  const { snapshot } = server;
  if (backfillId === undefined) {
    const sink = snapshot.sinks.get(sinkId);
    return sink && { page: createSinkPage(sink, server, showsAllRows), load: snapshot.sinksLoad };
  }
  const backfill = findBackfill(snapshot, sinkId, backfillId);
  return (
    backfill && {
      page: createBackfillPage(backfill, server, showsAllRows),
      load: getShownLoad(snapshot, backfill),
    }
  );
}

function createConnectNotice({ backfillId }: PageRef, connectionName: string | undefined): PageNotice {
  const removalText =
    backfillId === undefined
      ? l10n.t('The connection of this sink was removed.')
      : l10n.t('The connection of this backfill was removed.');
  return {
    text:
      connectionName === undefined
        ? removalText
        : l10n.t('Not connected to {0}.', toDisplayText(connectionName)),
    severity: 'info',
    action: { id: 'connect', label: l10n.t('Connect') },
  };
}

/** Creates the content for a deleted backfill or sink: its last page without actions, figures and diagnosis. */
function createDeletedContent(failure: Failure, server: ServerView, lastPage: Page | null): PageContent {
  const { sentence } = describeFailure(failure, server.connection.name);
  return {
    page: lastPage && {
      ...removeShowAll(lastPage),
      state: { id: 'unknown', name: l10n.t('Deleted'), icon: 'trash' },
      announcement: l10n.t('Deleted'),
      pendingText: null,
      figures: [],
      diagnosis: null,
      buttons: [],
    },
    notice: {
      text: lastPage === null ? sentence : l10n.t('{0} This page shows its last known state.', sentence),
      severity: 'warning',
      action: { id: 'closePage', label: l10n.t('Close Page') },
    },
  };
}

/** Removes the button **Show All** from the list of backfills. */
function removeShowAll(page: Page): Page {
  return page.kind === 'backfill'
    ? { ...page, runs: { ...page.runs, showAllLabel: null } }
    : { ...page, backfills: { ...page.backfills, showAllLabel: null } };
}

/** Creates the notice that the content is stale, with the reason if there is one. Returns null for current content. */
function createStaleNotice(server: ServerView, load: LoadState): PageNotice | null {
  const { connection, snapshot, serverNow } = server;
  // The notice leaves out the time of the next retry, because screen readers announce each change of the notice.
  const shownLoad = { ...load, retryAt: undefined };
  const text = describeStaleness(shownLoad, connection.name, serverNow - snapshot.clockSkewMs);
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
    // The panel itself performs `refresh`; the other recovery actions are commands.
    action: { id: recovery === 'retry' ? 'refresh' : recovery, label: getRecoveryLabel(recovery) },
  };
}
