import * as vscode from 'vscode';
import { toolNames } from '../contributions/toolNames.ts';
import type { ToolRunner } from './createToolRunner.ts';

/** Registers the tools for language models. Their code is loaded when the first tool is used. */
export function registerTools(loadRunner: () => Promise<ToolRunner>): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.values(toolNames).map((name) =>
      vscode.lm.registerTool<unknown>(name, {
        prepareInvocation: async ({ input }, token) => (await loadRunner()).prepare(name, input, token),
        invoke: async ({ input }, token) => (await loadRunner()).invoke(name, input, token),
      }),
    ),
  );
}
