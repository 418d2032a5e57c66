import type { Server } from '../monitor/Monitors.ts';
import type { Command } from './Command.ts';
import { targetServer } from './targetServer.ts';

/** The command that labels a connection as production, where every change is asked once more, or takes the label off. */
export function labelling(production: boolean): Command {
  const suits = ({ state }: Server): boolean =>
    'connection' in state && state.connection.production !== production;
  return async (parts, target) => {
    const server = await targetServer(parts, target, suits);
    if (server !== undefined && 'connection' in server.state) {
      await parts.connections.change(server.state.connection.address, {
        production: production || undefined,
      });
    }
  };
}
