import { window, type MessageItem } from 'vscode';
import { plainMessage } from '../text/plainMessage.ts';
import type { Question } from '../text/questionText.ts';

/** Questions that wait for their answer: a double click must not ask twice. */
const asking = new Set<string>();

/** Asks before something is done that cannot be undone, or to many. Closing the dialog is a no, and so is asking what is being asked. */
export async function confirm(question: Question): Promise<boolean> {
  const yes = { title: question.yes };
  // Without this the dialog adds a button of its own, `Cancel`, which can be taken for cancelling a backfill.
  const no = { title: question.no, isCloseAffordance: true };
  return (await askOnce('warning', question, yes, no)) === yes;
}

/** Shows a question with buttons in the middle of the window. Undefined: closed, or asked already. */
export async function askOnce<T extends MessageItem>(
  severity: 'information' | 'warning',
  { message, detail }: Pick<Question, 'message' | 'detail'>,
  ...items: readonly T[]
): Promise<T | undefined> {
  const key = JSON.stringify([message, detail]);
  if (asking.has(key)) {
    return undefined;
  }
  asking.add(key);
  try {
    const show = severity === 'warning' ? window.showWarningMessage : window.showInformationMessage;
    return await show(plainMessage(message), { modal: true, detail }, ...items);
  } finally {
    asking.delete(key);
  }
}
