import * as vscode from 'vscode';
import { toFailure } from '../model/failure.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { describeFailure } from '../text/failureText.ts';
import { parseToolInput, type Tool, type ToolContext, ToolError } from './Tool.ts';
import { tools } from './tools.ts';

/** Registers the tools for language models. */
export function registerTools(
  context: ToolContext,
  log: Pick<vscode.LogOutputChannel, 'error'>,
): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(tools).map(([name, tool]) =>
      vscode.lm.registerTool<unknown>(name, {
        prepareInvocation: ({ input }) => reportErrors(name, log, () => prepare(tool, context, input)),
        invoke: ({ input }) =>
          reportErrors(name, log, async () => {
            const result = await tool.run(context, parseToolInput(input));
            return new vscode.LanguageModelToolResult([
              new vscode.LanguageModelTextPart(JSON.stringify(result)),
            ]);
          }),
      }),
    ),
  );
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

/** Throws an error whose message is a sentence for the language model. Logs defects. */
async function reportErrors<T>(
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
