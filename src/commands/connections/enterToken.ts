import { promptForConnection } from './promptForConnection.ts';
import { changeAddress, updateAndSignIn } from './changeAddress.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { connect } from './connect.ts';
import { resolveServer } from './resolveServer.ts';

/** Signs in to a server, or replaces its token. */
export async function enterToken(context: CommandContext, commandTargets: CommandTargets): Promise<void> {
  if (context.servers.all.length === 0) {
    await connect(context);
    return;
  }
  const server = await resolveServer(context, commandTargets.target);
  if (server?.state.kind === 'badAddress') {
    await changeAddress(context, commandTargets);
  } else if (server !== undefined) {
    const { address } = server.state.connection;
    const credentials = await promptForConnection(context, {
      address,
      isExisting: true,
      tokenOnly: true,
      totalSteps: 2,
    });
    if (credentials !== undefined) {
      await updateAndSignIn(context, address, credentials);
    }
  }
}
