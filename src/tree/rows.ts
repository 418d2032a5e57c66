import * as vscode from 'vscode';
import { isOpen, type Backfill } from '../model/Backfill.ts';
import { allowedChanges, canRunAgain } from '../model/changes.ts';
import { nameOf } from '../model/Connection.ts';
import { missingFeatures } from '../model/serverVersion.ts';
import { statusOf } from '../monitor/connectionStatus.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors, Server } from '../monitor/Monitors.ts';
import { backfillsOf, findBackfill, type Snapshot } from '../monitor/Snapshot.ts';
import { backfillDescription, stateName, tableName } from '../text/backfillText.ts';
import { liveIn } from '../monitor/live.ts';
import { connectionDescription, connectionStatusName } from '../text/connectionText.ts';
import { liveText } from '../text/liveText.ts';
import { messageText } from '../text/messageText.ts';
import { healthName, runningText, sinkDescription, sinkName, statusName } from '../text/sinkText.ts';
import { startingText, underWayText } from '../text/writeText.ts';
import { backfillIcon, connectionIcon, messageIcon, sinkIcon, underWayIcon } from './icons.ts';
import type { BackfillNode, MessageNode, SinkNode, TreeNode } from './TreeNode.ts';

/** All of a row that is drawn: two rows that are equal here look the same. */
export interface Row {
  /** Stable over refreshes and reloads, so that selection and expansion stay: `address/sink/backfill`. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: vscode.ThemeIcon | undefined;
  /** What a screen reader says: the icon in words too. */
  readonly spoken: string;
  /** What the row is, and what can be done with it, for the `when` clauses of menus: `sequin.backfill;pause;cancel`. */
  readonly contextValue: string;
  readonly tooltip?: string;
  readonly command?: vscode.Command;
}

/** How a node looks now. What vanished meanwhile is drawn empty: its parent is about to be redrawn. */
export function drawRow(node: TreeNode, monitors: Monitors): Row {
  const server = monitors.server(node.address);
  const drawn = server && drawKnown(node, server);
  const row = drawn ?? { label: '', description: '', icon: undefined, spoken: '', contextValue: '' };
  return { ...row, id: idOf(node) };
}

function idOf(node: TreeNode): string {
  switch (node.kind) {
    case 'connection':
      return node.address;
    case 'sink':
      return `${node.address}/${node.sinkId}`;
    case 'backfill':
      return `${node.address}/${node.sinkId}/${node.backfillId}`;
    case 'message':
      return `${node.address}/${node.sinkId ?? ''}/~${node.message.kind}`;
  }
}

type Known = Omit<Row, 'id'>;

function drawKnown(node: TreeNode, server: Server): Known | undefined {
  const { state, monitor } = server;
  switch (node.kind) {
    case 'connection':
      return drawConnection(server);
    case 'sink':
      return monitor && drawSink(node, monitor);
    case 'backfill':
      return monitor && drawBackfill(node, monitor);
    case 'message':
      return drawMessage(node, nameOf(state));
  }
}

function drawConnection(server: Server): Known {
  const { state, monitor } = server;
  const connection = 'connection' in state ? state.connection : undefined;
  const production = connection?.production === true;
  const label = nameOf(state);
  const status = statusOf(server);
  const running = [...(monitor?.snapshot.backfills.values() ?? [])]
    .flatMap((backfills) => [...backfills.values()])
    .filter(({ state: backfillState }) => backfillState === 'active');
  const description = connectionDescription(status, {
    production,
    running: running.length === 0 ? '' : runningText(running),
    sinks: monitor?.snapshot.sinksLoad.loadedAt === undefined ? undefined : monitor.snapshot.sinks.size,
  });
  return {
    label,
    description,
    icon: connectionIcon(status, connection),
    // The description says how it stands where that is not well.
    spoken: [label, status.kind === 'connected' ? connectionStatusName(status) : '', description]
      .filter(Boolean)
      .join(', '),
    contextValue: contextValue('connection', [state.kind, ...(production ? ['production'] : [])]),
  };
}

