import { createUnsavedTokenConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../confirm.ts';

/**
 * Keeps a token, and adds its connection where there is none. Where the secret storage does not work the user says
 * whether this window may hold it. Returns whether the user is signed in.
 */
export async function signIn(
  { connections, servers }: CommandContext,
  address: string,
  token: string,
  name?: string,
): Promise<boolean> {
  const isSaved = await connections.signIn(address, token, name);
  if (!isSaved) {
    if (!(await confirm(createUnsavedTokenConfirmation()))) {
      return false;
    }
    await connections.signIn(address, token, name, { thisWindowOnly: true });
  }
  // The same token as before may be taken now: that is no other connection, but worth another look.
  void servers.getMonitor(address)?.refresh();
  return true;
}
