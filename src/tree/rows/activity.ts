import * as l10n from '@vscode/l10n';
import { listActivity } from '../../servers/activity.ts';
import { findAlerts, mergeSharedStalls } from '../../servers/alerts.ts';
import type { ServerView } from '../../servers/ServerMonitor.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { formatTableName } from '../../text/backfillText.ts';
import { joinParts } from '../../text/format.ts';
import { formatSinkName } from '../../text/sinkText.ts';
import { describeCause } from '../../text/stallText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { describeQueue } from '../hover.ts';
import type { BackfillNode } from '../TreeNode.ts';
import { hasConnectionRows } from './connection.ts';

/** The rows of the Activity view: the unfinished backfills of all connections, and those finished in the last hour. */
export function listActivityNodes(servers: readonly Server[]): BackfillNode[] {
  const rows = listActivity(servers.flatMap(({ monitor }) => monitor ?? [])).map(({ server, backfill }) => {
    const { connection, snapshot } = server;
    const sink = snapshot.sinks.get(backfill.sinkId);
    return {
      backfill,
      table: formatTableName(backfill),
      sinkName: sink === undefined ? '' : formatSinkName(sink),
      connectionId: connection.id,
      // If connections have no rows, there is only one connection, so its name isn't needed.
      connectionName: hasConnectionRows(servers) ? toDisplayText(connection.name) : '',
    };
  });
  const tablesOfSeveralSinks = findTablesWithSeveral(rows, ({ sinkName }) => sinkName);
  const tablesOfSeveralConnections = findTablesWithSeveral(rows, ({ connectionId }) => connectionId);
  return rows.map(({ backfill, table, sinkName, connectionId, connectionName }) => ({
    kind: 'backfill',
    connectionId,
    sinkId: backfill.sinkId,
    backfillId: backfill.id,
    names: tablesOfSeveralSinks.has(table)
      ? { beforeStatus: sinkName, afterStatus: connectionName }
      : tablesOfSeveralConnections.has(table)
        ? { beforeStatus: connectionName, afterStatus: sinkName }
        : { beforeStatus: '', afterStatus: joinParts(sinkName, connectionName) },
  }));
}

/** Finds the tables whose rows differ in a value, such as the name of the sink. */
function findTablesWithSeveral<R extends { readonly table: string }>(
  rows: readonly R[],
  getValue: (row: R) => string,
): ReadonlySet<string> {
  const rowsByTable = [...Map.groupBy(rows, ({ table }) => table)];
  return new Set(
    rowsByTable.flatMap(([table, group]) => (new Set(group.map(getValue)).size > 1 ? [table] : [])),
  );
}

/**
 * Creates the message of the Activity view: the databases whose running backfills are all stalled, and the progress of
 * queues.
 */
export function describeActivity(servers: readonly ServerView[]): string {
  return servers
    .flatMap((server) =>
      [...describeStalledDatabases(server), describeQueue(server)]
        .filter(Boolean)
        .map((text) =>
          servers.length > 1 ? l10n.t('{0}: {1}', toDisplayText(server.connection.name), text) : text,
        ),
    )
    .join(' — ');
}

function describeStalledDatabases({ snapshot, serverNow }: ServerView): string[] {
  const { stalled } = findAlerts(snapshot, serverNow, Number.POSITIVE_INFINITY);
  return mergeSharedStalls(stalled).flatMap(({ stall }) =>
    stall.cause.kind === 'databaseStalled' ? [describeCause(stall)] : [],
  );
}
