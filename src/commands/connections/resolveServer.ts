import * as l10n from '@vscode/l10n';
import { getConnectionStatus } from '../../servers/connectionStatus.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { describeConnection } from '../../text/connectionText.ts';
import { joinParts } from '../../text/format.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { ActionContext } from '../CommandHandler.ts';
import type { Target } from '../Target.ts';

/**
 * Returns the server of the target. Without a target, the user picks from the servers that pass the filter. If only one
 * server passes, returns it without asking, unless `asksEvenIfOnlyOne` is set. If no server passes, shows a message.
 * The server of the sample data can't be picked, because it has no settings and no configuration.
 */
export async function resolveServer(
  { servers, ui }: ActionContext,
  target: Target | undefined,
  filter: (server: Server) => boolean = () => true,
  { asksEvenIfOnlyOne = false } = {},
): Promise<Server | undefined> {
  if (target !== undefined) {
    return target.kind === 'incomplete' ? undefined : servers.getServer(target.connectionId);
  }
  const candidates = servers.all.filter(
    (server) => server.state.connection.isSample !== true && filter(server),
  );
  const [first, ...others] = candidates;
  if (first === undefined) {
    ui.showMessage('information', l10n.t('Connect to a Sequin server first.'));
    return undefined;
  }
  if (others.length === 0 && !asksEvenIfOnlyOne) {
    return first;
  }
  const items = candidates.map((server) => {
    const { connection } = server.state;
    const description = describeConnection(connection, getConnectionStatus(server));
    return {
      label: toDisplayText(connection.name),
      description: joinParts(toDisplayText(connection.address), description),
      value: server,
    };
  });
  return ui.pickOne(l10n.t('Select a connection'), items);
}
