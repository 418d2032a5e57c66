// A stub of the parts of `vscode` that commands need. Records what commands show, presses the first button of every
// modal dialog, and closes everything else.
import { registerHooks } from 'node:module';
import { hostileText } from '../text/hostileText.ts';

export * from '../../bench/vscodeStub.ts';

/** Everything that was passed to VS Code for display, in order. */
export const shown: unknown[] = [];

/** Resolves every later import of `vscode` to this module. */
export function useVscodeWindowStub(): void {
  shown.length = 0;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
  });
}

function showMessage(message: string, ...rest: readonly unknown[]): Promise<unknown> {
  shown.push(message, ...rest);
  const [options, firstItem] = rest;
  const isModal = typeof options === 'object' && options !== null && 'modal' in options;
  return Promise.resolve(isModal ? firstItem : undefined);
}

/**
 * Creates an input that is recorded when it is shown, and then closes at once. If it lists file formats, accepts the
 * first one.
 */
function createInput(): object {
  let close = (): void => undefined;
  let accept = (): void => undefined;
  const ignoreListener = (): void => undefined;
  const input = {
    items: [],
    selectedItems: [],
    activeItems: [],
    value: '',
    placeholder: '',
    onDidHide: (listener: () => void) => (close = listener),
    onDidAccept: (listener: () => void) => (accept = listener),
    onDidChangeValue: ignoreListener,
    onDidChangeSelection: ignoreListener,
    onDidTriggerButton: ignoreListener,
    show: () => {
      shown.push({ ...input });
      if (input.placeholder === 'Select a file format') {
        input.activeItems = input.items.slice(0, 1);
        accept();
      }
      close();
    },
    dispose: () => undefined,
  };
  return input;
}

export const window = {
  showInformationMessage: showMessage,
  showWarningMessage: showMessage,
  showErrorMessage: showMessage,
  showQuickPick: (...args: readonly unknown[]) => {
    shown.push(...args);
    return Promise.resolve(undefined);
  },
  createQuickPick: createInput,
  createInputBox: createInput,
  showSaveDialog: (options: { readonly title: string }) => {
    shown.push(options.title);
    return Promise.resolve({ path: '/a.csv', fsPath: hostileText });
  },
  withProgress: (options: unknown, task: (...args: readonly unknown[]) => unknown) => {
    shown.push(options);
    return Promise.resolve(
      task({ report: () => undefined }, { onCancellationRequested: () => ({ dispose: () => undefined }) }),
    );
  },
};
export const workspace = {
  workspaceFolders: undefined,
  findFiles: () => Promise.resolve([]),
  fs: { writeFile: () => Promise.reject(new Error(hostileText)) },
};
export const env = { language: 'en', openExternal: () => Promise.resolve(true) };
const registeredCommands = new Map<string, () => unknown>();
export const commands = {
  executeCommand: (...args: readonly unknown[]) => {
    shown.push(...args);
    return Promise.resolve(undefined);
  },
  registerCommand: (id: string, handler: () => unknown) => {
    registeredCommands.set(id, handler);
    return { dispose: () => registeredCommands.delete(id) };
  },
};

/** Runs a command that was registered. */
export async function runCommand(id: string): Promise<void> {
  await registeredCommands.get(id)?.();
}

export const Uri = {
  file: (path: string) => ({ path }),
  joinPath: (_base: unknown, path: string) => ({ path }),
};
export const ProgressLocation = { Notification: 15 };
export const QuickPickItemKind = { Separator: -1 };
export const QuickInputButtons = { Back: {} };
export class CancellationError extends Error {}
export const Disposable = { from: () => ({ dispose: () => undefined }) };
