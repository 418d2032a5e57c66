import type { Command, MarkdownString } from 'vscode';
import type { Server } from '../servers/ServerRegistry.ts';
import { areActionsUnavailable, type Snapshot } from '../servers/Snapshot.ts';
import type { TreeNode } from './TreeNode.ts';

/** What a row shows, as plain data: two rows with equal properties look the same. */
export interface Row {
  readonly label: string;
  readonly description: string;
  /** The name of a codicon, and the id of its color. */
  readonly icon: { readonly id: string; readonly color?: string | undefined } | undefined;
  /** The label for screen readers, which includes the meaning of the icon. */
  readonly accessibleLabel: string;
  /** The row's kind and available actions, for the `when` clauses of menus: `sequin.backfill;pause;cancel`. */
  readonly contextValue: string;
  /**
   * Changes with the state. The row is refreshed at once if the key changes, but later if only the description changes.
   */
  readonly stateKey: string;
  /**
   * The progress of an active backfill, in tenths. A new tenth refreshes the row at once, unless a hover may be open.
   */
  readonly tenths?: number;
  readonly tooltip?: string;
  readonly command?: Command;
}

/** The display options of the tree. */
export interface TreeDisplayOptions {
  /**
   * Shows only unfinished backfills, and only sinks that have an unfinished backfill or whose health needs attention.
   */
  readonly hideFinished: boolean;
  /** Sorts sinks with an active backfill above all other sinks. */
  readonly runningFirst: boolean;
  /** Shows the databases of a connection below its sinks. */
  readonly showDatabases: boolean;
}

/** Lists the rows at the root of a view. */
export type ListRootNodes = (servers: readonly Server[], options: TreeDisplayOptions) => TreeNode[];

/** The functions for one kind of row. They have no state of their own. */
export interface RowKind<N extends TreeNode> {
  /** Whether a row is expanded before the user expands or collapses it; undefined for a kind without children. */
  readonly expandedByDefault?: boolean;
  /** Lists the rows below a row. `maxBackfills` limits the backfills of a sink. */
  readonly getChildren?: (
    node: N,
    server: Server,
    options: TreeDisplayOptions & { readonly maxBackfills: number },
  ) => TreeNode[];
  /** Renders the row; undefined if what the row shows no longer exists. */
  readonly render: (node: N, server: Server, isExpanded: boolean) => Row | undefined;
  /** Creates the hover. `now` is the time of the local clock, in milliseconds since the epoch. */
  readonly createHover?: (node: N, server: Server, now: number) => MarkdownString | undefined;
}

/** The colors of the icons. A test checks their contrast in VS Code's themes. */
export const iconColors = {
  blue: 'charts.blue',
  green: 'charts.green',
  red: 'charts.red',
  yellow: 'list.warningForeground',
  gray: 'descriptionForeground',
} as const;

/** The icon of a row that is loading. */
export const loadingIcon = { id: 'loading~spin' };

/**
 * Returns the loading icon while a write is pending, and otherwise the given icon, in gray while the server is offline.
 */
export function adjustIcon(
  icon: NonNullable<Row['icon']>,
  { isPending, snapshot }: { readonly isPending: boolean; readonly snapshot: Snapshot },
): Row['icon'] {
  if (isPending) {
    return loadingIcon;
  }
  return areActionsUnavailable(snapshot) ? { ...icon, color: iconColors.gray } : icon;
}
