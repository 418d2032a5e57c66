import { addressOf, nameOf } from '../model/Connection.ts';
import { removeQuestion } from '../text/questionText.ts';
import type { CommandParts } from './Command.ts';
import { confirm } from './confirm.ts';
import { targetServer } from './targetServer.ts';

/** Takes a connection out of the settings, and deletes its token. */
export async function removeConnection(parts: CommandParts, target: unknown): Promise<void> {
  const server = await targetServer(parts, target);
  if (server !== undefined && (await confirm(removeQuestion(nameOf(server.state))))) {
    await parts.connections.remove(addressOf(server.state));
  }
}
