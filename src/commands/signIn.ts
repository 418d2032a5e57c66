import { notKeptQuestion } from '../text/questionText.ts';
import type { CommandParts } from './Command.ts';
import { confirm } from './confirm.ts';

/**
 * Keeps a token, and adds its connection where there is none. Where the secret storage does not work the user says
 * whether this window may hold it. Returns whether the user is signed in.
 */
export async function signIn(
  { connections, monitors }: CommandParts,
  address: string,
  token: string,
  name?: string,
): Promise<boolean> {
  const kept = await connections.signIn(address, token, name);
  if (!kept) {
    if (!(await confirm(notKeptQuestion()))) {
      return false;
    }
    await connections.signIn(address, token, name, { thisWindowOnly: true });
  }
  // The same token as before may be taken now: that is no other connection, but worth another look.
  void monitors.of(address)?.refresh();
  return true;
}
