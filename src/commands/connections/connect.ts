import { createConnectionId } from '../../connections/ConnectionStore.ts';
import { getDefaultConnectionName } from '../../model/Connection.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { createUniqueName } from './createUniqueName.ts';
import { findSameAccount } from './findSameAccount.ts';
import { promptForConnection, promptForName } from './promptForConnection.ts';
import { signIn } from './signIn.ts';

const defaultAddress = 'http://localhost:7376';

/**
 * Adds a connection. Prompts for a name unless it is the first connection. Another token of a connected server adds a
 * connection to another account of it.
 */
export async function connect(context: CommandContext): Promise<void> {
  const { connections } = context;
  const isFirst = connections.entries.length === 0;
  const credentials = await promptForConnection(context, {
    address: isFirst ? defaultAddress : '',
    totalSteps: isFirst ? 2 : 3,
  });
  if (credentials === undefined) {
    return;
  }
  const { address, token } = credentials;
  const existing = await findSameAccount(context, credentials);
  if (existing !== undefined) {
    if ((await signIn(context, existing, token)) && existing.hidden) {
      await connections.update(existing.id, { hidden: undefined });
    }
    return;
  }
  const defaultName = getDefaultConnectionName(address);
  const name = isFirst
    ? undefined
    : await promptForName(context, {
        title: defaultName,
        name: createUniqueName(defaultName, connections.entries),
        step: 3,
      });
  if (isFirst || name !== undefined) {
    await signIn(context, { id: createConnectionId(), address, ...(name !== undefined && { name }) }, token);
  }
}
