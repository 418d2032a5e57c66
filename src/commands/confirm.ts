import { window, type MessageItem } from 'vscode';
import type { Confirmation } from '../text/confirmationText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

/** The dialogs that are open: a double click must not open one twice. */
const openDialogs = new Set<string>();

/** Asks the user to confirm. Resolves to false if the dialog is closed, or if the same one is open already. */
export async function confirm(confirmation: Confirmation): Promise<boolean> {
  const confirmItem = { title: confirmation.confirmLabel };
  // Without this button VS Code adds `Cancel`, which users may read as cancelling the backfill.
  const dismissItem = { title: confirmation.dismissLabel, isCloseAffordance: true };
  return (await confirmOnce('warning', confirmation, confirmItem, dismissItem)) === confirmItem;
}

/** Shows a modal dialog with buttons. Resolves to undefined if it is closed, or if the same one is open already. */
export async function confirmOnce<T extends MessageItem>(
  severity: 'information' | 'warning',
  { message, detail }: Pick<Confirmation, 'message' | 'detail'>,
  ...items: readonly T[]
): Promise<T | undefined> {
  const key = JSON.stringify([message, detail]);
  if (openDialogs.has(key)) {
    return undefined;
  }
  openDialogs.add(key);
  try {
    const showMessage = severity === 'warning' ? window.showWarningMessage : window.showInformationMessage;
    return await showMessage(toDisplayText(message), { modal: true, detail }, ...items);
  } finally {
    openDialogs.delete(key);
  }
}
