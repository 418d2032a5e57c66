import { window, type MessageItem } from 'vscode';

/** How much a message matters: it picks its icon. */
export type Severity = 'information' | 'warning' | 'error';

/** Shows a message in a corner of the window. Resolves to what the user chooses; undefined if nothing. */
export function showMessage<T extends MessageItem>(
  severity: Severity,
  message: string,
  items: readonly T[],
): Thenable<T | undefined> {
  switch (severity) {
    case 'information':
      return window.showInformationMessage(message, ...items);
    case 'warning':
      return window.showWarningMessage(message, ...items);
    case 'error':
      return window.showErrorMessage(message, ...items);
  }
}
