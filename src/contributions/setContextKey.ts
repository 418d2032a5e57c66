import { commands } from 'vscode';
import { systemClock } from '../shared/clock.ts';
import type { ContextKey, ContextValue } from './contextKeys.ts';

/** The latest values that this extension host has set. */
const values = new Map<ContextKey, ContextValue<ContextKey>>();
/** The keys whose latest values VS Code doesn't have yet. */
const changedKeys = new Set<ContextKey>();

/**
 * Sets a context key for `when` clauses and the walkthrough's steps. Does nothing if the key already has the value. VS
 * Code gets the value after the current task, because setting the keys takes a quarter of the time of activation.
 */
export function setContextKey<K extends ContextKey>(key: K, value: ContextValue<K>): void {
  // The first call for a key always sets it, because VS Code keeps the old value when the extension host restarts.
  if (value !== values.get(key)) {
    values.set(key, value);
    if (changedKeys.size === 0) {
      systemClock.schedule(0, sendChanges);
    }
    changedKeys.add(key);
  }
}

function sendChanges(): void {
  for (const key of changedKeys) {
    void commands.executeCommand('setContext', key, values.get(key));
  }
  changedKeys.clear();
}
