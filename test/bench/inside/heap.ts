import * as vscode from 'vscode';
import { activateExtension, waitUntil } from '../../suite/Connection.ts';
import { measureLiveHeap } from './measureLiveHeap.ts';
import { writeResult } from './results.ts';

/** The size of the extension host's live heap in bytes, before connecting and after rendering all sinks. */
export interface Heap {
  readonly before: number;
  readonly after: number;
}

/** Called by VS Code: connects, opens the view, and writes the size of the live heap. */
export async function run(): Promise<void> {
  const api = await activateExtension();
  const before = measureLiveHeap();
  const { SEQUIN_BENCH_ADDRESS: url = '', SEQUIN_BENCH_TOKEN: token = '' } = process.env;
  await api.connections.signIn({ id: url, address: url }, token);
  await waitUntil(api.servers.onDidChangeServers, () => api.servers.monitors.length > 0);
  await vscode.commands.executeCommand('sequin.sinks.focus');
  await api.servers.monitors[0]?.refresh();
  // Refresh again, since the first refresh decodes all sinks, while later ones reuse unchanged sinks.
  await api.servers.monitors[0]?.refresh();
  const after = measureLiveHeap();
  if (api.servers.monitors[0]?.snapshot.sinks.size !== 1_000) {
    throw new Error('Not all sinks were loaded');
  }
  writeResult({ before, after } satisfies Heap);
}
