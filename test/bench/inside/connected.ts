import { activateExtension, waitUntil } from '../../suite/connectToEmulator.ts';

/** Called by VS Code once it is up: connects, says so on the console, and leaves the window to whoever looks at it. */
export async function run(): Promise<void> {
  const api = await activateExtension();
  const { SEQUIN_BENCH_ADDRESS: url = '', SEQUIN_BENCH_TOKEN: token = '' } = process.env;
  if (api.connections.states.every(({ kind }) => kind !== 'signedIn')) {
    await api.connections.signIn(url, token);
  }
  await waitUntil(api.servers.onDidChangeServers, () => api.servers.monitors.length > 0);
  console.log('The bench is connected');
  // Its end would be the end of the extension host.
  await new Promise(() => undefined);
}
