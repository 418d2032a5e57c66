import * as vscode from 'vscode';
import type { SignInState } from '../model/Connection.ts';

/**
 * Sets the context keys for the `when` clauses of menus and welcome views.
 *
 * @param hasHidden whether a setting hides further connections
 */
export function updateConnectionContextKeys(states: readonly SignInState[], hasHidden: boolean): void {
  const kinds = states.map(({ kind }) => kind);
  const productionFlags = states.flatMap((state) =>
    'connection' in state ? [state.connection.production] : [],
  );
  setContextKey('sequin.connection', kinds.includes('signedIn') ? 'signedIn' : (kinds[0] ?? 'none'));
  setContextKey('sequin.severalConnections', states.length > 1);
  setContextKey('sequin.someProduction', productionFlags.includes(true));
  setContextKey('sequin.someNotProduction', productionFlags.includes(false));
  setContextKey('sequin.someHidden', hasHidden);
}

function setContextKey(key: string, value: string | boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
