import * as vscode from 'vscode';
import { toDisplayText } from '../text/toDisplayText.ts';

/** An input for one line of text. If the input is one of several steps, the title shows the number of the step. */
export interface InputOptions {
  readonly title: string;
  /** By default, the input is the only step. */
  readonly step?: number;
  readonly totalSteps?: number;
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  readonly password?: boolean;
  /** A button that opens a page outside of VS Code. The input stays open. */
  readonly link?: { readonly tooltip: string; readonly open: () => void };
  /** Whether to show a Back button. By default, every step except the first one has it. */
  readonly canGoBack?: boolean;
  /** The problem with the initial value, shown when the input opens. */
  readonly problem?: string | undefined;
  /**
   * Checks a value when the user presses Enter. Returns the problem with the value; undefined if the value is valid.
   * The signal aborts when the input closes.
   */
  readonly validate: (value: string, signal: AbortSignal) => Promise<string | undefined>;
}

/** The result of an input: a valid value, or the text entered so far if the user pressed Back. */
export interface InputResult {
  readonly value: string;
  readonly isBack: boolean;
}

/**
 * Prompts for one line of text. If the value is invalid when the user presses Enter, the input stays open and shows the
 * problem.
 * @returns undefined if the input was closed
 */
export async function showInput(options: InputOptions): Promise<InputResult | undefined> {
  const input = createInput(options);
  const abortController = new AbortController();
  const { promise: result, resolve, reject } = Promise.withResolvers<InputResult | undefined>();
  const accept = async (): Promise<void> => {
    const { value } = input;
    input.validationMessage = undefined;
    input.busy = true;
    input.enabled = false;
    const problem = await options.validate(value, abortController.signal);
    if (problem === undefined) {
      resolve({ value, isBack: false });
    }
    showProblem(input, problem);
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
  input.onDidTriggerButton((button) => {
    if (button === vscode.QuickInputButtons.Back) {
      resolve({ value: input.value, isBack: true });
    } else {
      options.link?.open();
    }
  });
  input.onDidHide(() => {
    resolve(undefined);
  });
  try {
    input.show();
    return await result;
  } finally {
    abortController.abort();
    input.dispose();
  }
}

function createInput(options: InputOptions): vscode.InputBox {
  const { title, step = 1, totalSteps = 1, canGoBack = step > 1, link } = options;
  const input = vscode.window.createInputBox();
  input.title = title;
  if (totalSteps > 1) {
    input.step = step;
    input.totalSteps = totalSteps;
  }
  input.prompt = options.prompt;
  input.placeholder = options.placeholder;
  input.value = options.value;
  input.password = options.password ?? false;
  showProblem(input, options.problem);
  // Users switch to a browser to copy a token, and the input must stay open in the meantime.
  input.ignoreFocusOut = true;
  input.buttons = [
    ...(canGoBack ? [vscode.QuickInputButtons.Back] : []),
    ...(link ? [{ iconPath: new vscode.ThemeIcon('link-external'), tooltip: link.tooltip }] : []),
  ];
  return input;
}

function showProblem(input: vscode.InputBox, problem: string | undefined): void {
  // VS Code renders links in this message, and parts of the message come from a server.
  input.validationMessage = problem && toDisplayText(problem);
}
