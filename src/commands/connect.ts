import { askForConnection } from './askForConnection.ts';
import type { CommandParts } from './Command.ts';

const defaultAddress = 'http://localhost:7376';

/** Connects to a server, in place of the one before. */
export async function connect({ connections, openApi }: CommandParts): Promise<void> {
  const { state } = connections;
  const address =
    'connection' in state
      ? state.connection.address
      : state.kind === 'badAddress'
        ? state.address
        : defaultAddress;
  const answer = await askForConnection({ address, tokenOnly: false, openApi });
  if (answer !== undefined) {
    await connections.signIn(answer.connection, answer.token);
  }
}
