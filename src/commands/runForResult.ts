import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { Ui } from './Ui.ts';

/** The result of a command. */
interface CommandResult {
  /** Whether the command reported success. */
  readonly succeeded: boolean;
  /** The message that the user would see. */
  readonly message: string;
}

/**
 * Runs a command for a caller other than the user, such as an agent or another extension. Returns the message of the
 * command instead of showing it. Dialogs are still shown.
 */
export async function runForResult(ui: Ui, run: (ui: Ui) => Promise<void>): Promise<CommandResult> {
  const successes: string[] = [];
  const problems: string[] = [];
  await run({
    ...ui,
    // Only a success is shown in the status bar.
    showStatus: (text) => {
      successes.push(toDisplayText(text));
    },
    showMessage: (_severity, text) => {
      problems.push(toDisplayText(text));
    },
  });
  const [success] = successes;
  return {
    succeeded: success !== undefined,
    message:
      success ??
      problems[0] ??
      l10n.t('Nothing was changed. The change was declined, or is already in progress.'),
  };
}
