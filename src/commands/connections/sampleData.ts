import { focusSinksCommand } from '../../contributions/viewIds.ts';
import { getConnectionId, isSample } from '../../model/Connection.ts';
import type { CommandContext } from '../CommandHandler.ts';

/** Shows sample data in the _Sinks_ view, from a server that runs until the user stops it or the window closes. */
export async function exploreSampleData({ connections, ui }: CommandContext): Promise<void> {
  await connections.startSample();
  await ui.runCommand(focusSinksCommand);
}

/** Stops the server of the sample data, and removes its connection. */
export async function stopSampleData({ connections }: CommandContext): Promise<void> {
  const state = connections.states.find(isSample);
  if (state !== undefined) {
    await connections.remove(getConnectionId(state));
  }
}
