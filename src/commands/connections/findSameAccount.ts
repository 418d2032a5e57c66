import type { ConnectionEntry } from '../../connections/connectionSettings.ts';
import { getConnectionStatus } from '../../servers/connectionStatus.ts';
import type { CommandContext } from '../CommandHandler.ts';

/** An account of a server. */
interface Account {
  readonly address: string;
  readonly token: string;
  /** The name under which the connection would be added, if it is known. */
  readonly name?: string;
}

/**
 * Finds the connection that an account already has at its address: one with the same token; else, for an account with a
 * name, one with the same name, and for an account without a name, one that has no token or a rejected one.
 */
export async function findSameAccount(
  {
    connections,
    servers,
  }: Pick<CommandContext, 'servers'> & {
    readonly connections: Pick<CommandContext['connections'], 'entries' | 'getToken'>;
  },
  { address, token, name }: Account,
): Promise<ConnectionEntry | undefined> {
  const candidates = await Promise.all(
    connections.entries
      .filter((entry) => entry.address === address)
      .map(async (entry) => ({ entry, storedToken: await connections.getToken(entry) })),
  );
  const isRejected = ({ id }: ConnectionEntry): boolean => {
    const server = servers.getServer(id);
    return server !== undefined && getConnectionStatus(server).kind === 'tokenRejected';
  };
  const sameAccount =
    candidates.find(({ storedToken }) => storedToken === token) ??
    candidates.find(({ entry, storedToken }) =>
      name === undefined ? storedToken === undefined || isRejected(entry) : entry.name === name,
    );
  return sameAccount?.entry;
}
