import type { Server } from '../../servers/ServerRegistry.ts';
import type { CommandHandler } from '../CommandHandler.ts';
import { resolveServer } from './resolveServer.ts';

/** Creates the command that marks or unmarks a connection as production, where changes require confirmation. */
export function createMarkProductionCommand(production: boolean): CommandHandler {
  const filter = ({ state }: Server): boolean =>
    'connection' in state && state.connection.production !== production;
  return async (context, { target }) => {
    const server = await resolveServer(context, target, filter);
    if (server !== undefined && 'connection' in server.state) {
      await context.connections.update(server.state.connection.id, {
        // Undefined removes the property from the setting.
        production: production || undefined,
      });
    }
  };
}
