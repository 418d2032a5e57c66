import * as l10n from '@vscode/l10n';
import type { Server } from '../../servers/ServerRegistry.ts';
import { createRemoveConfirmation } from '../../text/confirmationText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext, CommandHandler } from '../CommandHandler.ts';
import { confirm, type Ui } from '../Ui.ts';
import { promptForName } from './promptForConnection.ts';
import { resolveServer } from './resolveServer.ts';

/** Renames a connection. */
export const renameConnection = createConnectionCommand(async (context, { state }) => {
  const currentName = state.connection.name;
  const title = l10n.t('Rename {0}', toDisplayText(currentName));
  const name = await promptForName(context, { title, name: currentName });
  if (name !== undefined && name !== currentName) {
    await context.connections.update(state.connection.id, { name });
  }
});

/** Hides a connection, whose token is kept. Its server gets no requests while it is hidden. */
export const hideConnection = createConnectionCommand(({ connections }, { state }) =>
  connections.update(state.connection.id, { hidden: true }),
);

/** Deletes the token of a connection. The views then no longer show the data of its server. */
export const signOut = createConnectionCommand(
  async ({ connections, ui }, { state }) => {
    const name = state.connection.name;
    if (await connections.signOut(state.connection.id)) {
      ui.showStatus(l10n.t('Signed out of {0}.', toDisplayText(name)));
    } else {
      showUndeletedToken(ui, name);
    }
  },
  ({ state }) => state.kind === 'signedIn',
);

/** Removes a connection from the settings, and deletes its token. Sample data has neither, and needs no confirmation. */
export const removeConnection = createConnectionCommand(async ({ connections, ui }, { state }) => {
  const name = state.connection.name;
  if (state.connection.isSample === true || (await confirm(ui, createRemoveConfirmation(name)))) {
    if (!(await connections.remove(state.connection.id))) {
      showUndeletedToken(ui, name);
    }
  }
});

/** Creates the command that marks or unmarks a connection as production, where changes require confirmation. */
export function createMarkProductionCommand(production: boolean): CommandHandler {
  return createConnectionCommand(
    ({ connections }, { state }) =>
      // Undefined removes the property from the setting.
      connections.update(state.connection.id, { production: production || undefined }),
    ({ state }) => state.connection.production !== production,
  );
}

/** Shows hidden connections again: the only hidden one, or those that the user picks. */
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
  const state = connections.states.find(({ connection }) => connection.isSample === true);
  if (state !== undefined) {
    await connections.remove(state.connection.id);
  }
}

/** Creates a command that is run on the connection of its target or, without one, on the one that the user picks. */
function createConnectionCommand(
  run: (context: CommandContext, server: Server) => Promise<void>,
  filter?: (server: Server) => boolean,
): CommandHandler {
  return async (context, { target }) => {
    const server = await resolveServer(context, target, filter);
    if (server !== undefined) {
      await run(context, server);
    }
  };
}

/** Reports that secret storage didn't delete the secrets of a connection. */
function showUndeletedToken(ui: Ui, connectionName: string): void {
  ui.showMessage(
    'error',
    l10n.t(
      'Couldn’t delete the API token for {0} from VS Code’s secret storage.',
      toDisplayText(connectionName),
    ),
  );
}
