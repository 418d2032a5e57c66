import * as l10n from '@vscode/l10n';
import { isLoaded } from '../../model/LoadState.ts';
import { type BackfillQueue, listWaiting } from '../../model/queue/BackfillQueue.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { findBackfill } from '../../servers/Snapshot.ts';
import { createActionConfirmation } from '../../text/confirmationText.ts';
import { describeStoppedQueue } from '../../text/queueText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { resolveBackfills } from '../resolveTargets.ts';
import { appliesToConnection } from '../Target.ts';
import type { TargetBackfill } from '../targetItems.ts';
import { confirm, type Ui } from '../Ui.ts';
import { confirmAndChange, getTargetName } from './changeBackfills.ts';
import { groupIds, isQueued, removeFromQueues } from './queueTargets.ts';

/** Moves the selected waiting backfills up by one place in the queue. */
export const moveUpInQueue = createQueueCommand(
  () => l10n.t('Select queued backfills to move up'),
  (_context, queued) => {
    for (const [monitor, ids] of groupIds(queued)) {
      monitor.queue.moveUp(ids);
    }
  },
);

/** Removes the selected waiting backfills from the queue. They stay paused. */
export const removeFromQueue = createQueueCommand(
  () => l10n.t('Select backfills to remove from the queue'),
  (_context, queued) => {
    removeFromQueues(queued);
  },
);

/** Resumes the selected waiting backfills at once, beyond the limit of the queue. */
export const runNow = createQueueCommand(
  () => l10n.t('Select queued backfills to run now'),
  (context, queued) => confirmAndChange(context, 'resume', queued),
);

/** Creates a command that is run on waiting backfills: the selected ones, or those that the user picks. */
function createQueueCommand(
  getPlaceholder: () => string,
  run: (context: CommandContext, queued: readonly TargetBackfill[]) => Promise<void> | void,
): CommandHandler {
  return async (context, { targets }) => {
    const resolved = await resolveBackfills(context, targets, {
      placeholder: getPlaceholder(),
      emptyMessage: () => l10n.t('No backfills are queued.'),
      filter: isQueued,
    });
    await run(context, resolved.filter(isQueued));
  };
}

/**
 * Stops the queue of a connection. Its running backfills continue, and its waiting backfills stay paused. The message
 * about this has an Undo button.
 */
export const stopQueue: CommandHandler = async ({ ui, servers }, { target }) => {
  const queueMonitors = servers.monitors.filter(
    ({ connection, snapshot }) => snapshot.queue !== undefined && appliesToConnection(target, connection.id),
  );
  const items = queueMonitors.map((monitor) => ({
    label: toDisplayText(monitor.connection.name),
    value: monitor,
  }));
  const monitor =
    items.length > 1 ? await ui.pickOne(l10n.t('Select a connection'), items) : queueMonitors[0];
  const stopped = monitor?.snapshot.queue;
  if (monitor === undefined || stopped === undefined) {
    return;
  }
  monitor.queue.stop();
  ui.showMessage('information', describeStoppedQueue(listWaiting(stopped).length), {
    label: l10n.t('Undo'),
    run: async () => {
      const current = servers.findMonitor(monitor.connection);
      if (current !== undefined && (await confirmRestore(ui, current, stopped))) {
        current.queue.restore(stopped);
      }
    },
  });
};

/**
 * Asks for confirmation if the connection is production and the queue has waiting backfills, because the queue will
 * resume them. A backfill that isn't loaded yet has its id as its name. Returns true if the user confirms or if no
 * confirmation is necessary.
 */
async function confirmRestore(ui: Ui, monitor: ServerMonitor, stopped: BackfillQueue): Promise<boolean> {
  const { connection, snapshot } = monitor;
  if (!connection.production) {
    return true;
  }
  const names = listWaiting(stopped)
    .filter(({ sinkId }) => !isLoaded(snapshot.sinksLoad) || snapshot.sinks.has(sinkId))
    .map(({ sinkId, backfillId }) => {
      const backfill = findBackfill(snapshot, sinkId, backfillId);
      return backfill === undefined ? toDisplayText(backfillId) : getTargetName({ monitor, backfill });
    });
  return (
    names.length === 0 ||
    confirm(ui, createActionConfirmation('resume', { names, connections: [connection] }))
  );
}
