// A stub of the part of `vscode` that `ConnectionItem` needs. The stub replaces `vscode` in modules that are imported
// after a call of `useVscodeEditorStub`.
import { registerHooks } from 'node:module';
import type { StatusBarItem } from 'vscode';
import { EventEmitter } from '../../bench/vscodeStub.ts';

interface Document {
  readonly name: string;
}

/** The texts that the status bar item was given, and `show` or `hide` for each call of these methods, in order. */
export const statusBarUpdates: string[] = [];

/** Resolves every later import of `vscode` to this module. */
export function useVscodeEditorStub(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url: import.meta.url, shortCircuit: true } : next(specifier, context),
  });
}

const editorChanges = new EventEmitter<unknown>();
const documentChanges = new EventEmitter<{ readonly document: Document }>();

/** Opens an editor for a document, or closes the editor. */
export function setActiveDocument(document: Document | undefined): void {
  window.activeTextEditor = document && { document };
  editorChanges.fire(window.activeTextEditor);
}

/** Types a character into the active editor. */
export function typeCharacter(): void {
  const document = window.activeTextEditor?.document;
  if (document !== undefined) {
    documentChanges.fire({ document });
  }
}

export const StatusBarAlignment = { Left: 1, Right: 2 };
export const window = {
  activeTextEditor: undefined as { readonly document: Document } | undefined,
  onDidChangeActiveTextEditor: editorChanges.event,
  createStatusBarItem: (): Partial<StatusBarItem> => {
    let text = '';
    return {
      get text() {
        return text;
      },
      set text(value) {
        text = value;
        statusBarUpdates.push(value);
      },
      show: () => statusBarUpdates.push('show'),
      hide: () => statusBarUpdates.push('hide'),
      dispose: () => undefined,
    };
  },
};
export const workspace = { onDidChangeTextDocument: documentChanges.event };
export const commands = { registerCommand: () => ({ dispose: () => undefined }) };
