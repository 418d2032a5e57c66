import * as vscode from 'vscode';
import { commandIds } from '../contributions/commandIds.ts';
import { recoveryCommands } from '../contributions/recoveryCommands.ts';
import { createContextValue, type RowFlag } from '../contributions/rowContext.ts';
import { isUnfinished, type Backfill } from '../model/Backfill.ts';
import { getAllowedActions } from '../model/backfillActions.ts';
import { getRefKey } from '../model/BackfillRef.ts';
import { getConnectionName } from '../model/Connection.ts';
import { getMissingFeatures } from '../model/serverVersion.ts';
import { getConnectionStatus } from '../servers/connectionStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry, Server } from '../servers/ServerRegistry.ts';
import { getBackfillsOfSink, findBackfill, type Snapshot } from '../servers/Snapshot.ts';
import { describeBackfill, formatStatus, formatTableName } from '../text/backfillText.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import { describeConnection, formatConnectionStatus } from '../text/connectionText.ts';
import { describeLiveStatus } from '../text/liveStatusText.ts';
import { describeListMessage } from '../text/listMessageText.ts';
import {
  formatHealthStatus,
  formatRunningBackfills,
  describeSink,
  formatSinkName,
  formatSinkStatus,
} from '../text/sinkText.ts';
import { actionTexts, describePendingStarts } from '../text/actionText.ts';
import { getBackfillIcon, getConnectionIcon, getMessageIcon, getSinkIcon, loadingIcon } from './icons.ts';
import type { BackfillNode, MessageNode, SinkNode, TreeNode } from './TreeNode.ts';
import { toDisplayText } from '../text/toDisplayText.ts';

/** A rendered row. Two rows with equal properties look the same. */
export interface TreeRow {
  /** `connection/sink/backfill`: stable across refreshes and reloads, so that selection and expansion persist. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: vscode.ThemeIcon | undefined;
  /** The label for screen readers, which includes the meaning of the icon. */
  readonly accessibleLabel: string;
  /** The row's kind and available actions, for the `when` clauses of menus: `sequin.backfill;pause;cancel`. */
  readonly contextValue: string;
  readonly tooltip?: string;
  readonly command?: vscode.Command;
}

/** Renders a node from the current snapshot. A node without data is rendered empty: its parent refreshes next. */
export function renderRow(node: TreeNode, servers: ServerRegistry): TreeRow {
  const server = servers.getServer(node.connectionId);
  const content = server && renderContent(node, server);
  const row = content ?? {
    label: '',
    description: '',
    icon: undefined,
    accessibleLabel: '',
    contextValue: '',
  };
  return { ...row, id: getRowId(node) };
}

function getRowId(node: TreeNode): string {
  switch (node.kind) {
    case 'connection':
    case 'sink':
    case 'backfill':
      return getRefKey(node);
    case 'message':
      return `${node.connectionId}/${node.sinkId ?? ''}/~${node.message.kind}`;
  }
}

type RowContent = Omit<TreeRow, 'id'>;

function renderContent(node: TreeNode, server: Server): RowContent | undefined {
  const { state, monitor } = server;
  switch (node.kind) {
    case 'connection':
      return renderConnection(server);
    case 'sink':
      return monitor && renderSink(node, monitor);
    case 'backfill':
      return monitor && renderBackfill(node, monitor);
    case 'message':
      return renderMessage(node, getConnectionName(state));
  }
}

function renderConnection(server: Server): RowContent {
  const { state, monitor } = server;
  const connection = 'connection' in state ? state.connection : undefined;
  const isProduction = connection?.production === true;
  const label = toDisplayText(getConnectionName(state));
  const status = getConnectionStatus(server);
  const running = [...(monitor?.snapshot.backfills.values() ?? [])]
    .flatMap((backfills) => [...backfills.values()])
    .filter(({ state: backfillState }) => backfillState === 'active');
  const description = describeConnection(status, {
    isProduction,
    running: running.length === 0 ? '' : formatRunningBackfills(running),
    sinks: monitor?.snapshot.sinksLoad.loadedAt === undefined ? undefined : monitor.snapshot.sinks.size,
  });
  return {
    label,
    description,
    icon: getConnectionIcon(status, connection),
    // The description contains every status except "connected".
    accessibleLabel: [label, status.kind === 'connected' ? formatConnectionStatus(status) : '', description]
      .filter(Boolean)
      .join(', '),
    contextValue: createContextValue('connection', isProduction ? [state.kind, 'production'] : [state.kind]),
  };
}

