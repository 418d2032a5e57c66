import * as l10n from '@vscode/l10n';
import {
  createConfirmation,
  createSinkTask,
  describeNotAllowed,
  isAllowed,
} from '../commands/sinks/changeSinks.ts';
import type { TargetSink } from '../commands/targetItems.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { runTask, toToolConfirmation } from './changeTools.ts';
import { findSink } from './findTargets.ts';
import { type Tool, type ToolContext, ToolError, type ToolInput } from './Tool.ts';

/** The actions on sinks that tools offer. Only users can enable or disable a sink. */
type SinkToolAction = Extract<SinkAction, 'resumeSink' | 'pauseSink'>;

/** Creates the tool that resumes or pauses a sink. */
export function createSinkTool(action: SinkToolAction): Tool {
  const findTarget = async (context: ToolContext, input: ToolInput): Promise<TargetSink> => {
    const target = await findSink(context, input);
    if (!isAllowed(target, action)) {
      throw new ToolError(describeNotAllowed(action, target));
    }
    return target;
  };
  return {
    describeProgress: () => describeAction(action),
    createConfirmation: async (context, input) => {
      const target = await findTarget(context, input);
      return toToolConfirmation(createConfirmation(action, [target]), target.monitor.connection);
    },
    run: async (context, input) =>
      runTask(context, action, createSinkTask(await findTarget(context, input), action)),
  };
}

function describeAction(action: SinkToolAction): string {
  const texts: Record<SinkToolAction, string> = {
    resumeSink: l10n.t('Resuming a Sequin sink'),
    pauseSink: l10n.t('Pausing a Sequin sink'),
  };
  return texts[action];
}
