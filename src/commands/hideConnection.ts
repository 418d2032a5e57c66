import { window } from 'vscode';
import { t } from '@vscode/l10n';
import { addressOf } from '../model/Connection.ts';
import type { CommandParts } from './Command.ts';
import { targetServer } from './targetServer.ts';

/** Hides a connection: it is neither shown nor asked for anything, and keeps its token. */
export async function hideConnection(parts: CommandParts, target: unknown): Promise<void> {
  const server = await targetServer(parts, target);
  if (server !== undefined) {
    await parts.connections.change(addressOf(server.state), { hidden: true });
  }
}

/** Shows hidden connections again. */
export async function showConnections({ connections }: CommandParts): Promise<void> {
  const hidden = connections.entries.filter((entry) => entry.hidden);
  const items = hidden.map(({ name, address }) => ({ label: name, description: address, address }));
  const [only, ...others] = items;
  const chosen =
    others.length === 0
      ? items
      : await window.showQuickPick(items, { placeHolder: t('Which are to be shown?'), canPickMany: true });
  if (only === undefined) {
    void window.showInformationMessage(t('No connection is hidden.'));
  }
  for (const { address } of chosen ?? []) {
    await connections.change(address, { hidden: undefined });
  }
}
