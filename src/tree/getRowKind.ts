import type { RowKind } from './RowKind.ts';
import { backfillRow } from './rows/backfill.ts';
import { connectionRow } from './rows/connection.ts';
import { databaseRow, databasesRow } from './rows/database.ts';
import { messageRow } from './rows/message.ts';
import { sinkRow } from './rows/sink.ts';
import type { TreeNode } from './TreeNode.ts';

const rowKinds: { readonly [Kind in TreeNode['kind']]: RowKind<Extract<TreeNode, { kind: Kind }>> } = {
  connection: connectionRow,
  sink: sinkRow,
  backfill: backfillRow,
  databases: databasesRow,
  database: databaseRow,
  message: messageRow,
};

/** The functions for the kind of a row. */
export function getRowKind(node: TreeNode): RowKind<TreeNode> {
  return rowKinds[node.kind] as RowKind<TreeNode>;
}
