import { createUnsavedTokenConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../Ui.ts';

/**
 * Stores a token, and adds its connection if there is none. If secret storage fails, asks whether to keep the token in
 * this window only. Returns whether the user is signed in.
 */
export async function signIn(
  { ui, connections, servers }: CommandContext,
  address: string,
  token: string,
  name?: string,
): Promise<boolean> {
  const isSaved = await connections.signIn(address, token, name);
  if (!isSaved) {
    if (!(await confirm(ui, createUnsavedTokenConfirmation()))) {
      return false;
    }
    await connections.signIn(address, token, name, { thisWindowOnly: true });
  }
  // An unchanged token creates no new monitor, but the server may accept it now.
  void servers.getMonitor(address)?.refresh();
  return true;
}
