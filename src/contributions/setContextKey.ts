import { commands } from 'vscode';
import type { ContextKey, ContextValue } from './contextKeys.ts';

const values = new Map<ContextKey, ContextValue<ContextKey>>();

/** Sets a context key for the `when` clauses of menus and welcome views, unless it has the value. */
export function setContextKey<K extends ContextKey>(key: K, value: ContextValue<K>): void {
  // A key may have a value that was set before a restart of the extension host.
  if (value !== values.get(key)) {
    values.set(key, value);
    void commands.executeCommand('setContext', key, value);
  }
}
