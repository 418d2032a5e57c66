import { type BackfillRef, type ConnectionRef, getRefKey, type SinkRef } from '../model/BackfillRef.ts';
import type { ListMessage } from '../text/listMessageText.ts';

/** A row of the tree. Contains only ids: rendering looks up the data in the current snapshot. */
export type TreeNode = ConnectionNode | SinkNode | BackfillNode | DatabasesNode | DatabaseNode | MessageNode;

/** A connection, if there are several. The sinks of a single connection are at the root. */
export interface ConnectionNode extends ConnectionRef {
  readonly kind: 'connection';
}

export interface SinkNode extends SinkRef {
  readonly kind: 'sink';
}

export interface BackfillNode extends BackfillRef {
  readonly kind: 'backfill';
  /** Only in the Activity view, which has no row of the sink above. */
  readonly nameParts?: NameParts;
}

/** The names of what contains a backfill. */
export type ContainerName = 'sink' | 'connection';

/** What a row adds to the status: before it, the name that distinguishes it from other rows of the same table. */
export interface NameParts {
  readonly beforeStatus: readonly ContainerName[];
  readonly afterStatus: readonly ContainerName[];
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

/** A status row: loading, failed, empty, or hidden items. */
export interface MessageNode extends ConnectionRef {
  readonly kind: 'message';
  /** The parent sink; undefined for a row among the sinks. */
  readonly sinkId: string | undefined;
  readonly message: ListMessage;
}

/** `connection/sink/backfill`: stable across refreshes and reloads, so that selection and expansion persist. */
export function getRowId(node: TreeNode): string {
  switch (node.kind) {
    case 'message':
      return `${node.connectionId}/${node.sinkId ?? ''}/~${node.message.kind}`;
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
  if ('nameParts' in node) {
    return undefined;
  }
  if (kind === 'database') {
    return { kind: 'databases', connectionId };
  }
  if (kind !== 'connection' && kind !== 'sink' && node.sinkId !== undefined) {
    return { kind: 'sink', connectionId, sinkId: node.sinkId };
  }
  return hasConnectionRows && kind !== 'connection' ? { kind: 'connection', connectionId } : undefined;
}