function renderSink({ sinkId }: SinkNode, { snapshot }: ServerMonitor): RowContent | undefined {
  const sink = snapshot.sinks.get(sinkId);
  if (sink === undefined) {
    return undefined;
  }
  const label = formatSinkName(sink);
  const unfinished = getBackfillsOfSink(snapshot, sinkId).filter(isUnfinished);
  const pendingStarts = countPendingStarts(snapshot, sinkId);
  const description = [
    pendingStarts === 0 ? '' : describePendingStarts(pendingStarts),
    describeSink(sink, unfinished),
  ]
    .filter(Boolean)
    .join(' · ');
  const health =
    sink.status === 'active' && sink.health !== null ? formatHealthStatus(sink.health.status) : '';
  return {
    label,
    description,
    icon: pendingStarts === 0 ? getSinkIcon(sink) : loadingIcon,
    accessibleLabel: [label, formatSinkStatus(sink.status), health, description].filter(Boolean).join(', '),
    contextValue: createContextValue('sink', [
      'start',
      ...unfinished.flatMap((backfill) => getSupportedActions(backfill, snapshot)),
    ]),
  };
}

function renderBackfill(node: BackfillNode, { snapshot, serverNow }: ServerMonitor): RowContent | undefined {
  const backfill = findBackfill(snapshot, node.sinkId, node.backfillId);
  if (backfill === undefined) {
    return undefined;
  }
  const liveStatus = getLiveStatus(snapshot, backfill, serverNow);
  const label = formatTableName(backfill);
  const pendingWrite = snapshot.pendingWrites.get(backfill.id);
  const pendingChange = pendingWrite?.kind === 'change' ? pendingWrite.change : undefined;
  const progress = describeBackfill(backfill, serverNow);
  const details = describeLiveStatus(liveStatus);
  const hasProblem = liveStatus.status === 'stalled' || liveStatus.status === 'completedWithDeliveryErrors';
  const description = [
    pendingChange === undefined ? '' : actionTexts[pendingChange].pending(),
    // A problem comes first, because a narrow sidebar cuts off the end.
    ...(hasProblem ? [details, progress] : [progress, details]),
  ]
    .filter(Boolean)
    .join(' · ');
  return {
    label,
    description,
    icon: pendingChange === undefined ? getBackfillIcon(liveStatus.status) : loadingIcon,
    accessibleLabel: `${label}, ${formatStatus(liveStatus.status, backfill)}, ${description}`,
    // Offers no action during a pending write, so that a double click doesn't run a second one.
    contextValue: createContextValue(
      'backfill',
      pendingWrite === undefined ? getSupportedActions(backfill, snapshot) : [],
    ),
    command: { command: commandIds.openBackfill, title: '', arguments: [node] },
  };
}

/** The actions that both the backfill's state and the server's version support. */
function getSupportedActions(backfill: Backfill, { version }: Snapshot): readonly RowFlag[] {
  return getAllowedActions(backfill, getMissingFeatures(version));
}

/** The number of backfills of a sink that are being created. */
function countPendingStarts({ pendingWrites }: Snapshot, sinkId: string): number {
  return [...pendingWrites.values()].filter((write) => write.kind === 'create' && write.sinkId === sinkId)
    .length;
}

function renderMessage(node: MessageNode, server: string): RowContent {
  const list = node.sinkId === undefined ? 'sinks' : 'backfills';
  const { text, action } = describeListMessage(node.message, list, server);
  return {
    // The action comes first because a long reason may be cut off; the tooltip shows it in full.
    label: action?.label ?? text,
    description: action === undefined ? '' : text,
    icon: getMessageIcon(node.message.kind),
    accessibleLabel: action === undefined ? text : `${text} ${action.label}`,
    contextValue: '',
    tooltip: text,
    ...(action && {
      command: { command: recoveryCommands[action.recovery], title: action.label, arguments: [node] },
    }),
  };
}

/** Whether two renderings of a row look the same. */
export function areSameRows(a: TreeRow, b: TreeRow): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon === b.icon &&
    a.accessibleLabel === b.accessibleLabel &&
    a.contextValue === b.contextValue &&
    a.tooltip === b.tooltip
  );
}

/** Converts a row to VS Code's type, without the hover, which `resolveTreeItem` creates on demand. */
export function toTreeItem(row: TreeRow, collapsibleState: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsibleState);
  item.id = row.id;
  item.description = row.description;
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleLabel };
  if (row.icon !== undefined) {
    item.iconPath = row.icon;
  }
  if (row.tooltip !== undefined) {
    item.tooltip = row.tooltip;
  }
  if (row.command !== undefined) {
    item.command = row.command;
  }
  return item;
}
