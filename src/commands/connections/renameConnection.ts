import { getConnectionId, getConnectionName } from '../../model/Connection.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { promptForName } from './promptForConnection.ts';
import { resolveServer } from './resolveServer.ts';

/** Renames a connection. */
export async function renameConnection(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const server = await resolveServer(context, target);
  if (server !== undefined) {
    const currentName = getConnectionName(server.state);
    const name = await promptForName(context, { shownName: currentName, name: currentName });
    if (name !== undefined && name !== currentName) {
      await context.connections.update(getConnectionId(server.state), { name });
    }
  }
}
