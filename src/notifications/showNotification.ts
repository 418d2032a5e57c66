import { commands } from 'vscode';
import type { Notification } from './notification.ts';
import { showMessage } from './showMessage.ts';

/** Shows a notice in a corner of the window, and runs the command of the button that the user chooses. */
export async function showNotification({ severity, message, buttons }: Notification): Promise<void> {
  const items = buttons.map(({ label, ...button }) => ({ title: label, ...button }));
  const chosen = await showMessage(severity, message, items);
  if (chosen !== undefined) {
    await commands.executeCommand(chosen.command, chosen.target);
  }
}
