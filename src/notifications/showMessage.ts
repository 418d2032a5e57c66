import { type MessageItem, type MessageOptions, window } from 'vscode';

const functionNames = {
  information: 'showInformationMessage',
  warning: 'showWarningMessage',
  error: 'showErrorMessage',
} as const;

/** The severity of a message, which determines its icon. */
export type Severity = keyof typeof functionNames;

/** Shows a message. Resolves to the selected item, or to undefined if the user dismisses the message. */
export function showMessage<T extends MessageItem>(
  severity: Severity,
  message: string,
  items: readonly T[],
  options?: MessageOptions,
): Thenable<T | undefined> {
  const show = window[functionNames[severity]];
  return options === undefined ? show(message, ...items) : show(message, options, ...items);
}
