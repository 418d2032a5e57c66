import { showMessage, type Severity } from '../notifications/showMessage.ts';
import { escapeMessage } from '../text/escapeMessage.ts';
import type { CommandContext } from './CommandHandler.ts';
import { reportError } from './reportError.ts';

/** Something to press in a message, and what it does. */
export interface MessageAction {
  readonly label: string;
  readonly run: () => Thenable<void> | void;
}

/** Says something, and does what is chosen. Does not wait: a command is over while its message is still there. */
export function showMessageWithActions(
  context: CommandContext,
  severity: Severity,
  message: string,
  ...actions: readonly MessageAction[]
): void {
  const showAndRun = async (): Promise<void> => {
    const items = actions.map(({ label, run }) => ({ title: label, run }));
    const chosen = await showMessage(severity, escapeMessage(message), items);
    try {
      await chosen?.run();
    } catch (error) {
      reportError(context, chosen?.title ?? '', error);
    }
  };
  void showAndRun();
}
