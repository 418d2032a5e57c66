import * as l10n from '@vscode/l10n';
import {
  createChangeTask,
  describeNotAllowed,
  describeTargetState,
  getTargetName,
  isAllowed,
} from '../commands/backfills/changeBackfills.ts';
import { confirmTasks, describeNoChange, performTasks } from '../commands/backfills/runTasks.ts';
import {
  createStartTask,
  describeInProgress,
  getUnfinishedByTable,
} from '../commands/backfills/startBackfill.ts';
import type { TaskAction, WriteTask } from '../commands/backfills/WriteTask.ts';
import type { TargetBackfill, TargetSink } from '../commands/targetItems.ts';
import type { ChangeAction } from '../model/backfillActions.ts';
import type { Connection } from '../model/Connection.ts';
import { lacksFeature } from '../model/serverVersion.ts';
import { findOnlyTable, qualifyTableName } from '../model/tables.ts';
import {
  type Confirmation,
  createActionConfirmation,
  createStartConfirmation,
} from '../text/confirmationText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { findBackfillById, findSink } from './findTargets.ts';
import { type Tool, type ToolConfirmation, type ToolContext, ToolError, type ToolInput } from './Tool.ts';

/** Creates the tool that pauses, resumes or cancels a backfill. */
export function createChangeTool(change: ChangeAction): Tool {
  const findTarget = async (context: ToolContext, input: ToolInput): Promise<TargetBackfill> => {
    const target = await findBackfillById(context, input);
    if (!isAllowed(target, change)) {
      throw new ToolError(describeNotAllowed(change, [target]));
    }
    return target;
  };
  return {
    describeProgress: () => describeChange(change),
    createConfirmation: async (context, input) =>
      createChangeConfirmation(change, await findTarget(context, input)),
    run: async (context, input) =>
      runTask(context, change, createChangeTask(await findTarget(context, input), change)),
  };
}

/** The tool that starts a backfill of a table. */
export const startBackfill: Tool = {
  describeProgress: () => l10n.t('Starting a Sequin backfill'),
  createConfirmation: async (context, input) => {
    const { target, table } = await findSinkAndTable(context, input);
    const { sink, monitor } = target;
    const { connection } = monitor;
    const { title, lines } = toToolConfirmation(
      createStartConfirmation({ sink, connection, tables: [table], skippedTables: [] }),
      connection,
    );
    return { title, lines: input.paused ? [...lines, l10n.t('The backfill is created paused.')] : lines };
  },
  run: async (context, input) => {
    const { target, table } = await findSinkAndTable(context, input);
    const action = input.paused ? 'startPaused' : 'start';
    return runTask(context, action, createStartTask(target, table, action));
  },
};

/**
 * Finds the sink and the table of the input.
 * @throws ToolError if one of them can't be found, the table already has an unfinished backfill, or the server is too
 * old to create the backfill paused
 */
async function findSinkAndTable(
  context: ToolContext,
  input: ToolInput,
): Promise<{ readonly target: TargetSink; readonly table: string }> {
  const target = await findSink(context, input);
  if (input.paused && lacksFeature(target.monitor.snapshot.version, 'paused')) {
    throw new ToolError(l10n.t('Pausing backfills requires Sequin 0.13.6 or later.'));
  }
  const tableName = input.table ?? findOnlyTable(target.sink);
  if (tableName === undefined) {
    throw new ToolError(l10n.t('Specify a table as schema.table. The sink isn’t limited to one table.'));
  }
  const table = qualifyTableName(tableName);
  const unfinished = getUnfinishedByTable(target.monitor, target.sink).get(table);
  if (unfinished !== undefined) {
    throw new ToolError(describeInProgress([unfinished], target));
  }
  return { target, table };
}

function createChangeConfirmation(change: ChangeAction, target: TargetBackfill): ToolConfirmation {
  const { connection } = target.monitor;
  return toToolConfirmation(
    createActionConfirmation(change, {
      names: [getTargetName(target)],
      connections: [connection],
      detail: describeTargetState(target),
    }),
    connection,
  );
}

/** Converts a command's confirmation to a tool's, with the connection as its last line. */
export function toToolConfirmation(
  { message, detail }: Confirmation,
  { name }: Connection,
): ToolConfirmation {
  return { title: message, lines: [...detail.split('\n'), l10n.t('Connection: {0}', toDisplayText(name))] };
}

function describeChange(change: ChangeAction): string {
  const texts: Record<ChangeAction, string> = {
    pause: l10n.t('Pausing a Sequin backfill'),
    resume: l10n.t('Resuming a Sequin backfill'),
    cancel: l10n.t('Canceling a Sequin backfill'),
  };
  return texts[change];
}

/**
 * Runs a write as the commands do, and returns the message that they would show. In production, a dialog asks the user
 * again, who may have allowed an agent to run the tool without a confirmation.
 * @throws ToolError if the user or the server doesn't confirm the change
 */
export async function runTask(context: ToolContext, action: TaskAction, task: WriteTask): Promise<object> {
  const isConfirmed = await confirmTasks(context, action, [task]);
  context.signal.throwIfAborted();
  const result = isConfirmed ? await performTasks(context, action, [task]) : undefined;
  if (result?.succeeded !== true) {
    throw new ToolError(result?.message ?? describeNoChange());
  }
  return { result: result.message };
}
