import type { ConnectionStore } from '../connections/ConnectionStore.ts';
import { contextKeys } from '../contributions/contextKeys.ts';
import { setContextKey } from '../contributions/setContextKey.ts';
import type { SignInState } from '../model/Connection.ts';
import type { Disposable } from '../shared/lifecycle.ts';

/** Updates the context keys for the `when` clauses of menus and welcome views whenever the connections change. */
export function watchConnectionContextKeys(
  connections: Pick<ConnectionStore, 'entries' | 'onDidChange'>,
): Disposable {
  return connections.onDidChange((states) => {
    const ownStates = states.filter((state) => state.connection.isSample !== true);
    const hasSample = ownStates.length < states.length;
    const productionFlags = ownStates.map(({ connection }) => connection.production);
    const hasHidden = connections.entries.some(({ hidden }) => hidden);
    setContextKey(contextKeys.connection, getBestKind(states));
    setContextKey(contextKeys.ownConnection, getBestKind(ownStates));
    setContextKey(contextKeys.sampleData, hasSample);
    setContextKey(contextKeys.severalConnections, states.length > 1 || hasSample);
    setContextKey(contextKeys.someProduction, productionFlags.includes(true));
    setContextKey(contextKeys.someNotProduction, productionFlags.includes(false));
    setContextKey(contextKeys.someHidden, hasHidden);
  });
}

/** Returns `signedIn` if any connection is signed in, otherwise the kind of the first connection. */
function getBestKind(states: readonly SignInState[]): SignInState['kind'] | 'none' {
  const kinds = states.map(({ kind }) => kind);
  return kinds.includes('signedIn') ? 'signedIn' : (kinds[0] ?? 'none');
}
