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
import * as sinks from '../commands/sinks/changeSinks.ts';
import type { ChangeAction } from '../model/backfillActions.ts';
import { lacksFeature } from '../model/serverVersion.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { findOnlyTable, qualifyTableName } from '../model/tables.ts';
import { describePauseRequirement } from '../text/actionText.ts';
import {
  type Confirmation,
  createActionConfirmation,
  createStartConfirmation,
} from '../text/confirmationText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { findBackfillById, findSink } from './findTargets.ts';
import { type Tool, type ToolContext, ToolError, type ToolInput } from './Tool.ts';

/** A change that a tool makes. */
interface Change {
  readonly action: TaskAction;
  readonly task: WriteTask;
  readonly confirmation: Confirmation;
  /** An additional line at the end of the confirmation. */
  readonly note?: string;
}

/** Creates a tool that makes a change. `findChange` returns the change to make for an input. */
function createTool(
  describeProgress: () => string,
  findChange: (context: ToolContext, input: ToolInput) => Promise<Change>,
): Tool {
  return {
    describeProgress,
    createConfirmation: async (context, input) => {
      const { task, confirmation, note = '' } = await findChange(context, input);
      const connection = l10n.t('Connection: {0}', toDisplayText(task.monitor.connection.name));
      return {
        title: confirmation.message,
        lines: [...confirmation.detail.split('\n'), connection, note].filter(Boolean),
      };
    },
    run: async (context, input) => makeChange(context, await findChange(context, input)),
  };
}

/**
 * Makes a change in the same way as the command for it, and returns the message that the command would show. In
 * production, asks the user in a dialog first, because the user may have allowed an agent to run the tool without a
 * confirmation.
 * @throws ToolError if the user declines the change, if the change is already in progress, or if the server rejects it
 *   or doesn't confirm it
 * @throws AbortError if the user stops the tool
 */
async function makeChange(context: ToolContext, { action, task }: Change): Promise<object> {
  const isConfirmed = await confirmTasks(context, action, [task]);
  context.signal.throwIfAborted();
  const result = isConfirmed ? await performTasks(context, action, [task]) : undefined;
  if (result?.succeeded !== true) {
    throw new ToolError(result?.message ?? describeNoChange());
  }
  return { result: result.message };
}

/** Creates the tool that pauses, resumes or cancels a backfill. */
export function createBackfillTool(action: ChangeAction, describeProgress: () => string): Tool {
  return createTool(describeProgress, async (context, input) => {
    const target = await findBackfillById(context, input);
    if (!isAllowed(target, action)) {
      throw new ToolError(describeNotAllowed(action, [target]));
    }
    return {
      action,
      task: createChangeTask(target, action),
      confirmation: createActionConfirmation(action, {
        names: [getTargetName(target)],
        connections: [target.monitor.connection],
        detail: describeTargetState(target),
      }),
    };
  });
}

/**
 * Creates the tool that resumes or pauses a sink. There is no tool to enable or disable a sink: only users can do that.
 */
export function createSinkTool(
  action: Extract<SinkAction, 'resumeSink' | 'pauseSink'>,
  describeProgress: () => string,
): Tool {
  return createTool(describeProgress, async (context, input) => {
    const target = await findSink(context, input);
    if (!sinks.isAllowed(target, action)) {
      throw new ToolError(sinks.describeNotAllowed(action, target));
    }
    return {
      action,
      task: sinks.createSinkTask(target, action),
      confirmation: sinks.createConfirmation(action, [target]),
    };
  });
}

/** Creates the tool that starts a backfill of a table. */
export function createStartTool(describeProgress: () => string): Tool {
  return createTool(describeProgress, async (context, input) => {
    const target = await findSink(context, input);
    const { sink, monitor } = target;
    const { connection, snapshot } = monitor;
    if (input.paused && lacksFeature(snapshot.version, 'paused')) {
      throw new ToolError(describePauseRequirement());
    }
    const tableName = input.table ?? findOnlyTable(sink);
    if (tableName === undefined) {
      throw new ToolError(l10n.t('Specify a table as schema.table. The sink isn’t limited to one table.'));
    }
    const table = qualifyTableName(tableName);
    const unfinished = getUnfinishedByTable(monitor, sink).get(table);
    if (unfinished !== undefined) {
      throw new ToolError(describeInProgress([unfinished], target));
    }
    const action = input.paused ? 'startPaused' : 'start';
    return {
      action,
      task: createStartTask(target, table, action),
      confirmation: createStartConfirmation({ sink, connection, tables: [table], skippedTables: [] }),
      ...(input.paused && { note: l10n.t('The backfill is created paused.') }),
    };
  });
}
