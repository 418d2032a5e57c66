import type { CommandParts } from './Command.ts';

/** Deletes the token, and with it all that was drawn. */
export async function disconnect({ connections }: CommandParts): Promise<void> {
  if ('connection' in connections.state) {
    await connections.signOut(connections.state.connection);
  }
}
