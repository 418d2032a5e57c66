import type { BackfillRef, ConnectionRef, SinkRef } from '../model/BackfillRef.ts';
import type { ListMessage } from '../text/listMessageText.ts';

/** A row of the tree. Contains only ids: rendering looks up the data in the current snapshot. */
export type TreeNode = ConnectionNode | SinkNode | BackfillNode | MessageNode;

/** A connection, if there are several. The sinks of a single connection are at the root. */
interface ConnectionNode extends ConnectionRef {
  readonly kind: 'connection';
}

export interface SinkNode extends SinkRef {
  readonly kind: 'sink';
}

export interface BackfillNode extends BackfillRef {
  readonly kind: 'backfill';
}

/** A status row: loading, failed, empty, or hidden items. */
export interface MessageNode extends ConnectionRef {
  readonly kind: 'message';
  /** The parent sink; undefined for a row among the sinks. */
  readonly sinkId: string | undefined;
  readonly message: ListMessage;
}
