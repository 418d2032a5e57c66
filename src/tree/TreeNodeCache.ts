import { getRefKey } from '../model/BackfillRef.ts';
import { findBackfill } from '../servers/Snapshot.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import type { MessageNode, TreeNode } from './TreeNode.ts';

/**
 * Keeps one object per row, since VS Code identifies rows by object identity. The cache holds the only lasting
 * reference to a node besides VS Code: other data about a node belongs in a `WeakMap`, so that it is released together
 * with the node.
 */
export class TreeNodeCache {
  readonly #nodes = new Map<string, TreeNode>();

  /** The number of cached nodes. */
  get size(): number {
    return this.#nodes.size;
  }

  /** Returns the cached object for an equal node, or caches this one. */
  intern<N extends TreeNode>(node: N): N {
    const key = getNodeKey(node);
    const existing = this.#nodes.get(key);
    if (existing !== undefined) {
      return existing as N;
    }
    this.#nodes.set(key, node);
    return node;
  }

  /**
   * Removes the nodes of connections, sinks and backfills that no longer exist, and of status rows that are no longer
   * shown.
   * @param isShown whether a status row is among the children last returned to VS Code
   */
  prune(servers: Pick<ServerRegistry, 'getServer'>, isShown: (node: MessageNode) => boolean): void {
    for (const [key, node] of this.#nodes) {
      const isLive = isKnown(node, servers) && (node.kind !== 'message' || isShown(node));
      if (!isLive) {
        this.#nodes.delete(key);
      }
    }
  }
}

/** Whether the connection, sink or backfill of a row exists; for a status row, whether its parent does. */
function isKnown(node: TreeNode, servers: Pick<ServerRegistry, 'getServer'>): boolean {
  const server = servers.getServer(node.connectionId);
  if (node.kind === 'connection' || node.sinkId === undefined) {
    return server !== undefined;
  }
  const snapshot = server?.monitor?.snapshot;
  if (snapshot === undefined) {
    return false;
  }
  return node.kind === 'backfill'
    ? findBackfill(snapshot, node.sinkId, node.backfillId) !== undefined
    : snapshot.sinks.has(node.sinkId);
}

function getNodeKey(node: TreeNode): string {
  return node.kind === 'message' ? JSON.stringify(node) : getRefKey(node);
}
