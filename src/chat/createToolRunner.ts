import * as vscode from 'vscode';
import type { ToolName } from '../contributions/toolNames.ts';
import { toFailure } from '../model/failure.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { describeFailure } from '../text/failureText.ts';
import { parseToolInput, type Tool, type ToolContext, ToolError } from './Tool.ts';
import { tools } from './tools.ts';

/** Runs tools with the input that a language model wrote. */
export interface ToolRunner {
  /**
   * Creates the message and the confirmation that the chat shows before a tool runs.
   * @throws ToolError for every failure
   */
  prepare(name: ToolName, input: unknown): Promise<vscode.PreparedToolInvocation>;
  /**
   * Runs a tool. Its result is JSON.
   * @throws ToolError for every failure
   */
  invoke(name: ToolName, input: unknown): Promise<vscode.LanguageModelToolResult>;
}

/** Creates the functions that run tools. `log` receives defects. */
export function createToolRunner(
  context: ToolContext,
  log: Pick<vscode.LogOutputChannel, 'error'>,
): ToolRunner {
  return {
    prepare: (name, input) => runOrExplain(name, log, () => prepare(tools[name], context, input)),
    invoke: (name, input) =>
      runOrExplain(name, log, async () => {
        const result = await tools[name].run(context, parseToolInput(input));
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(result))]);
      }),
  };
}

async function prepare(
  tool: Tool,
  context: ToolContext,
  rawInput: unknown,
): Promise<vscode.PreparedToolInvocation> {
  const confirmation = await tool.createConfirmation?.(context, parseToolInput(rawInput));
  return {
    invocationMessage: tool.describeProgress(),
    ...(confirmation && {
      confirmationMessages: {
        title: confirmation.title,
        message: new vscode.MarkdownString(
          confirmation.lines.filter(Boolean).map(escapeMarkdown).join('\n\n'),
        ),
      },
    }),
  };
}

/**
 * Runs an action, and logs its defects.
 * @throws ToolError for every failure, with a message for the language model
 */
async function runOrExplain<T>(
  name: string,
  log: Pick<vscode.LogOutputChannel, 'error'>,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof ToolError) {
      throw error;
    }
    log.error(name, error instanceof Error ? error : String(error));
    throw new ToolError(describeFailure(toFailure(error), 'Sequin').sentence, { cause: error });
  }
}
