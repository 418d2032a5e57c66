import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { Notifier, type NotificationsSetting } from './Notifier.ts';
import { showNotification } from './showNotification.ts';

/** The delay before polling in the background, so that it doesn't slow down the startup of the window. */
const idleMs = 5_000;

/**
 * Starts notifications as set by `sequin.notifications`. In extension tests, which count requests, it doesn't poll in
 * the background.
 */
export function startNotifier(servers: ServerRegistry, context: vscode.ExtensionContext): vscode.Disposable {
  const notifier = new Notifier({
    servers,
    clock,
    folder: join(context.globalStorageUri.fsPath, 'told'),
    setting: () =>
      vscode.workspace.getConfiguration('sequin').get<NotificationsSetting>('notifications', 'all'),
    showNotification,
  });
  const configuration = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('sequin.notifications')) {
      notifier.updateWatches();
    }
  });
  const startTimer =
    context.extensionMode === vscode.ExtensionMode.Test
      ? []
      : [
          clock.schedule(idleMs, () => {
            notifier.start();
          }),
        ];
  return vscode.Disposable.from(notifier, configuration, ...startTimer);
}
