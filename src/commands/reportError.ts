import { t } from '@vscode/l10n';
import { toFailure } from '../model/failure.ts';
import { describeFailure } from '../text/failureText.ts';
import type { CommandContext } from './CommandHandler.ts';
import { showMessageWithActions } from './showMessageWithActions.ts';

/** Logs an error and shows it to the user. `source` is the id of the command or the label of the button. */
export function reportError(context: CommandContext, source: string, error: unknown): void {
  const { log } = context;
  log.error(source, error instanceof Error ? error : String(error));
  const failure = toFailure(error);
  const sentence = failure
    ? describeFailure(failure, 'Sequin').sentence
    : t('Something went wrong inside the extension.');
  showMessageWithActions(context, 'error', sentence, {
    label: t('Show Log'),
    run: () => {
      log.show();
    },
  });
}
