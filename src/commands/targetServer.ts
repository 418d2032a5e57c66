import { window } from 'vscode';
import { t } from '@vscode/l10n';
import { addressOf, nameOf } from '../model/Connection.ts';
import { statusOf } from '../monitor/connectionStatus.ts';
import type { Server } from '../monitor/Monitors.ts';
import { connectionDescription } from '../text/connectionText.ts';
import type { CommandParts } from './Command.ts';
import { textIn } from './targets.ts';

/** The server of the row, the only one that suits, or the one that the user picks. */
export async function targetServer(
  { monitors }: CommandParts,
  target: unknown,
  suits: (server: Server) => boolean = () => true,
): Promise<Server | undefined> {
  const address = textIn(target, 'address');
  if (address !== undefined) {
    return monitors.server(address);
  }
  const servers = monitors.servers.filter(suits);
  if (servers.length < 2) {
    return servers[0];
  }
  const items = servers.map((server) => {
    const { state } = server;
    const production = 'connection' in state && state.connection.production;
    const description = connectionDescription(statusOf(server), {
      production,
      running: '',
      sinks: undefined,
    });
    return {
      label: nameOf(state),
      description: [addressOf(state), description].filter(Boolean).join(' · '),
      server,
    };
  });
  return (
    await window.showQuickPick(items, { placeHolder: t('Which connection?'), matchOnDescription: true })
  )?.server;
}
