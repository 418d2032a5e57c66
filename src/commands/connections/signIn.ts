import * as l10n from '@vscode/l10n';
import { SettingsError } from '../../contributions/SettingsError.ts';
import type { Connection } from '../../model/Connection.ts';
import { createUnsavedTokenConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import { confirm } from '../Ui.ts';

type SignInContext = Pick<CommandContext, 'connections' | 'servers' | 'ui'>;

/**
 * A new or existing connection that the user signs in to. Without `name`, a new connection is named after its address.
 */
type SignInTarget = Pick<Connection, 'id' | 'address'> & Partial<Connection>;

/**
 * Stores the token of a connection for its address. Adds the connection, or moves an existing one to the address. If
 * secret storage fails, asks whether to keep the token in this window only. If the settings can't be written, lets the
 * user try again. Returns whether the user is signed in.
 */
export async function signIn(
  context: SignInContext,
  connection: SignInTarget,
  token: string,
): Promise<boolean> {
  const { connections, servers, ui } = context;
  try {
    if (!(await connections.signIn(connection, token))) {
      if (!(await confirm(ui, createUnsavedTokenConfirmation()))) {
        return false;
      }
      await connections.signIn(connection, token, { thisWindowOnly: true });
    }
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    ui.showMessage('error', error.message, {
      label: l10n.t('Try Again'),
      run: async () => {
        await signIn(context, connection, token);
      },
    });
    return false;
  }
  // If the token is unchanged, the monitor isn't replaced, but the server may accept the token now.
  void servers.getMonitor(connection.id)?.refresh();
  return true;
}
