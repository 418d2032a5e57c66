import * as vscode from 'vscode';
import type { ToolName } from '../contributions/toolNames.ts';
import { toFailure } from '../model/failure.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { describeFailure } from '../text/failureText.ts';
import { parseToolInput, type Tool, type ToolContext, ToolError } from './Tool.ts';
import { tools } from './tools.ts';

export type ToolRunner = ReturnType<typeof createToolRunner>;

/**
 * Creates functions that run tools with input from a language model. They throw a `CancellationError` if the user stops
 * the tool, and a `ToolError` for every failure. Unexpected errors are also logged to `log`.
 */
export function createToolRunner(
  services: Omit<ToolContext, 'signal'>,
  log: Pick<vscode.LogOutputChannel, 'error'>,
) {
  /** Runs an action for the tool `name`. Converts every error to a `ToolError` or a `CancellationError`. */
  const run = async <T>(
    name: string,
    token: vscode.CancellationToken,
    action: (context: ToolContext) => Promise<T>,
  ): Promise<T> => {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort();
    };
    const listener = token.onCancellationRequested(abort);
    if (token.isCancellationRequested) {
      abort();
    }
    const { signal } = controller;
    try {
      signal.throwIfAborted();
      return await action({ ...services, signal });
    } catch (error) {
      if (signal.aborted) {
        throw new vscode.CancellationError();
      }
      if (error instanceof ToolError) {
        throw error;
      }
      log.error(name, error instanceof Error ? error : String(error));
      throw new ToolError(describeFailure(toFailure(error), 'Sequin').sentence, { cause: error });
    } finally {
      listener.dispose();
    }
  };
  return {
    /** Creates the message and the confirmation that the chat shows before a tool runs. */
    prepare: (name: ToolName, input: unknown, token: vscode.CancellationToken) =>
      run(name, token, (context) => prepare(tools[name], context, input)),
    /** Runs a tool and returns its result as JSON. Stopping the tool doesn't undo a change that was already sent. */
    invoke: (name: ToolName, input: unknown, token: vscode.CancellationToken) =>
      run(name, token, async (context) => {
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
        message: new vscode.MarkdownString(confirmation.lines.map(escapeMarkdown).join('\n\n')),
      },
    }),
  };
}
