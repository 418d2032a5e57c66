import { showMessage, type Severity } from '../notifications/showMessage.ts';
import type { CommandContext } from './CommandHandler.ts';
import { reportError } from './reportError.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

/** A button of a message. */
export interface MessageAction {
  readonly label: string;
  readonly run: () => Thenable<void> | void;
}

/** Shows a message and runs the button that the user presses. Returns at once, so that the command can finish. */
export function showMessageWithActions(
  context: CommandContext,
  severity: Severity,
  message: string,
  ...actions: readonly MessageAction[]
): void {
  const showAndRun = async (): Promise<void> => {
    const items = actions.map(({ label, run }) => ({ title: label, run }));
    const chosen = await showMessage(severity, toDisplayText(message), items);
    try {
      await chosen?.run();
    } catch (error) {
      reportError(context, chosen?.title ?? '', error);
    }
  };
  void showAndRun();
}
