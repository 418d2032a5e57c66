import { parseAddress } from '../model/Connection.ts';
import type { ConnectionStore } from './ConnectionStore.ts';

/**
 * Connects to the server that `npm start` names in the environment. Development builds only: the build that ships
 * doesn't contain it, so the environment can't add a connection there.
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
