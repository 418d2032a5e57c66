import { window } from 'vscode';
import { t } from '@vscode/l10n';
import type { CommandParts } from './Command.ts';
import { say } from './say.ts';
import { targetServer } from './targetServer.ts';

/** Deletes the token of a server, and with it all that was drawn of it. */
export async function signOut(parts: CommandParts, target: unknown): Promise<void> {
  const server = await targetServer(parts, target, ({ state }) => state.kind === 'signedIn');
  if (server !== undefined && 'connection' in server.state) {
    const { address, name } = server.state.connection;
    if (await parts.connections.signOut(address)) {
      window.setStatusBarMessage(t('Signed out of {0}.', name), 5_000);
    } else {
      say(
        parts,
        'error',
        t('The token of {0} is still there: VS Code’s secret storage does not let go of it.', name),
      );
    }
  }
}
