import { getConnectionAddress } from '../../model/Connection.ts';
import { promptForConnection } from './promptForConnection.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { connect } from './connect.ts';
import { signIn } from './signIn.ts';
import { resolveServer } from './resolveServer.ts';

/** Changes the address of a connection after testing it with a token. The token of the old address isn't reused. */
export async function changeAddress(context: CommandContext, { target }: CommandTargets): Promise<void> {
  if (context.servers.all.length === 0) {
    await connect(context);
    return;
  }
  const server = await resolveServer(context, target);
  if (server !== undefined) {
    const address = getConnectionAddress(server.state);
    const credentials = await promptForConnection(context, { address, isExisting: true, totalSteps: 2 });
    if (credentials !== undefined) {
      await updateAndSignIn(context, address, credentials);
    }
  }
}

/** Signs in with the entered credentials, after changing the address of the connection if it differs. */
export async function updateAndSignIn(
  context: CommandContext,
  currentAddress: string,
  { address, token }: { readonly address: string; readonly token: string },
): Promise<void> {
  if (address !== currentAddress) {
    await context.connections.update(currentAddress, { address });
  }
  await signIn(context, address, token);
}
