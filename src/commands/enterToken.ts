import { askForConnection } from './askForConnection.ts';
import { changeAddress, signInInstead } from './changeAddress.ts';
import type { CommandParts } from './Command.ts';
import { connect } from './connect.ts';
import { targetServer } from './targetServer.ts';

/** Signs in to a server, or takes another token for it. */
export async function enterToken(parts: CommandParts, target: unknown): Promise<void> {
  if (parts.monitors.servers.length === 0) {
    await connect(parts);
    return;
  }
  const server = await targetServer(parts, target);
  if (server?.state.kind === 'badAddress') {
    await changeAddress(parts, target);
  } else if (server !== undefined) {
    const { address } = server.state.connection;
    const answer = await askForConnection(parts, { address, instead: true, tokenOnly: true, steps: 2 });
    if (answer !== undefined) {
      await signInInstead(parts, address, answer);
    }
  }
}
