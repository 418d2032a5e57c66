import { t } from '@vscode/l10n';
import { toFailure } from '../model/failure.ts';
import { describeFailure } from '../text/failureText.ts';
import type { CommandContext } from './CommandHandler.ts';
import { showMessageWithActions } from './showMessageWithActions.ts';

/** Tells the user of what was thrown, once, and the log. `what` is the id of the command. */
export function reportError(context: CommandContext, commandId: string, error: unknown): void {
  const { log } = context;
  log.error(commandId, error instanceof Error ? error : String(error));
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
