import * as l10n from '@vscode/l10n';
import type { Connection } from '../../model/Connection.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { createRemoveConfirmation } from '../../text/confirmationText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { confirm, type Ui } from '../Ui.ts';
import { promptForName } from './promptForConnection.ts';
import { resolveServer } from './resolveServer.ts';

/** Renames a connection. */
export const renameConnection = createConnectionCommand(async (context, { id, name }) => {
  const title = l10n.t('Rename {0}', toDisplayText(name));
  const newName = await promptForName(context, { title, name });
  if (newName !== undefined && newName !== name) {
    await context.connections.update(id, { name: newName });
  }
});

/** Hides a connection but keeps its token. While the connection is hidden, its server gets no requests. */
export const hideConnection = createConnectionCommand(({ connections }, { id }) =>
  connections.update(id, { hidden: true }),
);

/**
 * Deletes the token of a connection and the credentials for its metrics. The views then no longer show the data of its
 * server.
 */
export const signOut = createConnectionCommand(
  async ({ connections, ui }, { id, name }) => {
    if (await connections.signOut(id)) {
      ui.showStatus(l10n.t('Signed out of {0}.', toDisplayText(name)));
    } else {
      showUndeletedSecrets(ui, name);
    }
  },
  ({ state }) => state.kind === 'signedIn',
);

/**
 * Removes a connection from the settings, and deletes its secrets. The connection to the sample data has no settings
 * and no secrets, so its removal needs no confirmation.
 */
export const removeConnection = createConnectionCommand(
  async ({ connections, ui }, { id, name, isSample = false }) => {
    const isConfirmed = isSample || (await confirm(ui, createRemoveConfirmation(name)));
    if (isConfirmed && !(await connections.remove(id))) {
      showUndeletedSecrets(ui, name);
    }
  },
);

/** Creates the command that marks or unmarks a connection as production, where changes require confirmation. */
export function createMarkProductionCommand(production: boolean): CommandHandler {
  return createConnectionCommand(
    // Undefined removes the property from the setting.
    ({ connections }, { id }) => connections.update(id, { production: production || undefined }),
    ({ state }) => state.connection.production !== production,
  );
}

/** Shows hidden connections again: the only hidden connection or, if several are hidden, those that the user picks. */
export async function showConnections({ connections, ui }: CommandContext): Promise<void> {
  const hidden = connections.entries.filter((entry) => entry.hidden);
  const items = hidden.map(({ id, name, address }) => ({
    label: toDisplayText(name),
    description: toDisplayText(address),
    value: id,
  }));
  const chosen =
    items.length > 1
      ? await ui.pickMany(l10n.t('Select connections to show'), items, () => false)
      : items.map(({ value }) => value);
  if (items.length === 0) {
    ui.showMessage('information', l10n.t('No connections are hidden.'));
  }
  for (const id of chosen) {
    await connections.update(id, { hidden: undefined });
  }
}

/** Stops the server of the sample data, and removes its connection. */
export async function stopSampleData({ connections }: CommandContext): Promise<void> {
  const sample = connections.states.find(({ connection }) => connection.isSample)?.connection;
  if (sample !== undefined) {
    await connections.remove(sample.id);
  }
}

/**
 * Creates a command that is run on the connection of its target or, without a target, on a connection that the user
 * picks.
 */
function createConnectionCommand(
  run: (context: CommandContext, connection: Connection) => Promise<void>,
  filter?: (server: Server) => boolean,
): CommandHandler {
  return async (context, { target }) => {
    const server = await resolveServer(context, target, filter);
    if (server !== undefined) {
      await run(context, server.state.connection);
    }
  };
}

/** Reports that secret storage didn't delete the token of a connection, the credentials for its metrics, or both. */
function showUndeletedSecrets(ui: Ui, connectionName: string): void {
  ui.showMessage(
    'error',
    l10n.t(
      'Couldn’t delete all secrets for {0} from VS Code’s secret storage.',
      toDisplayText(connectionName),
    ),
  );
}
