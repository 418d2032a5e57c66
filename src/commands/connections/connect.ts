import * as l10n from '@vscode/l10n';
import { createUniqueName } from '../../connections/connectionSettings.ts';
import { createConnectionId } from '../../connections/ConnectionStore.ts';
import { focusSinksCommand } from '../../contributions/viewIds.ts';
import { type Connection, getDefaultConnectionName } from '../../model/Connection.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { findSameAccount } from './findSameAccount.ts';
import { promptForConnection, promptForName } from './promptForConnection.ts';
import { resolveServer } from './resolveServer.ts';
import { signIn } from './signIn.ts';

const defaultAddress = 'http://localhost:7376';

/**
 * Adds a connection, or replaces the token of the existing connection to the same account, and shows the _Sinks_ view.
 * Prompts for the name of a new connection unless it is the first one.
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
    title: l10n.t('Connect to {0}', toDisplayText(defaultName)),
    name: createUniqueName(defaultName, context.connections.entries),
    step: 3,
  });
  return name === undefined ? undefined : { id: createConnectionId(), address, name };
}

/**
 * Changes the address of a connection after testing the new address with a new token. The token for the old address
 * isn't reused.
 */
export const changeAddress = createSignInCommand(false);

/** Signs in to a server, or replaces the token of a connection. */
export const enterToken = createSignInCommand(true);

/**
 * Creates a command that prompts for an address and a token. With `tokenOnly`, the command prompts for an address only
 * if the current address is invalid. If there is no connection except for the sample data, the command adds a
 * connection instead.
 */
function createSignInCommand(tokenOnly: boolean): CommandHandler {
  return async (context, { target }) => {
    if (context.servers.all.every(({ state }) => state.connection.isSample === true)) {
      await connect(context);
      return;
    }
    const state = (await resolveServer(context, target))?.state;
    if (state === undefined) {
      return;
    }
    const { id, address, name } = state.connection;
    const credentials = await promptForConnection(context, {
      address,
      name,
      tokenOnly: tokenOnly && state.kind !== 'invalidAddress',
      totalSteps: 2,
    });
    // The connection may have been removed in the meantime, for example in another window.
    if (credentials !== undefined && context.connections.entries.some((entry) => entry.id === id)) {
      await signIn(context, { id, address: credentials.address }, credentials.token);
    }
  };
}
