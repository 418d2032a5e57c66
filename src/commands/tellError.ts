import { t } from '@vscode/l10n';
import { failureOf } from '../api/failure.ts';
import { connectionName } from '../model/Connection.ts';
import { failureText } from '../text/failureText.ts';
import type { CommandParts } from './Command.ts';
import { say } from './say.ts';

/** Tells the user of what was thrown, once, and the log. `what` is the id of the command. */
export function tellError(parts: CommandParts, what: string, error: unknown): void {
  const { connections, log } = parts;
  log.error(what, error instanceof Error ? error : String(error));
  const failure = failureOf(error);
  const sentence = failure
    ? failureText(failure, serverName({ connections })).sentence
    : t('Something went wrong inside the extension.');
  say(parts, 'error', sentence, {
    label: t('Show Log'),
    run: () => {
      log.show();
    },
  });
}

/** What the user calls the server that is connected to. */
export function serverName({ connections }: Pick<CommandParts, 'connections'>): string {
  return 'connection' in connections.state ? connectionName(connections.state.connection) : 'Sequin';
}