function drawSink({ sinkId }: SinkNode, { snapshot }: Monitor): Known | undefined {
  const sink = snapshot.sinks.get(sinkId);
  if (sink === undefined) {
    return undefined;
  }
  const label = sinkName(sink);
  const open = backfillsOf(snapshot, sinkId).filter(isOpen);
  const starting = startsUnderWay(snapshot, sinkId);
  const description = [starting === 0 ? '' : startingText(starting), sinkDescription(sink, open)]
    .filter(Boolean)
    .join(' · ');
  const health = sink.status === 'active' && sink.health !== null ? healthName(sink.health.status) : '';
  return {
    label,
    description,
    icon: starting === 0 ? sinkIcon(sink) : underWayIcon,
    spoken: [label, statusName(sink.status), health, description].filter(Boolean).join(', '),
    contextValue: contextValue('sink', [
      'start',
      ...open.flatMap((backfill) => changesOf(backfill, snapshot)),
    ]),
  };
}

function drawBackfill(node: BackfillNode, { snapshot, serverNow }: Monitor): Known | undefined {
  const backfill = findBackfill(snapshot, node.sinkId, node.backfillId);
  if (backfill === undefined) {
    return undefined;
  }
  const live = liveIn(snapshot, backfill, serverNow);
  const label = tableName(backfill);
  const write = snapshot.writes.get(backfill.id);
  const changing = write?.kind === 'change' && !write.settled ? write.change : undefined;
  const description = [
    changing === undefined ? '' : underWayText(changing),
    backfillDescription(backfill, serverNow),
    liveText(live),
  ]
    .filter(Boolean)
    .join(' · ');
  return {
    label,
    description,
    icon: changing === undefined ? backfillIcon(backfill.state, live.stall !== undefined) : underWayIcon,
    spoken: `${label}, ${stateName(backfill.state)}, ${description}`,
    // Nothing is offered while something is under way, so that a second press meets nothing.
    contextValue: contextValue('backfill', write === undefined ? offersOf(backfill, snapshot) : []),
    command: { command: 'sequin.openBackfill', title: '', arguments: [node] },
  };
}

function offersOf(backfill: Backfill, snapshot: Snapshot): readonly string[] {
  return canRunAgain(backfill) ? ['runAgain'] : changesOf(backfill, snapshot);
}

/** What the state of a backfill allows, and the version of its server. */
function changesOf(backfill: Backfill, { version }: Snapshot): readonly string[] {
  return allowedChanges(backfill, missingFeatures(version));
}

function contextValue(what: 'connection' | 'sink' | 'backfill', offers: readonly string[]): string {
  return [`sequin.${what}`, ...new Set(offers)].join(';');
}

/** How many backfills of a sink are being created. */
function startsUnderWay({ writes }: Snapshot, sinkId: string): number {
  return [...writes.values()].filter(
    (write) => write.kind === 'create' && write.sinkId === sinkId && !write.settled,
  ).length;
}

function drawMessage(node: MessageNode, server: string): Known {
  const list = node.sinkId === undefined ? 'sinks' : 'backfills';
  const { text, action } = messageText(node.message, list, server);
  return {
    // The way on comes first: a long reason may be cut off, and is whole in the hover.
    label: action?.label ?? text,
    description: action === undefined ? '' : text,
    icon: messageIcon(node.message.kind),
    spoken: action === undefined ? text : `${text} ${action.label}`,
    contextValue: '',
    tooltip: text,
    ...(action && {
      command: { command: wayOnCommand[action.wayOn], title: action.label, arguments: [node] },
    }),
  };
}

const wayOnCommand = {
  retry: 'sequin.retry',
  refresh: 'sequin.refresh',
  enterToken: 'sequin.enterToken',
  changeAddress: 'sequin.changeAddress',
  showLog: 'sequin.showLog',
  showMore: 'sequin.showMore',
  showEnded: 'sequin.showEnded',
} as const;

/** Whether two drawings of a row look the same. */
export function isSameRow(a: Row, b: Row): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon === b.icon &&
    a.spoken === b.spoken &&
    a.contextValue === b.contextValue &&
    a.tooltip === b.tooltip
  );
}

/** The row as VS Code wants it. Its hover is made later, on demand. */
export function toTreeItem(row: Row, collapsibleState: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsibleState);
  item.id = row.id;
  item.description = row.description;
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.spoken };
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
