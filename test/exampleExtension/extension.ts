// An example extension that uses the public API. `test/suite/publicApi.test.ts` runs the commands of this extension.
import * as vscode from 'vscode';
import type { Backfill, BackfillRef, SequinApi, SequinExtension } from '../../api/index.d.ts';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const extension = vscode.extensions.getExtension<SequinExtension>('sequin-for-vscode.sequin');
  const sequin = (await extension?.activate())?.getApi(1);
  if (sequin === undefined) {
    return;
  }
  const log = vscode.window.createOutputChannel('Sequin Example');
  context.subscriptions.push(
    log,
    sequin.onDidChange(({ connectionId, sinkIds }) => {
      log.appendLine(`${connectionId ?? 'Connections'} changed: ${sinkIds.join(', ')}`);
    }),
    vscode.commands.registerCommand('sequinExample.listRunning', async () => {
      const running = await findRunning(sequin);
      return running.map(({ backfill: { table, rowsProcessed } }) => `${table ?? ''}: ${rowsProcessed} rows`);
    }),
    vscode.commands.registerCommand('sequinExample.pauseRunning', async () => {
      const running = await findRunning(sequin);
      return Promise.all(running.map(({ ref }) => sequin.runAction('pause', ref)));
    }),
  );
}

/** Finds the running backfills of all connections whose data can be loaded. */
async function findRunning(sequin: SequinApi): Promise<{ ref: BackfillRef; backfill: Backfill }[]> {
  const lists = sequin.connections.map(async ({ id: connectionId }) => {
    const sinks = await sequin.getSinks(connectionId);
    const backfills = await Promise.all(
      sinks.map(({ id: sinkId }) => sequin.getBackfills({ connectionId, sinkId })),
    );
    return backfills
      .flat()
      .filter(({ state }) => state === 'active')
      .map((backfill) => ({
        backfill,
        ref: { connectionId, sinkId: backfill.sinkId, backfillId: backfill.id },
      }));
  });
  // `getSinks` rejects if the user is signed out of a connection, or its server is unreachable.
  const results = await Promise.allSettled(lists);
  return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}
