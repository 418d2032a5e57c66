import type { ListMessage } from '../text/listMessageText.ts';

/** A row of the tree. Contains only ids: rendering looks up the data in the current snapshot. */
export type TreeNode = ConnectionNode | SinkNode | BackfillNode | MessageNode;

/** A connection, if there are several. The sinks of a single connection are at the root. */
interface ConnectionNode {
  readonly kind: 'connection';
  /** The address of the connection, as in all other rows. */
  readonly address: string;
}

export interface SinkNode {
  readonly kind: 'sink';
  readonly address: string;
  readonly sinkId: string;
}

export interface BackfillNode {
  readonly kind: 'backfill';
  readonly address: string;
  readonly sinkId: string;
  readonly backfillId: string;
}

/** A status row: loading, failed, empty, or hidden items. */
export interface MessageNode {
  readonly kind: 'message';
  readonly address: string;
  /** The parent sink; undefined for a row among the sinks. */
  readonly sinkId: string | undefined;
  readonly message: ListMessage;
}
