import { addressOf, nameOf } from '../model/Connection.ts';
import { askForName } from './askForConnection.ts';
import type { CommandParts } from './Command.ts';
import { targetServer } from './targetServer.ts';

/** Gives a connection another name. */
export async function renameConnection(parts: CommandParts, target: unknown): Promise<void> {
  const server = await targetServer(parts, target);
  if (server !== undefined) {
    const before = nameOf(server.state);
    const name = await askForName(parts, { title: before, name: before });
    if (name !== undefined && name !== before) {
      await parts.connections.change(addressOf(server.state), { name });
    }
  }
}
