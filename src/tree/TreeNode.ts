import { type BackfillRef, type ConnectionRef, getRefKey, type SinkRef } from '../model/BackfillRef.ts';
import type { ListContent, ListMessage } from '../text/listMessageText.ts';

/**
 * Identifies a row of the tree by its ids. Rendering the row reads its data from the current snapshot, with two
 * exceptions: a status row contains its message, and a row of the Activity view contains the names that it shows.
 */
export type TreeNode = ConnectionNode | SinkNode | BackfillNode | DatabasesNode | DatabaseNode | MessageNode;

/**
 * The row of a connection. It exists if there are several connections or sample data; otherwise, the sinks of the only
 * connection are at the root.
 */
export interface ConnectionNode extends ConnectionRef {
  readonly kind: 'connection';
}

export interface SinkNode extends SinkRef {
  readonly kind: 'sink';
}

export interface BackfillNode extends BackfillRef {
  readonly kind: 'backfill';
  /**
   * The names to show besides the table; only in the Activity view, where no sink is above the row. `beforeStatus` is
   * the name that distinguishes the row from other rows of the same table. `afterStatus` has the remaining names.
   * Either can be ''.
   */
  readonly names?: { readonly beforeStatus: string; readonly afterStatus: string };
}

/** The group of the databases of a connection. */
export interface DatabasesNode extends ConnectionRef {
  readonly kind: 'databases';
  readonly sinkId?: undefined;
}

export interface DatabaseNode extends ConnectionRef {
  readonly kind: 'database';
  readonly databaseId: string;
  readonly sinkId?: undefined;
}

/** A row with the status of a list, such as that it is loading or empty, or has hidden items. */
export interface MessageNode extends ConnectionRef {
  readonly kind: 'message';
  /** The list that the row is in. */
  readonly list: ListContent;
  /** The parent sink of a row in a list of backfills. */
  readonly sinkId: string | undefined;
  readonly message: ListMessage;
}

/**
 * Returns the id of a row, such as `connection/sink/backfill`. It is stable across refreshes and reloads, so that
 * selection and expansion persist.
 */
export function getRowId(node: TreeNode): string {
  switch (node.kind) {
    case 'message':
      return `${node.connectionId}/${node.list === 'databases' ? '~databases' : (node.sinkId ?? '')}/~${node.message.kind}`;
    case 'databases':
      return `${node.connectionId}/~databases`;
    case 'database':
      return `${node.connectionId}/~databases/${node.databaseId}`;
    default:
      return getRefKey(node);
  }
}

/** The row above, or undefined for a row at the root. */
export function getParentNode(node: TreeNode, hasConnectionRows: boolean): TreeNode | undefined {
  const { kind, connectionId } = node;
  if ('names' in node) {
    return undefined;
  }
  if (kind === 'database' || (kind === 'message' && node.list === 'databases')) {
    return { kind: 'databases', connectionId };
  }
  if (kind !== 'connection' && kind !== 'sink' && node.sinkId !== undefined) {
    return { kind: 'sink', connectionId, sinkId: node.sinkId };
  }
  return hasConnectionRows && kind !== 'connection' ? { kind: 'connection', connectionId } : undefined;
}
