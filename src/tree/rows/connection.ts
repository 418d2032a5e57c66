import { createContextValue } from '../../contributions/rowContext.ts';
import type { Connection, ConnectionStatus, SignInState } from '../../model/Connection.ts';
import { findAlerts } from '../../servers/alerts.ts';
import { getConnectionStatus } from '../../servers/connectionStatus.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import type { Server } from '../../servers/ServerRegistry.ts';
import { describeConnection, formatConnectionStatus } from '../../text/connectionText.ts';
import { formatAccessibleLabel, formatShortTime } from '../../text/format.ts';
import type { ListMessage } from '../../text/listMessageText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { createConnectionHover } from '../hover.ts';
import { iconColors, loadingIcon, type Row, type RowKind, type TreeDisplayOptions } from '../RowKind.ts';
import type { ConnectionNode, TreeNode } from '../TreeNode.ts';
import { listDatabaseGroup } from './database.ts';
import { createMessageNodeFactory } from './message.ts';
import { listSinks } from './sink.ts';

/** The row of a connection, see {@link hasConnectionRows}. */
export const connectionRow: RowKind<ConnectionNode> = {
  expandedByDefault: true,
  getChildren: (_node, server, options) => listConnectionChildren(server, options),
  render: (_node, server) => renderConnection(server),
  createHover: (_node, server) => createConnectionHover(server),
};

/**
 * Whether each connection has a row: only if there are several connections, or if one has sample data, because the row
 * marks the data as simulated.
 */
export function hasConnectionRows(servers: readonly Server[]): boolean {
  return servers.length > 1 || servers.some(({ state }) => state.connection.isSample === true);
}

/**
 * Lists the rows at the root: the connections or, if the only connection has no row, its sinks and databases. Empty if
 * that connection has no monitor.
 */
export function listRootNodes(servers: readonly Server[], options: TreeDisplayOptions): TreeNode[] {
  const [only] = servers;
  if (only !== undefined && !hasConnectionRows(servers)) {
    // VS Code shows the view's welcome content, which offers to sign in, only while there are no rows.
    return only.monitor === undefined
      ? []
      : [...listSinks(only.monitor, options), ...listDatabaseGroup(only, options)];
  }
  return servers.map(({ state }) => ({ kind: 'connection', connectionId: state.connection.id }));
}

function listConnectionChildren({ state, monitor }: Server, options: TreeDisplayOptions): TreeNode[] {
  if (monitor !== undefined) {
    return [...listSinks(monitor, options), ...listDatabaseGroup({ monitor }, options)];
  }
  return listMessages(state).map(createMessageNodeFactory(state.connection.id, 'sinks'));
}

/** The messages below a connection that has no monitor. */
function listMessages(state: SignInState): ListMessage[] {
  switch (state.kind) {
    case 'invalidAddress':
      return [{ kind: 'invalidAddress', problem: state.problem }];
    case 'signedOut':
      return [{ kind: 'signedOut' }, { kind: 'help', topic: 'token' }];
    default:
      return [{ kind: 'loading' }];
  }
}

function renderConnection(server: Server): Row {
  const { state, monitor } = server;
  const { connection } = state;
  const label = toDisplayText(connection.name);
  const status = getConnectionStatus(server);
  const snapshot = monitor?.snapshot;
  const alerts = monitor && findAlerts(monitor.snapshot, monitor.serverNow, Infinity);
  const description = describeConnection(connection, status, {
    backfills: { stalled: alerts?.stalled.length ?? 0, running: alerts?.running.length ?? 0 },
    sinkCount: snapshot?.sinksLoad.loadedAt === undefined ? undefined : snapshot.sinks.size,
    staleTime: monitor && getStaleTime(monitor),
  });
  return {
    label,
    description,
    icon: getIcon(status, connection),
    // The description contains every status except "connected".
    accessibleLabel: formatAccessibleLabel(
      label,
      status.kind === 'connected' ? formatConnectionStatus(status) : '',
      description,
    ),
    contextValue: createContextValue(connection.isSample ? 'sampleData' : 'connection', [
      state.kind,
      connection.production && 'production',
      monitor?.snapshot.queue !== undefined && 'queue',
    ]),
    stateKey: description,
  };
}

/** The time of the data if its last refresh failed; otherwise undefined. */
function getStaleTime({ snapshot, serverNow }: ServerMonitor): string | undefined {
  const { failure, loadedAt } = snapshot.sinksLoad;
  return failure === undefined || loadedAt === undefined
    ? undefined
    : formatShortTime(loadedAt, serverNow - snapshot.clockSkewMs);
}

/**
 * The icon for the status of a connection or, while it is connected, for its kind: production, sample data or other.
 */
function getIcon({ kind }: ConnectionStatus, { isSample, production }: Connection): Row['icon'] {
  switch (kind) {
    case 'connecting':
      return loadingIcon;
    case 'connected':
      return isSample
        ? { id: 'beaker' }
        : { id: 'server-environment', color: production ? iconColors.red : undefined };
    case 'signedOut':
      return { id: 'debug-disconnect', color: iconColors.gray };
    case 'tokenRejected':
      return { id: 'key', color: iconColors.yellow };
    case 'invalidAddress':
    case 'unreachable':
    case 'notSequin':
    case 'failing':
      return { id: 'warning', color: iconColors.yellow };
  }
}
