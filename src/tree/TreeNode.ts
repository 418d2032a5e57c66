import type { ListMessage } from '../text/listMessageText.ts';

/** What the tree shows, by id: what is known of it is looked up in the snapshot when it is drawn. */
export type TreeNode = ConnectionNode | SinkNode | BackfillNode | MessageNode;

/** One of several servers; of the only one the sinks are at the root. */
interface ConnectionNode {
  readonly kind: 'connection';
  /** The address of its server, as in all other rows. */
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

/** A row that is no sink and no backfill: what is on its way, what failed, what is not there. */
export interface MessageNode {
  readonly kind: 'message';
  readonly address: string;
  /** Below which sink; undefined among the sinks. */
  readonly sinkId: string | undefined;
  readonly message: ListMessage;
}
