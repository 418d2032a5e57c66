import {
  getConnectionAddress,
  getConnectionId,
  getConnectionName,
  isSample,
} from '../../model/Connection.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { connect } from './connect.ts';
import { promptForConnection } from './promptForConnection.ts';
import { resolveServer } from './resolveServer.ts';
import { signIn } from './signIn.ts';

/** Changes the address of a connection after testing it with a token. The token of the old address isn't reused. */
export async function changeAddress(context: CommandContext, commandTargets: CommandTargets): Promise<void> {
  await promptAndSignIn(context, commandTargets, false);
}

/** Signs in to a server, or replaces the token of a connection. */
export async function enterToken(context: CommandContext, commandTargets: CommandTargets): Promise<void> {
  await promptAndSignIn(context, commandTargets, true);
}

/** Prompts for an address and a token of a connection; with `tokenOnly`, skips the address if it is valid. */
async function promptAndSignIn(
  context: CommandContext,
  { target }: CommandTargets,
  tokenOnly: boolean,
): Promise<void> {
  if (context.servers.all.every(({ state }) => isSample(state))) {
    await connect(context);
    return;
  }
  const state = (await resolveServer(context, target))?.state;
  if (state === undefined) {
    return;
  }
  const credentials = await promptForConnection(context, {
    address: getConnectionAddress(state),
    name: getConnectionName(state),
    tokenOnly: tokenOnly && state.kind !== 'invalidAddress',
    totalSteps: 2,
  });
  // The connection may have been removed in the meantime, such as in another window.
  const isKept = context.connections.entries.some(({ id }) => id === getConnectionId(state));
  if (credentials !== undefined && isKept) {
    const { address, token } = credentials;
    await signIn(context, { id: getConnectionId(state), address }, token);
  }
}
