import { commands } from 'vscode';
import type { ContextValues } from './contextKeys.ts';

/** Sets a context key for the `when` clauses of menus and welcome views. */
export function setContextKey<K extends keyof ContextValues>(key: K, value: ContextValues[K]): void {
  void commands.executeCommand('setContext', key, value);
}
