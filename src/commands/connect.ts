import { addressName } from '../model/Connection.ts';
import { askForConnection, askForName } from './askForConnection.ts';
import type { CommandParts } from './Command.ts';
import { signIn } from './signIn.ts';

const defaultAddress = 'http://localhost:7376';

/** Connects to one more server. Of the first one no name is asked: there is nothing to tell it from. */
export async function connect(parts: CommandParts): Promise<void> {
  const { entries } = parts.connections;
  const isFirst = entries.length === 0;
  const steps = isFirst ? 2 : 3;
  const answer = await askForConnection(parts, { address: isFirst ? defaultAddress : '', steps });
  if (answer === undefined) {
    return;
  }
  const { address, token } = answer;
  const known = entries.find((entry) => entry.address === address);
  if (isFirst || known !== undefined) {
    if ((await signIn(parts, address, token)) && known?.hidden === true) {
      await parts.connections.change(address, { hidden: undefined });
    }
    return;
  }
  const name = await askForName(parts, { title: addressName(address), name: addressName(address), step: 3 });
  if (name !== undefined) {
    await signIn(parts, address, token, name);
  }
}
