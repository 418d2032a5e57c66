import * as l10n from '@vscode/l10n';
import type { Connection } from '../model/Connection.ts';
import type { StallCause } from '../model/progress/stall.ts';
import { findStallRemedy } from '../model/progress/stallRemedy.ts';
import type { Sink } from '../model/Sink.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { areActionsUnavailable, type Snapshot } from '../servers/Snapshot.ts';
import { actionTexts } from '../text/actionText.ts';
import { getConnectionMark, isNamedProduction } from '../text/connectionText.ts';
import { describeFailure } from '../text/failureText.ts';
import { getRemedyText } from '../text/remedyText.ts';
import { formatSinkStatus } from '../text/sinkText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { Page, PageAction, PageButton } from './protocol.ts';

// What the pages of backfills and of sinks have in common.

/** The parts of a server monitor that a page needs. */
export type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/** What the user changed on the page. */
export interface PageOptions {
  /** Shows all rows of the list of backfills. */
  readonly showsAllRows?: boolean;
}

/** Adds the connection to a subtitle if it has a mark: `orders → Kafka · shop.orders · live · production`. */
export function addConnectionMark(subtitle: string, connection: Connection): string {
  const mark = getConnectionMark(connection);
  if (mark === '') {
    return subtitle;
  }
  const { name, production } = connection;
  const marks = production && isNamedProduction(name) ? [] : [mark];
  return [subtitle, toDisplayText(name), ...marks].join(' · ');
}

/** The health checks of a sink. The diagnosis may already quote the error of one. */
export function createChecks(sink: Sink | undefined, diagnosis: string): Page['checks'] {
  return (sink?.health?.checks ?? []).map(({ name, status, error }) => {
    const errorText = error === null ? null : toDisplayText(error);
    const isQuoted = errorText !== null && diagnosis.includes(errorText.trim());
    return {
      name: toDisplayText(name),
      status,
      // Sequin's API reports no error with a notice.
      statusName: status === 'notice' ? l10n.t('Notice: details in the console') : formatSinkStatus(status),
      error: isQuoted ? null : errorText,
    };
  });
}

/** The button for the next step that a diagnosis advises; null if it is only to wait. */
export function createNextStepButton(
  cause: StallCause | undefined,
  sinkId: string,
  snapshot: Snapshot,
): PageButton | null {
  const remedy = cause && findStallRemedy(cause);
  if (remedy !== undefined) {
    const enabled = !snapshot.blockedWriteKeys.has(sinkId);
    return { id: remedy, ...getRemedyText(remedy), kind: 'primary', enabled };
  }
  switch (cause?.kind) {
    case 'counting':
    case 'readerStarting':
    case 'resuming':
      return null;
    case 'tableDropped':
      return {
        id: 'cancelBackfill',
        label: actionTexts.cancel.label(),
        icon: actionTexts.cancel.icon,
        kind: 'primary',
        enabled: true,
      };
    default:
      return { ...createConsoleButton(), kind: 'primary' };
  }
}

/** Whether a button that writes is enabled, and otherwise why not. A slow server may still accept a write. */
export function getWriteAvailability(
  { connection, snapshot }: ServerView,
  isWriteBlocked: boolean,
): Pick<PageButton, 'enabled' | 'tooltip'> {
  const { failure } = snapshot.sinksLoad;
  return failure !== undefined && areActionsUnavailable(snapshot)
    ? { enabled: false, tooltip: describeFailure(failure, connection.name).sentence }
    : { enabled: !isWriteBlocked };
}

export function createConsoleButton(): PageButton {
  return createQuietButton('openInConsole', l10n.t('Open in Sequin Console'), 'link-external');
}

export function createQuietButton(id: PageAction, label: string, icon: string): PageButton {
  return { id, label, icon, kind: 'quiet', enabled: true };
}
