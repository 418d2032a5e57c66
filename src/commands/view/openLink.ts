import * as l10n from '@vscode/l10n';
import { parseAddress } from '../../model/Connection.ts';
import { parsePageLink } from '../../model/pageLink.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import type { CommandContext } from '../CommandHandler.ts';

/**
 * Opens the page that a link leads to. Anyone can write a link, so opening one adds no connection and changes nothing.
 */
export async function openLink(
  { servers, panels, ui }: Pick<CommandContext, 'servers' | 'panels' | 'ui'>,
  uri: { readonly path: string; readonly query: string },
): Promise<void> {
  const link = parsePageLink(uri);
  const parsed = link && parseAddress(link.address);
  if (link === undefined || typeof parsed !== 'object') {
    ui.showMessage(
      'warning',
      l10n.t('This isn’t a valid link to a backfill or a sink. Copy the link again.'),
    );
    return;
  }
  const { sinkId, backfillId } = link;
  const server = await findServer(
    servers.all.filter(({ state }) => state.connection.address === parsed.address),
    sinkId,
  );
  if (server === undefined) {
    ui.showMessage(
      'warning',
      l10n.t('To open this link, connect to {0} first.', toDisplayText(parsed.address)),
    );
    return;
  }
  const ref = { connectionId: server.state.connection.id, sinkId };
  panels.open(backfillId === undefined ? ref : { ...ref, backfillId });
}

/**
 * Finds the server that has the sink. The candidates have the same address, but may be connections to different
 * accounts. If there are several candidates, loads their sinks unless these are current. If no candidate has the sink,
 * returns the first one; undefined if there are no candidates.
 */
async function findServer(candidates: readonly Server[], sinkId: string): Promise<Server | undefined> {
  const [first, ...others] = candidates;
  if (others.length === 0) {
    return first;
  }
  await Promise.all(candidates.map(async ({ monitor }) => monitor?.ensureCurrentSinks()));
  return candidates.find(({ monitor }) => monitor?.snapshot.sinks.has(sinkId) === true) ?? first;
}
