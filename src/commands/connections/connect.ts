import { getDefaultConnectionName } from '../../model/Connection.ts';
import { promptForConnection, promptForName } from './promptForConnection.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { signIn } from './signIn.ts';

const defaultAddress = 'http://localhost:7376';

/** Adds a connection. Prompts for a name unless it is the first connection. */
export async function connect(context: CommandContext): Promise<void> {
  const { entries } = context.connections;
  const isFirst = entries.length === 0;
  const totalSteps = isFirst ? 2 : 3;
  const credentials = await promptForConnection(context, {
    address: isFirst ? defaultAddress : '',
    totalSteps,
  });
  if (credentials === undefined) {
    return;
  }
  const { address, token } = credentials;
  const existing = entries.find((entry) => entry.address === address);
  if (isFirst || existing !== undefined) {
    if ((await signIn(context, address, token)) && existing?.hidden === true) {
      await context.connections.update(address, { hidden: undefined });
    }
    return;
  }
  const name = await promptForName(context, {
    title: getDefaultConnectionName(address),
    name: getDefaultConnectionName(address),
    step: 3,
  });
  if (name !== undefined) {
    await signIn(context, address, token, name);
  }
}
