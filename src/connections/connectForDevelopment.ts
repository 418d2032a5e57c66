import { parseAddress } from '../model/Connection.ts';
import { type ConnectionStore, createConnectionId } from './ConnectionStore.ts';

/**
 * Connects to the server that `npm start` passes in the environment. Only development builds contain this function, so
 * that the environment can't add a connection to a released build.
 */
export async function connectForDevelopment(
  connections: ConnectionStore,
  { SEQUIN_ADDRESS, SEQUIN_TOKEN: token }: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const parsed = parseAddress(SEQUIN_ADDRESS ?? '');
  if (typeof parsed !== 'string' && token) {
    await connections.load();
    const { id } = connections.entries.find(({ address }) => address === parsed.address) ?? {
      id: createConnectionId(),
    };
    await connections.signIn({ id, address: parsed.address }, token);
  }
}
