import { commands } from 'vscode';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { Notification } from './notification.ts';
import { showMessage } from './showMessage.ts';

/** Shows a notification and runs the command of the selected button. The promise doesn't reject. */
export async function showNotification({ severity, message, buttons }: Notification): Promise<void> {
  const items = buttons.map(({ label, ...button }) => ({ title: label, ...button }));
  const chosen = await showMessage(severity, message, items);
  if (chosen !== undefined) {
    try {
      await commands.executeCommand(chosen.command, chosen.target);
    } catch (error) {
      // Such as a part of the extension that couldn't be loaded. VS Code shows errors only of commands that it runs itself.
      void showMessage('error', toDisplayText(String(error instanceof Error ? error.message : error)), []);
    }
  }
}
