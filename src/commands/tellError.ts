import { t } from '@vscode/l10n';
import { failureOf } from '../api/failure.ts';
import { failureText } from '../text/failureText.ts';
import type { CommandParts } from './Command.ts';
import { say } from './say.ts';

/** Tells the user of what was thrown, once, and the log. `what` is the id of the command. */
export function tellError(parts: CommandParts, what: string, error: unknown): void {
  const { log } = parts;
  log.error(what, error instanceof Error ? error : String(error));
  const failure = failureOf(error);
  const sentence = failure
    ? failureText(failure, 'Sequin').sentence
    : t('Something went wrong inside the extension.');
  say(parts, 'error', sentence, {
    label: t('Show Log'),
    run: () => {
      log.show();
    },
  });
}
