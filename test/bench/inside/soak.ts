import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { activateExtension, waitUntil } from '../../suite/Connection.ts';
import { measureLiveHeap } from './measureLiveHeap.ts';
import { writeResult } from './results.ts';

/** A message that the extension showed. */
interface Notice {
  /** Minutes since the start. */
  readonly minute: number;
  readonly text: string;
}

/** What the module observed inside VS Code. */
export interface SoakResult {
  readonly notices: readonly Notice[];
  /** The live heap of the extension host in bytes, once a minute. */
  readonly heap: readonly number[];
  readonly unhandledRejections: readonly string[];
}

const messageFunctions = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;

/** Called by VS Code: connects, opens the view and a page, and records what happens for some minutes. */
export async function run(): Promise<void> {
  const startedAt = Date.now();
  const minutes = Number(process.env['SEQUIN_SOAK_MINUTES']);
  const notices: Notice[] = [];
  const unhandledRejections: string[] = [];
  process.on('unhandledRejection', (reason) => unhandledRejections.push(String(reason)));
  for (const name of messageFunctions) {
    // Return what VS Code returns if the user closes the message without choosing a button.
    vscode.window[name] = (text: string) => {
      notices.push({ minute: (Date.now() - startedAt) / 60_000, text });
      return Promise.resolve(undefined);
    };
  }

  const api = await activateExtension();
  const { SEQUIN_BENCH_ADDRESS: url = '', SEQUIN_BENCH_TOKEN: token = '' } = process.env;
  await api.connections.signIn({ id: url, address: url }, token);
  await waitUntil(api.servers.onDidChangeServers, () => api.servers.monitors.length > 0);
  await vscode.commands.executeCommand('sequin.sinks.focus');
  await api.servers.monitors[0]?.refresh();
  for (const sink of api.tree.getChildren()) {
    api.tree.setExpanded(sink, true);
    const [backfill] = api.tree.getChildren(sink);
    if (backfill?.kind === 'backfill') {
      await vscode.commands.executeCommand('sequin.openBackfill', backfill);
    }
  }

  const heap: number[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    await delay(60_000);
    heap.push(measureLiveHeap());
  }
  writeResult({ notices, heap, unhandledRejections } satisfies SoakResult);
}
