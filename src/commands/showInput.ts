import * as vscode from 'vscode';
import { escapeMessage } from '../text/escapeMessage.ts';

export interface InputOptions {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly password?: boolean;
  /** Whether the input before can be returned to; unless told, where there is one. */
  readonly canGoBack?: boolean;
  /** What is wrong with the value that the input starts with. */
  readonly problem?: string | undefined;
  /** Says what is wrong with an accepted value; undefined: nothing. The signal aborts when the input closes. */
  readonly validate: (value: string, signal: AbortSignal) => Promise<string | undefined>;
}

/**
 * Asks for one line of text. An accepted value that fails its check keeps the input open with the reason.
 * Resolves to the value, to 'back', or to undefined when the input was closed.
 */
export async function showInput(
  options: InputOptions,
): Promise<{ readonly value: string } | 'back' | undefined> {
  const input = vscode.window.createInputBox();
  const abortController = new AbortController();
  input.title = options.title;
  if (options.totalSteps > 1) {
    input.step = options.step;
    input.totalSteps = options.totalSteps;
  }
  input.prompt = options.prompt;
  input.placeholder = options.placeholder;
  input.value = options.value;
  input.password = options.password ?? false;
  const showProblem = (problem: string | undefined): void => {
    // VS Code makes links here too, and some of the words are a server's.
    input.validationMessage = problem && escapeMessage(problem);
  };
  showProblem(options.problem);
  // A token is copied from a browser: the input must outlive the loss of focus.
  input.ignoreFocusOut = true;
  input.buttons = (options.canGoBack ?? options.step > 1) ? [vscode.QuickInputButtons.Back] : [];
  try {
    return await new Promise((resolve, reject) => {
      const accept = async (): Promise<void> => {
        const { value } = input;
        input.validationMessage = undefined;
        input.busy = true;
        input.enabled = false;
        const problem = await options.validate(value, abortController.signal);
        if (problem === undefined) {
          resolve({ value });
        }
        showProblem(problem);
        input.busy = false;
        input.enabled = true;
      };
      input.onDidAccept(() => {
        if (!input.busy) {
          accept().catch(reject);
        }
      });
      input.onDidChangeValue(() => {
        input.validationMessage = undefined;
      });
      input.onDidTriggerButton(() => {
        resolve('back');
      });
      input.onDidHide(() => {
        resolve(undefined);
      });
      input.show();
    });
  } finally {
    abortController.abort();
    input.dispose();
  }
}
