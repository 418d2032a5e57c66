import * as l10n from '@vscode/l10n';
import { type CommandId, commandIds } from '../contributions/commandIds.ts';
import { focusActivityCommand, focusSinksCommand } from '../contributions/viewIds.ts';
import type { Connection } from '../model/Connection.ts';
import type { BackfillQueue } from '../model/queue/BackfillQueue.ts';
import { describeFailure, getRecoveryLabel } from '../text/failureText.ts';
import {
  type BackfillEvent,
  describeBackfillEvent,
  summarizeBackfillEvents,
} from '../text/notificationText.ts';
import { describeQueueEnd } from '../text/queueText.ts';
import { findStallRemedy, getRemedyText } from '../text/remedyText.ts';
import type { Severity } from './showMessage.ts';

/** A message with buttons. */
export interface Notification {
  readonly severity: Severity;
  readonly message: string;
  readonly buttons: readonly NotificationButton[];
}

interface NotificationButton {
  readonly label: string;
  /** The command to run with `target` as its argument. */
  readonly command: CommandId | typeof focusActivityCommand | typeof focusSinksCommand;
  readonly target?: unknown;
}

/** A backfill event with its connection. */
export type ServerBackfillEvent = BackfillEvent & {
  readonly connectionId: string;
  /** Undefined if there is only one connection. */
  readonly connectionName: string | undefined;
};

/** Whether an event requires the user's attention. */
export function isProblem(event: BackfillEvent): boolean {
  return event.kind === 'completed' ? event.deliveryWarning !== undefined : event.kind !== 'cancelled';
}

/** Creates one notification: with the details of a single event, or with the counts of several events. */
export function createNotification(
  first: ServerBackfillEvent,
  ...others: readonly ServerBackfillEvent[]
): Notification {
  const all = [first, ...others];
  const severity = all.some(({ kind }) => kind === 'failed')
    ? 'error'
    : all.some(isProblem)
      ? 'warning'
      : 'information';
  return others.length === 0
    ? { severity, message: describeBackfillEvent(first), buttons: createButtons(first) }
    : {
        severity,
        message: summarizeBackfillEvents(all),
        buttons: [createShowButton(all.find(isProblem) ?? first)],
      };
}

/** Creates the notification for the end of a queue. `connectionName` is undefined if there is only one connection. */
export function createQueueEndNotification(
  queue: BackfillQueue,
  connectionName: string | undefined,
): Notification {
  const hasProblem = queue.items.some(({ phase }) => phase === 'failed' || phase === 'rejected');
  return {
    severity: hasProblem ? 'warning' : 'information',
    message: describeQueueEnd(queue, connectionName),
    buttons: [createSinksButton()],
  };
}

/** Creates the notification about a rejected API token. */
export function createTokenRejectedNotification({ id, name }: Connection): Notification {
  const { sentence } = describeFailure({ kind: 'unauthorized' }, name);
  return {
    severity: 'warning',
    message: sentence,
    buttons: [
      {
        label: getRecoveryLabel('enterToken'),
        command: commandIds.enterToken,
        target: { connectionId: id },
      },
    ],
  };
}

/** Creates a button that selects the row of a backfill, or that shows all sinks if the backfill was deleted. */
function createShowButton(event: ServerBackfillEvent): NotificationButton {
  return event.kind === 'deleted'
    ? createSinksButton()
    : { label: l10n.t('Show'), command: commandIds.revealInSinksView, target: toTarget(event) };
}

function createSinksButton(): NotificationButton {
  return { label: l10n.t('Show Sinks'), command: focusSinksCommand };
}

function toTarget({ connectionId, backfill }: ServerBackfillEvent) {
  return { kind: 'backfill', connectionId, sinkId: backfill.sinkId, backfillId: backfill.id };
}

function createButtons(event: ServerBackfillEvent): NotificationButton[] {
  if (event.kind === 'deleted') {
    return [createSinksButton()];
  }
  const target = toTarget(event);
  const open = { label: l10n.t('Open'), command: commandIds.openBackfill, target };
  const stall = event.kind === 'stalled' || event.kind === 'failed' ? event.stall : undefined;
  const remedy = stall && findStallRemedy(stall.cause);
  if (remedy !== undefined) {
    const isShared = stall?.cause.kind === 'databaseStalled';
    const showAll = { label: l10n.t('Show Activity'), command: focusActivityCommand };
    return [
      { label: getRemedyText(remedy).label, command: commandIds[remedy], target },
      isShared ? showAll : open,
    ];
  }
  // A sink can only be edited in Sequin's console.
  return isProblem(event)
    ? [open, { label: l10n.t('Open in Console'), command: commandIds.openInConsole, target }]
    : [open];
}
