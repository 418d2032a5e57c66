import { parseAddress } from '../model/Connection.ts';
import type { ConnectionStore } from './ConnectionStore.ts';

/**
 * Connects to the server that `npm start` names in the environment. Called in an Extension Development Host
 * only: in an installed extension the environment means nothing.
 */
export async function connectForDevelopment(
  connections: ConnectionStore,
  { SEQUIN_ADDRESS, SEQUIN_TOKEN: token }: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const parsed = parseAddress(SEQUIN_ADDRESS ?? '');
  if (typeof parsed !== 'string' && token) {
    await connections.load();
    await connections.signIn(parsed.address, token);
  }
}
