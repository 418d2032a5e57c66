import * as l10n from '@vscode/l10n';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext } from '../CommandHandler.ts';
import type { CommandTargets } from '../Target.ts';
import type { Ui } from '../Ui.ts';
import { resolveServer } from './resolveServer.ts';

/** Deletes the token of a connection. The views then no longer show the data of its server. */
export async function signOut(context: CommandContext, { target }: CommandTargets): Promise<void> {
  const server = await resolveServer(context, target, ({ state }) => state.kind === 'signedIn');
  if (server !== undefined && 'connection' in server.state) {
    const { id, name } = server.state.connection;
    if (await context.connections.signOut(id)) {
      context.ui.showStatus(l10n.t('Signed out of {0}.', toDisplayText(name)));
    } else {
      showUndeletedToken(context.ui, name);
    }
  }
}

/** Reports that secret storage didn't delete the secrets of a connection. */
export function showUndeletedToken(ui: Pick<Ui, 'showMessage'>, connectionName: string): void {
  ui.showMessage(
    'error',
    l10n.t(
      'Couldn’t delete the API token for {0} from VS Code’s secret storage.',
      toDisplayText(connectionName),
    ),
  );
}
