import { t } from '@vscode/l10n';
import { toFailure } from '../model/failure.ts';
import { describeFailure } from '../text/failureText.ts';
import type { CommandContext } from './CommandHandler.ts';
import { showMessageWithActions } from './showMessageWithActions.ts';

/** Logs an error and shows it to the user. `source` is the id of the command or the label of the button. */
export function reportError(context: CommandContext, source: string, error: unknown): void {
  const { log } = context;
  log.error(source, error instanceof Error ? error : String(error));
  showMessageWithActions(context, 'error', describeFailure(toFailure(error), 'Sequin').sentence, {
    label: t('Show Log'),
    run: () => {
      log.show();
    },
  });
}
