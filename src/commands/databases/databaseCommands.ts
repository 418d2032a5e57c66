import * as l10n from '@vscode/l10n';
import { SequinError, toFailure } from '../../model/failure.ts';
import {
  describeFailedRefresh,
  describeFailedTest,
  describePassedTest,
  describeRefreshedTables,
} from '../../text/databaseText.ts';
import { describeFailure } from '../../text/failureText.ts';
import type { ActionContext } from '../backfills/runBackfillAction.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { resolveDatabase } from '../resolveTargets.ts';
import type { CommandTargets } from '../Target.ts';
import type { TargetDatabase } from '../targetItems.ts';
import type { MessageAction } from '../Ui.ts';

/** Lets Sequin test the connection to a database, and reports the result. */
export async function testConnection(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveDatabase(context, target);
  if (resolved !== undefined) {
    await testDatabase(context, resolved);
  }
}

/** Lets Sequin read the tables of a database again, and reports the result. */
export async function refreshTables(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const resolved = await resolveDatabase(context, target);
  if (resolved !== undefined) {
    await refreshTablesOf(context, resolved);
  }
}

async function testDatabase(context: ActionContext, target: TargetDatabase): Promise<void> {
  const { monitor, database } = target;
  await report(context, target, testDatabase, async () => {
    const test = await monitor.testDatabase(database.id);
    return test.isPassed
      ? { done: describePassedTest(database) }
      : { problem: describeFailedTest(database, test.reason) };
  });
}

/**
 * Lets Sequin read the tables of a database again. Tests the connection first: a refresh over a kept connection succeeds
 * although a new one would fail. `nextStep` is the button to continue with.
 */
export async function refreshTablesOf(
  context: ActionContext,
  target: TargetDatabase,
  nextStep?: MessageAction,
): Promise<void> {
  const { monitor, database } = target;
  const retry = (): Promise<void> => refreshTablesOf(context, target, nextStep);
  await report(
    context,
    target,
    retry,
    async () => {
      const test = await monitor.testDatabase(database.id);
      if (!test.isPassed) {
        return { problem: describeFailedTest(database, test.reason) };
      }
      return (await monitor.refreshTables(database.id))
        ? { done: describeRefreshedTables(database) }
        : { problem: describeFailedRefresh(database) };
    },
    nextStep,
  );
}

/** Runs a request about a database, and reports its result: a success in the status bar unless there is a next step. */
async function report(
  context: ActionContext,
  target: TargetDatabase,
  retry: (context: ActionContext, target: TargetDatabase) => Promise<void>,
  run: () => Promise<{ readonly done: string } | { readonly problem: string }>,
  nextStep?: MessageAction,
): Promise<void> {
  const { ui } = context;
  let problem = '';
  await ui.showLoading(async () => {
    try {
      const result = await run();
      if ('problem' in result) {
        ({ problem } = result);
      } else if (nextStep === undefined) {
        ui.showStatus(result.done);
      } else {
        ui.showMessage('information', result.done, nextStep);
      }
    } catch (error) {
      const failure = toFailure(error);
      if (!(error instanceof SequinError) && failure.kind === 'internal') {
        throw error;
      }
      problem = describeFailure(failure, target.monitor.connection.name).sentence;
    }
  });
  if (problem !== '') {
    ui.showMessage('warning', problem, { label: l10n.t('Try Again'), run: () => retry(context, target) });
  }
}
