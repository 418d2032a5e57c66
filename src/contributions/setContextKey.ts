import { commands } from 'vscode';
import type { ContextKey, ContextValue } from './contextKeys.ts';

/** Sets a context key for the `when` clauses of menus and welcome views. */
export function setContextKey<K extends ContextKey>(key: K, value: ContextValue<K>): void {
  void commands.executeCommand('setContext', key, value);
}
