import type { BackfillRef, ConnectionRef, SinkRef } from '../model/BackfillRef.ts';
import type { ListMessage } from '../text/listMessageText.ts';

/** What the tree shows, by id: what is known of it is looked up in the snapshot when it is drawn. */
export type TreeNode = ConnectionNode | SinkNode | BackfillNode | MessageNode;

/** One of several servers; of the only one the sinks are at the root. */
interface ConnectionNode extends ConnectionRef {
  readonly kind: 'connection';
}

export interface SinkNode extends SinkRef {
  readonly kind: 'sink';
}

export interface BackfillNode extends BackfillRef {
  readonly kind: 'backfill';
}

/** A row that is no sink and no backfill: what is on its way, what failed, what is not there. */
export interface MessageNode extends ConnectionRef {
  readonly kind: 'message';
  /** Below which sink; undefined among the sinks. */
  readonly sinkId: string | undefined;
  readonly message: ListMessage;
}
