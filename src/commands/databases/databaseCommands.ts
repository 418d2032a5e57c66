import * as l10n from '@vscode/l10n';
import type { Database } from '../../model/Database.ts';
import { SequinError } from '../../model/failure.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import {
  describeFailedRefresh,
  describeFailedTest,
  describePassedTest,
  describeRefreshedTables,
} from '../../text/databaseText.ts';
import { describeFailure } from '../../text/failureText.ts';
import { createRecoveryAction } from '../backfills/taskResult.ts';
import type { ActionContext, CommandHandler } from '../CommandHandler.ts';
import { resolveDatabase } from '../resolveTargets.ts';
import type { TargetDatabase } from '../targetItems.ts';
import type { MessageAction } from '../Ui.ts';

/** Requests a test of Sequin's connection to a database, and reports the result. */
export const testConnection = createDatabaseCommand((context, target) =>
  runRequest(context, target, testDatabase),
);

/** Requests a refresh of the tables that Sequin lists for a database, and reports the result. */
export const refreshTables = createDatabaseCommand(refreshDatabaseTables);

function createDatabaseCommand(
  run: (context: ActionContext, target: TargetDatabase) => Promise<void>,
): CommandHandler {
  return async (context, { target }) => {
    const resolved = await resolveDatabase(context, target);
    if (resolved !== undefined) {
      await run(context, resolved);
    }
  };
}

/**
 * Requests a refresh of the tables that Sequin lists for a database, and reports the result. `nextStep` is the button
 * of the message about a success; without a next step, the status bar reports the success.
 */
export async function refreshDatabaseTables(
  context: ActionContext,
  target: TargetDatabase,
  nextStep?: MessageAction,
): Promise<void> {
  await runRequest(context, target, testAndRefresh, nextStep);
}

/** Sends a request about a database. Returns a sentence that reports the success or the problem. */
type DatabaseRequest = (
  monitor: ServerMonitor,
  database: Database,
) => Promise<{ readonly success: string } | { readonly problem: string }>;

const testDatabase: DatabaseRequest = async (monitor, database) => {
  const test = await monitor.databases.testConnection(database.id);
  return test.isPassed
    ? { success: describePassedTest(database) }
    : { problem: describeFailedTest(database, test.reason) };
};

/**
 * Tests the connection before the refresh: over a pooled connection, a refresh succeeds even if a new connection would
 * fail.
 */
const testAndRefresh: DatabaseRequest = async (monitor, database) => {
  const test = await testDatabase(monitor, database);
  if ('problem' in test) {
    return test;
  }
  return (await monitor.databases.refreshTables(database.id))
    ? { success: describeRefreshedTables(database) }
    : { problem: describeFailedRefresh(database) };
};

/**
 * Runs a request, and reports its result. A success is reported in a message with the button for the next step or,
 * without a next step, in the status bar. Does nothing if the connection was removed.
 */
async function runRequest(
  context: ActionContext,
  target: TargetDatabase,
  request: DatabaseRequest,
  nextStep?: MessageAction,
): Promise<void> {
  const { ui, servers } = context;
  const monitor = servers.findMonitor(target.monitor.connection);
  if (monitor === undefined) {
    return;
  }
  const tryAgain: MessageAction = {
    label: l10n.t('Try Again'),
    run: () => runRequest(context, target, request, nextStep),
  };
  await ui.showLoading(async () => {
    try {
      const result = await request(monitor, target.database);
      if ('problem' in result) {
        ui.showMessage('warning', result.problem, tryAgain);
      } else if (nextStep === undefined) {
        ui.showStatus(result.success);
      } else {
        ui.showMessage('information', result.success, nextStep);
      }
    } catch (error) {
      if (!(error instanceof SequinError)) {
        throw error;
      }
      if (error.failure.kind === 'cancelled') {
        // The connection was removed while the request was pending.
        return;
      }
      const { sentence, recovery } = describeFailure(error.failure, monitor.connection.name);
      ui.showMessage(
        'warning',
        sentence,
        recovery === 'retry' ? tryAgain : createRecoveryAction(ui, recovery, monitor),
      );
    }
  });
}
