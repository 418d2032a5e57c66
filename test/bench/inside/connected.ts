import { activateExtension, waitUntil } from '../../suite/Connection.ts';
import { connectedMarker } from './results.ts';

/** Called by VS Code: connects, logs that it is connected, and keeps the window open. */
export async function run(): Promise<void> {
  const api = await activateExtension();
  const { SEQUIN_BENCH_ADDRESS: url = '', SEQUIN_BENCH_TOKEN: token = '' } = process.env;
  if (api.connections.states.every(({ kind }) => kind !== 'signedIn')) {
    await api.connections.signIn({ id: url, address: url }, token);
  }
  await waitUntil(api.servers.onDidChangeServers, () => api.servers.monitors.length > 0);
  console.log(connectedMarker);
  // The extension host would exit if this function returned.
  await new Promise(() => undefined);
}
