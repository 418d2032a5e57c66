import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
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
  setContextKey(contextKeys.connection, kinds.includes('signedIn') ? 'signedIn' : (kinds[0] ?? 'none'));
  setContextKey(contextKeys.severalConnections, states.length > 1);
  setContextKey(contextKeys.someProduction, productionFlags.includes(true));
  setContextKey(contextKeys.someNotProduction, productionFlags.includes(false));
  setContextKey(contextKeys.someHidden, hasHidden);
}
