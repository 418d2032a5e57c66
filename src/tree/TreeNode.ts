import type { Message } from '../text/messageText.ts';

/** What the tree shows, by id: what is known of it is looked up in the snapshot when it is drawn. */
export type TreeNode = SinkNode | BackfillNode | MessageNode;

export interface SinkNode {
  readonly kind: 'sink';
  readonly sinkId: string;
}

export interface BackfillNode {
  readonly kind: 'backfill';
  readonly sinkId: string;
  readonly backfillId: string;
}

/** A row that is no sink and no backfill: what is on its way, what failed, what is not there. */
export interface MessageNode {
  readonly kind: 'message';
  /** Below which sink; undefined at the root. */
  readonly sinkId: string | undefined;
  readonly message: Message;
}
