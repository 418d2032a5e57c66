import { window, type MessageItem } from 'vscode';
import { escapeMessage } from '../text/escapeMessage.ts';
import type { Confirmation } from '../text/confirmationText.ts';

/** Questions that wait for their answer: a double click must not ask twice. */
const openDialogs = new Set<string>();

/** Asks before something is done that cannot be undone, or to many. Closing the dialog is a no, and so is asking what is being asked. */
export async function confirm(confirmation: Confirmation): Promise<boolean> {
  const confirmItem = { title: confirmation.confirmLabel };
  // Without this the dialog adds a button of its own, `Cancel`, which can be taken for cancelling a backfill.
  const dismissItem = { title: confirmation.dismissLabel, isCloseAffordance: true };
  return (await confirmOnce('warning', confirmation, confirmItem, dismissItem)) === confirmItem;
}

/** Shows a question with buttons in the middle of the window. Undefined: closed, or asked already. */
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
    return await showMessage(escapeMessage(message), { modal: true, detail }, ...items);
  } finally {
    openDialogs.delete(key);
  }
}
