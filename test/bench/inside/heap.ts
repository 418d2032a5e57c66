import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { activateExtension, waitUntil } from '../../suite/connectToEmulator.ts';
import { tell } from './tell.ts';

/** How much lives in the extension host, in bytes, before a server is known and with all of its sinks drawn. */
export interface Heap {
  readonly before: number;
  readonly after: number;
}

/** Called by VS Code once it is up: connects, opens the view, and tells what lives then. */
export async function run(): Promise<void> {
  const api = await activateExtension();
  const before = liveBytes();
  const { SEQUIN_BENCH_ADDRESS: url = '', SEQUIN_BENCH_TOKEN: token = '' } = process.env;
  await api.connections.signIn(url, token);
  await waitUntil(api.servers.onDidChangeServers, () => api.servers.monitors.length > 0);
  await vscode.commands.executeCommand('sequin.sinks.focus');
  await api.servers.monitors[0]?.refresh();
  // Once more, since the answer before is held on to until it is compared with the next.
  await api.servers.monitors[0]?.refresh();
  const after = liveBytes();
  if (api.servers.monitors[0]?.snapshot.sinks.size !== 1_000) {
    throw new Error('The sinks did not arrive');
  }
  tell({ before, after } satisfies Heap);
}

/** After everything that nobody holds is gone. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
