import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Settings } from '../contributions/Settings.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { lockFolderName } from '../shared/FileLock.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { Notification } from './notification.ts';
import { Notifier } from './Notifier.ts';
import { showMessage } from './showMessage.ts';

/** The delay before background polling starts, in ms, so that it doesn't slow down the startup of the window. */
const startDelayMs = 5_000;

/**
 * Starts the notifications that `sequin.notifications` selects. Doesn't poll in the background while the extension is
 * tested, because tests count requests.
 * @param isShown whether the page of a backfill is visible
 */
export function startNotifier(
  servers: ServerRegistry,
  settings: Settings,
  context: vscode.ExtensionContext,
  isShown: (ref: BackfillRef) => boolean,
): vscode.Disposable {
  const notifier = new Notifier({
    servers,
    clock,
    folder: join(context.globalStorageUri.fsPath, lockFolderName),
    getSetting: () => settings.notifications,
    isShown: (ref) => vscode.window.state.focused && isShown(ref),
    showNotification,
  });
  const subscription = settings.onDidChange('notifications', () => {
    notifier.updateWatches();
  });
  const startTimer =
    context.extensionMode === vscode.ExtensionMode.Test
      ? []
      : [
          clock.schedule(startDelayMs, () => {
            notifier.start();
          }),
        ];
  return vscode.Disposable.from(notifier, subscription, ...startTimer);
}

/** Shows a notification and runs the command of the selected button. The promise doesn't reject. */
export async function showNotification({ severity, message, buttons }: Notification): Promise<void> {
  const items = buttons.map(({ label, ...button }) => ({ title: label, ...button }));
  const chosen = await showMessage(severity, message, items);
  if (chosen !== undefined) {
    try {
      await vscode.commands.executeCommand(chosen.command, chosen.target);
    } catch (error) {
      // For example, a module couldn't be loaded. VS Code shows errors only of commands that it runs itself.
      void showMessage('error', toDisplayText(String(error instanceof Error ? error.message : error)), []);
    }
  }
}
