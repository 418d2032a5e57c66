import * as l10n from '@vscode/l10n';
import type { Backfill as ApiBackfill, SequinApi, Sink as ApiSink } from '../../api/index.d.ts';
import {
  confirmChange,
  createChangeTask,
  describeNotAllowed,
  isAllowed,
} from '../commands/backfills/changeBackfills.ts';
import { describeNoChange, performTasks } from '../commands/backfills/runTasks.ts';
import type { ActionContext } from '../commands/CommandHandler.ts';
import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill, getBackfillsOfSink, type Snapshot } from '../servers/Snapshot.ts';
import { describeFailure } from '../text/failureText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

/** The methods of the API. `api/index.d.ts` describes them. */
export type ApiMethods = Pick<SequinApi, 'getSinks' | 'getBackfills' | 'runAction'>;

/** Creates the methods of version 1 of the API. */
export function createApiMethods(context: ActionContext): ApiMethods {
  const { servers, ui } = context;
  return {
    getSinks: async (connectionId) => {
      const { snapshot } = await loadSinks(servers, connectionId);
      return [...snapshot.sinks.values()].map(toApiSink);
    },
    getBackfills: async ({ connectionId, sinkId }) => {
      const { snapshot, serverNow } = await loadSinks(servers, connectionId);
      return getBackfillsOfSink(snapshot, sinkId).map((backfill) =>
        toApiBackfill(backfill, snapshot, serverNow),
      );
    },
    runAction: async (action, { connectionId, sinkId, backfillId }) => {
      if (!['pause', 'resume', 'cancel'].includes(action)) {
        throw new Error(l10n.t('{0} is not an action.', toDisplayText(action)));
      }
      const monitor = await loadSinks(servers, connectionId);
      const backfill = findBackfill(monitor.snapshot, sinkId, backfillId);
      if (backfill === undefined) {
        throw new Error(l10n.t('There is no loaded backfill with the ID {0}.', toDisplayText(backfillId)));
      }
      const target = { monitor, backfill };
      if (!isAllowed(target, action)) {
        throw new Error(describeNotAllowed(action, [target]));
      }
      const isConfirmed = (await confirmChange(ui, action, [target])) !== undefined;
      const tasks = [createChangeTask(target, action)];
      const result = isConfirmed ? await performTasks(context, action, tasks) : undefined;
      if (result?.succeeded !== true) {
        throw new Error(result?.message ?? describeNoChange());
      }
      return result.message;
    },
  };
}

/**
 * Loads the sinks of a connection, unless they are current or the last request failed. Returns the monitor.
 * @throws Error if the user isn't signed in, or the sinks were never loaded
 */
async function loadSinks(servers: ServerRegistry, connectionId: string): Promise<ServerMonitor> {
  const monitor = servers.getMonitor(connectionId);
  if (monitor === undefined) {
    throw new Error(l10n.t('You are not signed in to this connection.'));
  }
  await monitor.ensureCurrentSinks();
  const { failure, loadedAt } = monitor.snapshot.sinksLoad;
  if (failure !== undefined && loadedAt === undefined) {
    throw new Error(describeFailure(failure, monitor.connection.name).sentence);
  }
  return monitor;
}

function toApiSink({ id, name, status, health, database, destination }: Sink): ApiSink {
  return { id, name, status, health: health?.status ?? null, database, destinationType: destination.type };
}

function toApiBackfill(backfill: Backfill, snapshot: Snapshot, serverNow: number): ApiBackfill {
  const { id, sinkId, state, table, rowsInitial, rowsProcessed, insertedAt } = backfill;
  const { status, estimate } = getLiveStatus(snapshot, backfill, serverNow);
  return {
    id,
    sinkId,
    state,
    isStalled: status === 'stalled',
    table,
    rowsInitial: rowsInitial === null ? null : Number(rowsInitial),
    rowsProcessed: Number(rowsProcessed),
    startedAt: insertedAt,
    finishedAt: getFinishTime(backfill) ?? null,
    rowsPerSecond: estimate?.rowsPerSecond ?? null,
    remainingMs: estimate?.timeLeft?.ms ?? null,
  };
}
