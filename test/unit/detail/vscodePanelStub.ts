// A stub of the part of `vscode` that webview panels need.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { Emitter } from '../../../src/shared/lifecycle.ts';

/** Imports a module with this stub in place of `vscode`. */
export async function importWithPanelStub<T>(importModule: () => Promise<T>): Promise<T> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
  });
  try {
    return await importModule();
  } finally {
    hooks.deregister();
  }
}

/** A webview panel that records what the extension sends to its page. */
export class PanelStub {
  title: string;
  iconPath: { readonly fsPath: string } | undefined;
  visible = true;
  isDisposed = false;
  readonly messages: unknown[] = [];
  readonly #onDidDispose = new Emitter<void>();
  readonly #onDidChangeViewState = new Emitter<void>();
  readonly #onDidReceiveMessage = new Emitter<unknown>();
  readonly onDidDispose = this.#onDidDispose.event;
  readonly onDidChangeViewState = this.#onDidChangeViewState.event;
  readonly webview = {
    html: '',
    cspSource: '',
    asWebviewUri: (uri: unknown) => uri,
    onDidReceiveMessage: this.#onDidReceiveMessage.event,
    postMessage: (message: unknown) => {
      this.messages.push(message);
      return Promise.resolve(true);
    },
  };

  constructor(title: string) {
    this.title = title;
  }

  reveal(): void {
    this.setVisible(true);
  }

  /** Shows or hides the panel, as VS Code does when the user selects a tab. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    this.#onDidChangeViewState.fire();
  }

  /** Simulates a message from the page. */
  receive(message: unknown): void {
    this.#onDidReceiveMessage.fire(message);
  }

  dispose(): void {
    this.isDisposed = true;
    this.#onDidDispose.fire();
  }
}

/** All panels that were created, oldest first. */
export const panels: PanelStub[] = [];

export const window = {
  createWebviewPanel: (_type: string, title: string) => {
    const panel = new PanelStub(title);
    panels.push(panel);
    return panel;
  },
  tabGroups: { all: [] },
};
export const Uri = {
  file: (fsPath: string) => ({ fsPath }),
  joinPath: ({ fsPath }: { readonly fsPath: string }, ...segments: readonly string[]) => ({
    fsPath: join(fsPath, ...segments),
  }),
};
export const ViewColumn = { Active: -1, Beside: -2 };
export const env = { language: 'en' };

/** The commands that were executed, with their arguments. */
export const executedCommands: unknown[][] = [];

export const commands = {
  executeCommand: (...command: unknown[]) => {
    executedCommands.push(command);
    return Promise.resolve(undefined);
  },
};
