import { compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import { compareSinksByName } from '../model/Sink.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { Server } from '../servers/ServerRegistry.ts';
import {
  getBackfillsOfSink,
  neverLoaded,
  type LoadState,
  type SkippedItems,
  type Snapshot,
} from '../servers/Snapshot.ts';
import { getConnectionId } from '../model/Connection.ts';
import type { ListMessage } from '../text/listMessageText.ts';
import type { MessageNode, TreeNode } from './TreeNode.ts';

/** The display options of the tree. */
export interface TreeDisplayOptions {
  /** Shows only unfinished backfills, and sinks that have one. */
  readonly hideFinished: boolean;
  /** Sorts sinks with a running backfill above the others. */
  readonly runningFirst: boolean;
}

/** The parts of a monitor that its rows depend on. */
type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot'>;

/** The rows at the root: a row per connection if there are several, otherwise the sinks of the only one. */
export function createRootNodes(servers: readonly Server[], options: TreeDisplayOptions): TreeNode[] {
  const [only, ...others] = servers;
  if (only !== undefined && others.length === 0) {
    // VS Code shows the view's welcome content, which offers to sign in, only while there are no rows.
    return only.monitor === undefined ? [] : createSinkNodes(only.monitor, options);
  }
  return servers.map(({ state }) => ({ kind: 'connection', connectionId: getConnectionId(state) }));
}

/** The rows below a connection. */
export function createConnectionChildren(
  { state, monitor }: Server,
  options: TreeDisplayOptions,
): TreeNode[] {
  if (monitor !== undefined) {
    return createSinkNodes(monitor, options);
  }
  const message: ListMessage =
    state.kind === 'invalidAddress'
      ? { kind: 'invalidAddress', problem: state.problem }
      : { kind: state.kind === 'signedOut' ? 'signedOut' : 'loading' };
  return [createMessageNode(getConnectionId(state), undefined, message)];
}

/** The rows for the sinks of a server, or a status row. */
export function createSinkNodes(
  { connection, snapshot }: ServerView,
  options: TreeDisplayOptions,
): TreeNode[] {
  const { id: connectionId } = connection;
  const { sinks, sinksLoad } = snapshot;
  if (sinksLoad.loadedAt === undefined) {
    return [createMessageNode(connectionId, undefined, toLoadMessage(sinksLoad))];
  }
  const messages = sinksLoad.skipped ? [createSkippedNode(connectionId, undefined, sinksLoad.skipped)] : [];
  if (sinks.size === 0) {
    return messages.length > 0 ? messages : [createMessageNode(connectionId, undefined, { kind: 'empty' })];
  }
  const hasBackfillIn = (sinkId: string, states: readonly string[]): boolean =>
    [...(snapshot.backfills.get(sinkId)?.values() ?? [])].some(({ state }) => states.includes(state));
  let ids = sortSinkIds(sinks);
  if (options.hideFinished) {
    ids = ids.filter((sinkId) => hasBackfillIn(sinkId, ['active', 'paused']));
  }
  if (options.runningFirst) {
    const running = new Set(ids.filter((sinkId) => hasBackfillIn(sinkId, ['active'])));
    ids = [...running, ...ids.filter((sinkId) => !running.has(sinkId))];
  }
  const hidden = sinks.size - ids.length;
  return [
    ...messages,
    ...ids.map((sinkId): TreeNode => ({ kind: 'sink', connectionId, sinkId })),
    ...(hidden > 0 ? [createMessageNode(connectionId, undefined, { kind: 'hidden', hidden })] : []),
  ];
}

/** The rows below a sink: up to `maxVisible` backfills, newest first, and status rows. */
export function createBackfillNodes(
  { connection, snapshot }: ServerView,
  sinkId: string,
  maxVisible: number,
  { hideFinished }: TreeDisplayOptions,
): TreeNode[] {
  const { id: connectionId } = connection;
  const load = snapshot.backfillListLoads.get(sinkId) ?? neverLoaded;
  const backfills = getBackfillsOfSink(snapshot, sinkId).sort(compareNewestFirst);
  const matching = hideFinished ? backfills.filter(isUnfinished) : backfills;
  const older = load.older ?? 0;
  const hidden = hideFinished ? backfills.length - matching.length + older : 0;
  const more = Math.max(0, matching.length - maxVisible) + (hideFinished ? 0 : older);
  const nodes = matching
    .slice(0, maxVisible)
    .map(({ id }): TreeNode => ({ kind: 'backfill', connectionId, sinkId, backfillId: id }));
  if (load.loadedAt === undefined) {
    // The list of sinks or the cache may already contain some backfills; the complete list is loading or failed.
    return [...nodes, createMessageNode(connectionId, sinkId, toLoadMessage(load))];
  }
  if (load.skipped !== undefined) {
    nodes.unshift(createSkippedNode(connectionId, sinkId, load.skipped));
  }
  if (load.failure !== undefined) {
    nodes.unshift(createMessageNode(connectionId, sinkId, { kind: 'failed', failure: load.failure }));
  }
  if (more > 0) {
    nodes.push(createMessageNode(connectionId, sinkId, { kind: 'more', hidden: more }));
  }
  if (hidden > 0) {
    nodes.push(createMessageNode(connectionId, sinkId, { kind: 'hidden', hidden }));
  }
  return nodes.length > 0 ? nodes : [createMessageNode(connectionId, sinkId, { kind: 'empty' })];
}

/** Cached per map of sinks, since sorting 1,000 names takes longer than the rest of the rendering. */
const sortedIdsCache = new WeakMap<Snapshot['sinks'], string[]>();

function sortSinkIds(sinks: Snapshot['sinks']): string[] {
  let sortedIds = sortedIdsCache.get(sinks);
  if (sortedIds === undefined) {
    sortedIds = [...sinks.values()].sort(compareSinksByName).map(({ id }) => id);
    sortedIdsCache.set(sinks, sortedIds);
  }
  return sortedIds;
}

function createMessageNode(
  connectionId: string,
  sinkId: string | undefined,
  message: ListMessage,
): MessageNode {
  return { kind: 'message', connectionId, sinkId, message };
}

function createSkippedNode(
  connectionId: string,
  sinkId: string | undefined,
  skipped: SkippedItems,
): MessageNode {
  return createMessageNode(connectionId, sinkId, { kind: 'skipped', ...skipped });
}

function toLoadMessage({ loading, failure }: LoadState): ListMessage {
  return failure === undefined || loading ? { kind: 'loading' } : { kind: 'failed', failure };
}
