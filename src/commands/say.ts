import { showMessage, type Severity } from '../notifications/showMessage.ts';
import { plainMessage } from '../text/plainMessage.ts';
import type { CommandParts } from './Command.ts';
import { tellError } from './tellError.ts';

/** Something to press in a message, and what it does. */
export interface Choice {
  readonly label: string;
  readonly run: () => Thenable<void> | void;
}

/** Says something, and does what is chosen. Does not wait: a command is over while its message is still there. */
export function say(
  parts: CommandParts,
  severity: Severity,
  message: string,
  ...choices: readonly Choice[]
): void {
  const answer = async (): Promise<void> => {
    const items = choices.map(({ label, run }) => ({ title: label, run }));
    const chosen = await showMessage(severity, plainMessage(message), items);
    try {
      await chosen?.run();
    } catch (error) {
      tellError(parts, chosen?.title ?? '', error);
    }
  };
  void answer();
}
