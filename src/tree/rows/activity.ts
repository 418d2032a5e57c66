import { listActivity } from '../../servers/activity.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { formatTableName } from '../../text/backfillText.ts';
import type { BackfillNode, NameParts } from '../TreeNode.ts';
import { hasConnectionRows } from './connection.ts';

/** The sinks and the connections that have backfills of the same table in the Activity view. */
interface TableUse {
  readonly sinkNames: Set<string | undefined>;
  readonly connectionIds: Set<string>;
}

/** The rows of the Activity view: the unfinished backfills of all connections, and those finished in the last hour. */
export function listActivityNodes(servers: readonly Server[]): BackfillNode[] {
  const tableUses = new Map<string, TableUse>();
  const rows = listActivity(servers.flatMap(({ monitor }) => monitor ?? [])).map(({ server, backfill }) => {
    const table = formatTableName(backfill);
    const tableUse = tableUses.get(table) ?? { sinkNames: new Set(), connectionIds: new Set() };
    tableUses.set(table, tableUse);
    tableUse.sinkNames.add(server.snapshot.sinks.get(backfill.sinkId)?.name);
    tableUse.connectionIds.add(server.connection.id);
    return { server, backfill, tableUse };
  });
  const hasConnectionNames = hasConnectionRows(servers);
  return rows.map(({ server, backfill, tableUse }) => ({
    kind: 'backfill',
    connectionId: server.connection.id,
    sinkId: backfill.sinkId,
    backfillId: backfill.id,
    nameParts: arrangeNames(tableUse, hasConnectionNames),
  }));
}

/** Decides which names a row needs, and where. */
function arrangeNames({ sinkNames, connectionIds }: TableUse, hasConnectionNames: boolean): NameParts {
  if (sinkNames.size > 1) {
    return { beforeStatus: ['sink'], afterStatus: hasConnectionNames ? ['connection'] : [] };
  }
  if (connectionIds.size > 1) {
    return { beforeStatus: ['connection'], afterStatus: ['sink'] };
  }
  return { beforeStatus: [], afterStatus: hasConnectionNames ? ['sink', 'connection'] : ['sink'] };
}
