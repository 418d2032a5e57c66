import { getConnectionId, getConnectionName, isSample } from '../../model/Connection.ts';
import { createRemoveConfirmation } from '../../text/confirmationText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { confirm } from '../Ui.ts';
import { resolveServer } from './resolveServer.ts';
import { showUndeletedToken } from './signOut.ts';

/** Removes a connection from the settings, and deletes its token. Sample data has neither, and needs no confirmation. */
export async function removeConnection(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const server = await resolveServer(context, target);
  if (
    server !== undefined &&
    (isSample(server.state) ||
      (await confirm(context.ui, createRemoveConfirmation(getConnectionName(server.state)))))
  ) {
    if (!(await context.connections.remove(getConnectionId(server.state)))) {
      showUndeletedToken(context.ui, getConnectionName(server.state));
    }
  }
}
