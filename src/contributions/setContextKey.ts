import { commands } from 'vscode';
import type { ContextKey, ContextValue } from './contextKeys.ts';

const values = new Map<ContextKey, ContextValue<ContextKey>>();

/** Sets a context key for the `when` clauses of menus and welcome views, unless this extension host did already. */
export function setContextKey<K extends ContextKey>(key: K, value: ContextValue<K>): void {
  // The first call always sets it: VS Code keeps the values when the extension host restarts.
  if (value !== values.get(key)) {
    values.set(key, value);
    void commands.executeCommand('setContext', key, value);
  }
}
