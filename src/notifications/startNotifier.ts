import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Settings } from '../contributions/Settings.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { Notifier } from './Notifier.ts';
import { showNotification } from './showNotification.ts';

/** A window that has just opened has better to do than to ask a server. */
const idleMs = 5_000;

/**
 * Tells of the ends and stalls of backfills, as `sequin.notifications` wants. In tests, which count requests,
 * it tells of what it hears but asks for nothing by itself.
 */
export function startNotifier(
  servers: ServerRegistry,
  settings: Settings,
  context: vscode.ExtensionContext,
): vscode.Disposable {
  const notifier = new Notifier({
    servers,
    clock,
    folder: join(context.globalStorageUri.fsPath, 'told'),
    setting: () => settings.notifications,
    showNotification: showNotification,
  });
  const configuration = settings.onDidChange('notifications', () => {
    notifier.updateWatches();
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
