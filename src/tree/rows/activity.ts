import { listActivity } from '../../servers/activity.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { formatTableName } from '../../text/backfillText.ts';
import type { BackfillNode, NameParts } from '../TreeNode.ts';
import { hasConnectionRows } from './connection.ts';

/** The rows of the Activity view: the unfinished backfills of all connections, and those finished in the last hour. */
export function listActivityNodes(servers: readonly Server[]): BackfillNode[] {
  const rows = listActivity(servers.flatMap(({ monitor }) => monitor ?? [])).map(({ server, backfill }) => ({
    connectionId: server.connection.id,
    backfill,
    table: formatTableName(backfill),
    sinkName: server.snapshot.sinks.get(backfill.sinkId)?.name,
  }));
  const hasConnectionNames = hasConnectionRows(servers);
  const nameParts = new Map<string, NameParts>();
  for (const [table, sameTable] of Map.groupBy(rows, (row) => row.table)) {
    const sinkCount = new Set(sameTable.map(({ sinkName }) => sinkName)).size;
    const connectionCount = new Set(sameTable.map(({ connectionId }) => connectionId)).size;
    nameParts.set(table, arrangeNames({ hasConnectionNames, sinkCount, connectionCount }));
  }
  return rows.map(({ connectionId, backfill, table }) => ({
    kind: 'backfill',
    connectionId,
    sinkId: backfill.sinkId,
    backfillId: backfill.id,
    nameParts: nameParts.get(table) ?? { beforeStatus: [], afterStatus: [] },
  }));
}

/** Decides which names a row needs, and where. The counts are those of the sinks and connections with the same table. */
function arrangeNames({
  hasConnectionNames,
  sinkCount,
  connectionCount,
}: {
  readonly hasConnectionNames: boolean;
  readonly sinkCount: number;
  readonly connectionCount: number;
}): NameParts {
  if (sinkCount > 1) {
    return { beforeStatus: ['sink'], afterStatus: hasConnectionNames ? ['connection'] : [] };
  }
  if (connectionCount > 1) {
    return { beforeStatus: ['connection'], afterStatus: ['sink'] };
  }
  return { beforeStatus: [], afterStatus: hasConnectionNames ? ['sink', 'connection'] : ['sink'] };
}
