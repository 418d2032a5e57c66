import * as vscode from 'vscode';
import type { Notice } from './notice.ts';

/** Shows a notice in a corner of the window, and runs the command of the button that the user chooses. */
export async function showNotice({ severity, message, buttons }: Notice): Promise<void> {
  const items = buttons.map(({ label, ...button }) => ({ title: label, ...button }));
  const chosen = await show(severity, message, items);
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command, chosen.target);
  }
}

function show<T extends vscode.MessageItem>(
  severity: Notice['severity'],
  message: string,
  items: readonly T[],
): Thenable<T | undefined> {
  switch (severity) {
    case 'information':
      return vscode.window.showInformationMessage(message, ...items);
    case 'warning':
      return vscode.window.showWarningMessage(message, ...items);
    case 'error':
      return vscode.window.showErrorMessage(message, ...items);
  }
}
