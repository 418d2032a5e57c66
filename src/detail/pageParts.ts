import * as l10n from '@vscode/l10n';
import type { Connection } from '../model/Connection.ts';
import type { StallCause } from '../model/progress/stall.ts';
import type { Sink } from '../model/Sink.ts';
import type { ServerView } from '../servers/ServerMonitor.ts';
import { areActionsUnavailable, isWriteBlocked, type WriteTarget } from '../servers/Snapshot.ts';
import { actionTexts } from '../text/actionText.ts';
import { getConnectionMark, isNamedProduction } from '../text/connectionText.ts';
import { describeFailure } from '../text/failureText.ts';
import { getHealthIcon } from '../text/icons.ts';
import { findStallRemedy, getRemedyText } from '../text/remedyText.ts';
import { formatSinkStatus } from '../text/sinkText.ts';
import { quoteServerText, toDisplayText } from '../text/toDisplayText.ts';
import type { Page, PageAction, PageButton } from './protocol.ts';

// What the pages of backfills and of sinks have in common.

/**
 * Adds the name and the mark of a connection to a subtitle: `orders → Kafka · shop.orders · Shop · production`. If the
 * connection has no mark, returns the subtitle unchanged.
 */
export function addConnectionMark(subtitle: string, connection: Connection): string {
  const mark = getConnectionMark(connection);
  if (mark === '') {
    return subtitle;
  }
  const { name, production } = connection;
  const marks = production && isNamedProduction(name) ? [] : [mark];
  return [subtitle, toDisplayText(name), ...marks].join(' · ');
}

/**
 * Creates the health checks of a sink, without the error that the diagnosis already quotes.
 * @param quotedError the error in the diagnosis, as the server reported it
 */
export function createChecks(sink: Sink | undefined, quotedError: string | null): Page['checks'] {
  return (sink?.health?.checks ?? []).map(({ name, status, error }) => ({
    name: toDisplayText(name),
    status,
    icon: getHealthIcon(status),
    // For a notice, Sequin's API reports no text; only the console shows it.
    statusName: status === 'notice' ? l10n.t('Notice: details in the console') : formatSinkStatus(status),
    error: error === quotedError ? null : quoteServerText(error) || null,
  }));
}

/** Returns the server's error that the diagnosis of a cause quotes; null if the diagnosis quotes no error. */
export function getQuotedError(cause: StallCause | undefined): string | null {
  return cause !== undefined && 'error' in cause ? cause.error : null;
}

/**
 * Creates the button for the next step that a diagnosis advises; null if the advice is only to wait.
 * @param ref the sink or the backfill that the diagnosis is about
 */
export function createNextStepButton(
  cause: StallCause | undefined,
  ref: { readonly sinkId: string; readonly backfillId?: string },
  server: ServerView,
): PageButton | null {
  const remedy = cause && findStallRemedy(cause);
  if (remedy !== undefined) {
    return createRequestButton(server, { id: remedy, ...getRemedyText(remedy) }, { sinkId: ref.sinkId });
  }
  switch (cause?.kind) {
    case 'counting':
    case 'readerStarting':
    case 'resuming':
      return null;
    case 'tableDropped': {
      const { label, icon } = actionTexts.cancel;
      return createRequestButton(server, { id: 'cancelBackfill', label: label(), icon }, ref);
    }
    default:
      return { ...createConsoleButton(), kind: 'primary' };
  }
}

/**
 * Creates a button that sends a request. The button is disabled while the server is unreachable or rejects the token.
 * It stays enabled after a timeout, because a slow server may still accept the request.
 * @param target the sink or backfill whose pending write disables the button; undefined if no write disables it
 */
export function createRequestButton(
  { connection, snapshot }: ServerView,
  button: Pick<PageButton, 'id' | 'label' | 'icon'>,
  target?: WriteTarget,
  kind: PageButton['kind'] = 'primary',
): PageButton {
  const { failure } = snapshot.sinksLoad;
  return failure !== undefined && areActionsUnavailable(snapshot)
    ? { ...button, kind, enabled: false, tooltip: describeFailure(failure, connection.name).sentence }
    : { ...button, kind, enabled: target === undefined || !isWriteBlocked(snapshot, target) };
}

/** Creates the button that opens the sink in the Sequin console. */
export function createConsoleButton(): PageButton {
  return createQuietButton('openInConsole', l10n.t('Open in Sequin Console'), 'link-external');
}

/** Creates a button for a rarely needed action. The button is always enabled. */
export function createQuietButton(id: PageAction, label: string, icon: string): PageButton {
  return { id, label, icon, kind: 'quiet', enabled: true };
}
