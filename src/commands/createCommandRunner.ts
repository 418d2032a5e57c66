import { commandIds, type LoadedCommandId } from '../contributions/commandIds.ts';
import {
  createChangeAllCommand,
  createChangeCommand,
  pauseOrResumeBackfill,
} from './backfills/changeBackfills.ts';
import { exportBackfills } from './backfills/exportBackfills.ts';
import { moveUpInQueue, removeFromQueue, runNow, stopQueue } from './backfills/queueCommands.ts';
import { runAgain } from './backfills/runAgain.ts';
import { startBackfill } from './backfills/startBackfill.ts';
import type { CommandContext, CommandHandler } from './CommandHandler.ts';
import { applyPlan } from './config/applyPlan.ts';
import { exportConfiguration } from './config/exportConfiguration.ts';
import { compareWithServer, showPlan } from './config/showPlan.ts';
import { changeAddress, connect, enterToken } from './connections/connect.ts';
import {
  createMarkProductionCommand,
  hideConnection,
  removeConnection,
  renameConnection,
  showConnections,
  signOut,
  stopSampleData,
} from './connections/connectionCommands.ts';
import { importConnections } from './connections/importConnections.ts';
import { setMetricsUrl } from './connections/setMetricsUrl.ts';
import { copyAsCurl, copyAsJson, copyBackfillId, copyLink, copySinkName } from './copy/copyCommands.ts';
import { refreshTables, testConnection } from './databases/databaseCommands.ts';
import { createSinkCommand } from './sinks/changeSinks.ts';
import { type CommandTargets, parseCommandTargets, parseViewId } from './Target.ts';
import { goToYaml } from './view/goToYaml.ts';
import { openInConsole } from './view/openInConsole.ts';
import { openBackfill, openSink, openToSide } from './view/openPage.ts';
import {
  createHideFinishedCommand,
  refresh,
  refreshAll,
  retry,
  revealInSinksView,
  showMore,
} from './view/treeCommands.ts';

/** The handlers of the commands whose code is loaded together, when the first of them is run. */
const commandHandlers: Readonly<Record<LoadedCommandId, CommandHandler>> = {
  [commandIds.applyPlan]: applyPlan,
  [commandIds.cancelBackfill]: createChangeCommand('cancel'),
  [commandIds.cancelBackfillsOfSink]: createChangeAllCommand('cancel'),
  [commandIds.changeAddress]: changeAddress,
  [commandIds.compareWithServer]: compareWithServer,
  [commandIds.connect]: connect,
  [commandIds.copyAsCurl]: copyAsCurl,
  [commandIds.copyAsJson]: copyAsJson,
  [commandIds.copyBackfillId]: copyBackfillId,
  [commandIds.copyLink]: copyLink,
  [commandIds.copySinkName]: copySinkName,
  [commandIds.disableSink]: createSinkCommand('disableSink'),
  [commandIds.enableSink]: createSinkCommand('enableSink'),
  [commandIds.enterToken]: enterToken,
  [commandIds.exportConfiguration]: exportConfiguration,
  [commandIds.exportHistory]: exportBackfills,
  [commandIds.goToYaml]: goToYaml,
  [commandIds.hideConnection]: hideConnection,
  [commandIds.hideFinished]: createHideFinishedCommand(true),
  [commandIds.importConnections]: importConnections,
  [commandIds.markProduction]: createMarkProductionCommand(true),
  [commandIds.moveUpInQueue]: moveUpInQueue,
  [commandIds.openBackfill]: openBackfill,
  [commandIds.openInConsole]: openInConsole,
  [commandIds.openSink]: openSink,
  [commandIds.openToSide]: openToSide,
  [commandIds.pauseBackfill]: createChangeCommand('pause'),
  [commandIds.pauseOrResumeBackfill]: pauseOrResumeBackfill,
  [commandIds.pauseBackfillsOfSink]: createChangeAllCommand('pause'),
  [commandIds.pauseSink]: createSinkCommand('pauseSink'),
  [commandIds.refresh]: refresh,
  [commandIds.refreshAll]: refreshAll,
  [commandIds.refreshTables]: refreshTables,
  [commandIds.removeConnection]: removeConnection,
  [commandIds.removeFromQueue]: removeFromQueue,
  [commandIds.renameConnection]: renameConnection,
  [commandIds.resumeBackfill]: createChangeCommand('resume'),
  [commandIds.resumeBackfillsOfSink]: createChangeAllCommand('resume'),
  [commandIds.resumeSink]: createSinkCommand('resumeSink'),
  [commandIds.retry]: retry,
  [commandIds.revealInSinksView]: revealInSinksView,
  [commandIds.runAgain]: runAgain,
  [commandIds.runNow]: runNow,
  [commandIds.setMetricsUrl]: setMetricsUrl,
  [commandIds.showConnections]: showConnections,
  [commandIds.showFinished]: createHideFinishedCommand(false),
  [commandIds.showMore]: showMore,
  [commandIds.showPlan]: showPlan,
  [commandIds.signOut]: signOut,
  [commandIds.startBackfill]: startBackfill,
  [commandIds.stopQueue]: stopQueue,
  [commandIds.stopSampleData]: stopSampleData,
  [commandIds.testConnection]: testConnection,
  [commandIds.unmarkProduction]: createMarkProductionCommand(false),
};

/**
 * Runs a command with the arguments that VS Code passes: the row and, if several rows are selected, all selected rows.
 */
export type CommandRunner = (id: LoadedCommandId, row?: unknown, selectedRows?: unknown) => Promise<void>;

/** Creates the function that runs commands. If a command throws an error, logs the error and shows it to the user. */
export function createCommandRunner(context: CommandContext): CommandRunner {
  return async (id, row, selectedRows) => {
    try {
      await commandHandlers[id](context, await resolveCommandTargets(context, row, selectedRows));
    } catch (error) {
      context.ui.reportError(id, error);
    }
  };
}

/**
 * Returns the targets of a command: the rows that it is run on or, for a key binding, the focused or selected rows of
 * the view.
 */
async function resolveCommandTargets(
  context: CommandContext,
  row: unknown,
  selectedRows: unknown,
): Promise<CommandTargets> {
  const viewId = parseViewId(row);
  if (viewId === undefined) {
    return parseCommandTargets(row, selectedRows);
  }
  const rows = await context.getFocusedRows(viewId);
  // In an empty view, a key binding acts on no rows. If the targets were undefined, the command would let the user pick
  // some.
  return { ...parseCommandTargets(rows[0], rows), ...(rows.length === 0 && { targets: [] }) };
}
