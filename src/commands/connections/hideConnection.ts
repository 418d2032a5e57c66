import * as l10n from '@vscode/l10n';
import { getConnectionId } from '../../model/Connection.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import { resolveServer } from './resolveServer.ts';

/** Hides a connection, whose token is kept. Its server gets no requests while it is hidden. */
export async function hideConnection(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const server = await resolveServer(context, target);
  if (server !== undefined) {
    await context.connections.update(getConnectionId(server.state), { hidden: true });
  }
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
