import type { ConnectionEntry } from '../../connections/connectionSettings.ts';
import { getConnectionStatus } from '../../servers/connectionStatus.ts';
import type { CommandContext } from '../CommandHandler.ts';

/** An account of a server. */
interface Account {
  readonly address: string;
  readonly token: string;
  /** The name that a new connection to the account would get; undefined if the user hasn't chosen a name yet. */
  readonly name?: string;
}

/**
 * Finds the existing connection to an account, so that the caller can replace the connection's token instead of adding
 * the account twice. Among the connections to the address, returns the one with the same token. If none has the same
 * token, returns the connection with the account's name or, if the account has no name, a connection that is signed out
 * or whose token the server rejects.
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
