import { askForConnection } from './askForConnection.ts';
import type { CommandParts } from './Command.ts';
import { connect } from './connect.ts';

/** Takes another token for the server of the settings. */
export async function enterToken(parts: CommandParts): Promise<void> {
  const { connections, openApi } = parts;
  if (!('connection' in connections.state)) {
    await connect(parts);
    return;
  }
  const { address } = connections.state.connection;
  const answer = await askForConnection({ address, tokenOnly: true, openApi });
  if (answer !== undefined) {
    await connections.signIn(answer.connection, answer.token);
  }
}
