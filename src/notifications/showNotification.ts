import { commands } from 'vscode';
import type { Notification } from './notification.ts';
import { showMessage } from './showMessage.ts';

/** Shows a notification and runs the command of the selected button. */
export async function showNotification({ severity, message, buttons }: Notification): Promise<void> {
  const items = buttons.map(({ label, ...button }) => ({ title: label, ...button }));
  const chosen = await showMessage(severity, message, items);
  if (chosen !== undefined) {
    await commands.executeCommand(chosen.command, chosen.target);
  }
}
