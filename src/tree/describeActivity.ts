import * as l10n from '@vscode/l10n';
import { findAlerts, mergeSharedStalls } from '../servers/alerts.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import { describeCause } from '../text/stallText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { describeQueue } from './hover.ts';

type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot' | 'serverNow'>;

/** The message of the Activity view: databases whose backfills have all stopped, and the progress of queues. */
export function describeActivity(servers: readonly ServerView[]): string {
  return servers
    .flatMap((server) =>
      [...describeStoppedDatabases(server), describeQueue(server)]
        .filter(Boolean)
        .map((text) =>
          servers.length > 1 ? l10n.t('{0}: {1}', toDisplayText(server.connection.name), text) : text,
        ),
    )
    .join(' — ');
}

function describeStoppedDatabases({ snapshot, serverNow }: ServerView): string[] {
  const { stalled } = findAlerts(snapshot, serverNow, Number.POSITIVE_INFINITY);
  return mergeSharedStalls(stalled).flatMap(({ stall }) =>
    stall.cause.kind === 'databaseStalled' ? [describeCause(stall)] : [],
  );
}
