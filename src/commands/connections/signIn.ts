import type { Connection } from '../../model/Connection.ts';
import { createUnsavedTokenConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../Ui.ts';

/**
 * Stores a token for an address, and adds the connection or moves it to the address. If secret storage fails, asks
 * whether to keep the token in this window only. Returns whether the user is signed in.
 */
export async function signIn(
  { ui, connections, servers }: CommandContext,
  connection: Pick<Connection, 'id' | 'address'> & Partial<Connection>,
  token: string,
): Promise<boolean> {
  if (!(await connections.signIn(connection, token))) {
    if (!(await confirm(ui, createUnsavedTokenConfirmation()))) {
      return false;
    }
    await connections.signIn(connection, token, { thisWindowOnly: true });
  }
  // An unchanged token creates no new monitor, but the server may accept it now.
  void servers.getMonitor(connection.id)?.refresh();
  return true;
}
