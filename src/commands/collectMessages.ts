import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { Ui } from './Ui.ts';

/** The result of a command: the message that the user would see, and whether it confirms the change. */
interface CommandResult {
  readonly isDone: boolean;
  readonly message: string;
}

/** Runs a command for another caller than the user, and collects its messages. Dialogs are still shown. */
export async function collectMessages(ui: Ui, run: (ui: Ui) => Promise<void>): Promise<CommandResult> {
  const messages: string[] = [];
  const problems: string[] = [];
  await run({
    ...ui,
    showMessage: (severity, text) => {
      (severity === 'information' ? messages : problems).push(toDisplayText(text));
    },
    showStatus: (text) => {
      messages.push(toDisplayText(text));
    },
  });
  const [message] = messages;
  return {
    isDone: message !== undefined,
    message: message ?? problems[0] ?? l10n.t('The user did not confirm the change.'),
  };
}
