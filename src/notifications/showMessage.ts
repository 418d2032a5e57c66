import { window, type MessageItem } from 'vscode';

/** The severity of a message, which determines its icon. */
export type Severity = 'information' | 'warning' | 'error';

/** Shows a message. Resolves to the selected item, or to undefined if the user dismisses it. */
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
