import { setTimeout } from 'node:timers/promises';
import * as vscode from 'vscode';
import { activateExtension, waitUntil } from '../../suite/Connection.ts';
import { measureLiveHeap } from './measureLiveHeap.ts';
import { type RefreshStep, refreshStepMarker } from './results.ts';

/** The wait after each step, during which `rowMemory.ts` measures the window. */
const pauseMs = 5_000;
/** The number of rounds in each step. The first step lets V8 compile and discard code; the second step is measured. */
const roundsOfSteps = [10, 60];

/** Collects garbage several times, since V8 discards unused code only after some collections. */
async function settle(): Promise<void> {
  for (let count = 0; count < 10; count += 1) {
    measureLiveHeap();
    await setTimeout(200);
  }
}

/** Called by VS Code: connects, opens the view, and refreshes the row of each sink many times, in two steps. */
export async function run(): Promise<void> {
  const { connections, servers, tree } = await activateExtension();
  const { SEQUIN_BENCH_ADDRESS: url = '', SEQUIN_BENCH_TOKEN: token = '' } = process.env;
  let created = 0;
  const getTreeItem = tree.getTreeItem.bind(tree);
  tree.getTreeItem = (node) => {
    created += 1;
    return getTreeItem(node);
  };
  await connections.signIn({ id: url, address: url }, token);
  await waitUntil(servers.onDidChangeServers, () => servers.monitors.length > 0);
  await vscode.commands.executeCommand('sequin.sinks.focus');
  await servers.monitors[0]?.refresh();
  const sinks = tree.getChildren();
  for (const rounds of roundsOfSteps) {
    for (let round = 0; round < rounds; round += 1) {
      const expected = created + sinks.length;
      for (const sink of sinks) {
        // Fires the row of the sink.
        tree.showMore(sink.connectionId, 'sinkId' in sink ? (sink.sinkId ?? '') : '');
      }
      while (created < expected) {
        await setTimeout(50);
      }
    }
    await settle();
    console.log(
      refreshStepMarker + JSON.stringify({ heap: measureLiveHeap(), created } satisfies RefreshStep),
    );
    await setTimeout(pauseMs);
  }
}
