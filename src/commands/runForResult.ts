import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { Ui } from './Ui.ts';

/** The result of a command. */
interface CommandResult {
  /** Whether the command reported success. */
  readonly succeeded: boolean;
  /** The first message that the user would see. */
  readonly message: string;
}

/**
 * Runs a command for a caller other than the user, such as an agent or another extension, and returns its result
 * instead of showing it. Dialogs are still shown.
 */
export async function runForResult(ui: Ui, run: (ui: Ui) => Promise<void>): Promise<CommandResult> {
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
    succeeded: message !== undefined,
    message: message ?? problems[0] ?? l10n.t('The change wasn’t confirmed.'),
  };
}
