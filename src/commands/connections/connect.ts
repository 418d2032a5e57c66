import { createConnectionId } from '../../connections/ConnectionStore.ts';
import { focusSinksCommand } from '../../contributions/viewIds.ts';
import { type Connection, getDefaultConnectionName } from '../../model/Connection.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { createUniqueName } from './createUniqueName.ts';
import { findSameAccount } from './findSameAccount.ts';
import { promptForConnection, promptForName } from './promptForConnection.ts';
import { signIn } from './signIn.ts';

const defaultAddress = 'http://localhost:7376';

/**
 * Adds a connection, and shows the _Sinks_ view. Prompts for a name unless it is the first connection. For another
 * token of a connected server, adds a connection to another account of the server.
 */
export async function connect(context: CommandContext): Promise<void> {
  const isFirst = context.connections.entries.length === 0;
  const credentials = await promptForConnection(context, {
    address: isFirst ? defaultAddress : '',
    totalSteps: isFirst ? 2 : 3,
  });
  if (credentials === undefined) {
    return;
  }
  const { address, token } = credentials;
  const connection =
    (await findSameAccount(context, credentials)) ??
    (isFirst ? { id: createConnectionId(), address } : await promptForNewConnection(context, address));
  if (connection !== undefined && (await signIn(context, connection, token))) {
    await context.ui.runCommand(focusSinksCommand);
  }
}

/** Prompts for the name of a connection to add. */
async function promptForNewConnection(
  context: CommandContext,
  address: string,
): Promise<Pick<Connection, 'id' | 'address' | 'name'> | undefined> {
  const defaultName = getDefaultConnectionName(address);
  const name = await promptForName(context, {
    shownName: defaultName,
    name: createUniqueName(defaultName, context.connections.entries),
    step: 3,
  });
  return name === undefined ? undefined : { id: createConnectionId(), address, name };
}
