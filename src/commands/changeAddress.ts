import { addressOf } from '../model/Connection.ts';
import { askForConnection } from './askForConnection.ts';
import type { CommandParts } from './Command.ts';
import { connect } from './connect.ts';
import { signIn } from './signIn.ts';
import { targetServer } from './targetServer.ts';

/** Moves a connection to another address, once that was tried with a token: the old one's does not go along. */
export async function changeAddress(parts: CommandParts, target: unknown): Promise<void> {
  if (parts.monitors.servers.length === 0) {
    await connect(parts);
    return;
  }
  const server = await targetServer(parts, target);
  if (server !== undefined) {
    const address = addressOf(server.state);
    const answer = await askForConnection(parts, { address, instead: true, steps: 2 });
    if (answer !== undefined) {
      await signInInstead(parts, address, answer);
    }
  }
}

/** Signs in with what the user entered: at the address that the connection has, or at the one it is moved to. */
export async function signInInstead(
  parts: CommandParts,
  before: string,
  { address, token }: { readonly address: string; readonly token: string },
): Promise<void> {
  if (address !== before) {
    await parts.connections.change(before, { address });
  }
  await signIn(parts, address, token);
}
