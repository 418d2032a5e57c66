import { commands } from 'vscode';
import type { ContextKey, ContextValue } from './contextKeys.ts';

/** The values that this extension host has set. */
const values = new Map<ContextKey, ContextValue<ContextKey>>();

/** Sets a context key for `when` clauses and the walkthrough's steps. Does nothing if the key already has the value. */
export function setContextKey<K extends ContextKey>(key: K, value: ContextValue<K>): void {
  // The first call for a key always sets it, because VS Code keeps the old value when the extension host restarts.
  if (value !== values.get(key)) {
    values.set(key, value);
    void commands.executeCommand('setContext', key, value);
  }
}
