import { commandIds } from '../../contributions/commandIds.ts';
import { createContextValue, type RowFlag } from '../../contributions/rowContext.ts';
import { type Backfill, isUnfinished } from '../../model/Backfill.ts';
import { neverLoaded } from '../../model/LoadState.ts';
import { countQueued } from '../../model/queue/BackfillQueue.ts';
import { compareByName, getActiveHealth, getSinkCondition, type Sink } from '../../model/Sink.ts';
import { getAllowedSinkActions } from '../../model/sinkActions.ts';
import { filterStalled } from '../../servers/liveStatus.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import {
  areActionsUnavailable,
  getBackfillsOfSink,
  getPendingSinkAction,
  isWriteBlocked,
  listBackfillsInOrder,
  type Snapshot,
} from '../../servers/Snapshot.ts';
import { formatAccessibleLabel } from '../../text/format.ts';
import { getHealthIcon } from '../../text/icons.ts';
import { sinkActionTexts } from '../../text/sinkActionText.ts';
import { describeSink, formatSinkName, formatSinkStatus } from '../../text/sinkText.ts';
import { createSinkHover, type TreeServer } from '../hover.ts';
import { adjustIcon, iconColors, type Row, type RowKind, type TreeDisplayOptions } from '../RowKind.ts';
import type { SinkNode, TreeNode } from '../TreeNode.ts';
import { getSupportedActions } from './backfill.ts';
import { createMessageNodeFactory, toLoadMessages } from './message.ts';

const { blue, green, red, yellow, gray } = iconColors;

/**
 * A map instead of an object, because the server may report any string as a condition, even the name of a property that
 * all objects have.
 */
const conditionColors: ReadonlyMap<string | undefined, string> = new Map([
  ['healthy', green],
  ['warning', yellow],
  ['error', red],
  ['initializing', blue],
  ['waiting', green],
  ['paused', yellow],
  ['disabled', gray],
]);

/** The row of a sink. */
export const sinkRow: RowKind<SinkNode> = {
  expandedByDefault: false,
  getChildren: ({ sinkId }, { monitor }, options) =>
    monitor === undefined ? [] : listBackfills(monitor, sinkId, options),
  render: (node, { monitor }, isExpanded) => monitor && renderSink(node, monitor, isExpanded),
  createHover: ({ sinkId }, { monitor }, now) => {
    const sink = monitor?.snapshot.sinks.get(sinkId);
    return monitor && sink && createSinkHover(sink, monitor, now);
  },
};

/** The rows for the sinks of a server, and status rows. */
export function listSinks({ connection, snapshot }: TreeServer, options: TreeDisplayOptions): TreeNode[] {
  const { id: connectionId } = connection;
  const { sinks, sinksLoad } = snapshot;
  const toMessageNode = createMessageNodeFactory(connectionId, 'sinks');
  if (sinksLoad.loadedAt === undefined) {
    return toLoadMessages(sinksLoad).map(toMessageNode);
  }
  const messages = sinksLoad.skipped ? [toMessageNode({ kind: 'skipped', ...sinksLoad.skipped })] : [];
  if (sinks.size === 0) {
    return messages.length > 0
      ? messages
      : [toMessageNode({ kind: 'empty' }), toMessageNode({ kind: 'help', topic: 'sinks' })];
  }
  let ids: readonly string[] = sortSinkIds(sinks);
  if (options.hideFinished) {
    const isUnhealthy = (sinkId: string): boolean =>
      ['error', 'warning'].includes(sinks.get(sinkId)?.health?.status ?? '');
    ids = ids.filter(
      (sinkId) => isUnhealthy(sinkId) || getBackfillsOfSink(snapshot, sinkId).some(isUnfinished),
    );
  }
  if (options.runningFirst) {
    const running = new Set(
      ids.filter((sinkId) => getBackfillsOfSink(snapshot, sinkId).some(({ state }) => state === 'active')),
    );
    ids = [...running, ...ids.filter((sinkId) => !running.has(sinkId))];
  }
  const hiddenCount = sinks.size - ids.length;
  return [
    ...messages,
    ...ids.map((sinkId): TreeNode => ({ kind: 'sink', connectionId, sinkId })),
    ...(hiddenCount > 0 ? [toMessageNode({ kind: 'hidden', hiddenCount })] : []),
  ];
}

/** Cached for each map of sinks, because sorting 1,000 names takes longer than the rest of the rendering. */
const sortedIdsCache = new WeakMap<Snapshot['sinks'], readonly string[]>();

function sortSinkIds(sinks: Snapshot['sinks']): readonly string[] {
  const sortedIds = sortedIdsCache.get(sinks) ?? [...sinks.values()].sort(compareByName).map(({ id }) => id);
  sortedIdsCache.set(sinks, sortedIds);
  return sortedIds;
}

/** The rows below a sink: its backfills and status rows. */
export function listBackfills(
  { connection, snapshot }: TreeServer,
  sinkId: string,
  { hideFinished, maxBackfills }: { readonly hideFinished: boolean; readonly maxBackfills: number },
): TreeNode[] {
  const { id: connectionId } = connection;
  const toMessageNode = createMessageNodeFactory(connectionId, 'backfills', sinkId);
  const load = snapshot.backfillListLoads.get(sinkId) ?? neverLoaded;
  const backfills = listBackfillsInOrder(snapshot, sinkId);
  const matching = hideFinished ? backfills.filter(isUnfinished) : backfills;
  const olderCount = load.olderCount ?? 0;
  const hiddenCount = hideFinished ? backfills.length - matching.length + olderCount : 0;
  const moreCount = Math.max(0, matching.length - maxBackfills) + (hideFinished ? 0 : olderCount);
  const nodes = matching
    .slice(0, maxBackfills)
    .map(({ id }): TreeNode => ({ kind: 'backfill', connectionId, sinkId, backfillId: id }));
  if (load.loadedAt === undefined) {
    // The list of sinks or the cache may already contain some backfills; the complete list is still loading or has
    // failed to load.
    return [...nodes, ...toLoadMessages(load).slice(0, 1).map(toMessageNode)];
  }
  if (load.skipped !== undefined) {
    nodes.unshift(toMessageNode({ kind: 'skipped', ...load.skipped }));
  }
  if (load.failure !== undefined) {
    nodes.unshift(toMessageNode({ kind: 'failed', failure: load.failure }));
  }
  if (moreCount > 0) {
    nodes.push(toMessageNode({ kind: 'more', hiddenCount: moreCount }));
  }
  if (hiddenCount > 0) {
    nodes.push(toMessageNode({ kind: 'hidden', hiddenCount }));
  }
  return nodes.length > 0
    ? nodes
    : [toMessageNode({ kind: 'empty' }), toMessageNode({ kind: 'help', topic: 'backfills' })];
}

function renderSink(node: SinkNode, monitor: ServerMonitor, isExpanded: boolean): Row | undefined {
  const { snapshot, serverNow } = monitor;
  const { sinkId } = node;
  const sink = snapshot.sinks.get(sinkId);
  if (sink === undefined) {
    return undefined;
  }
  const label = formatSinkName(sink);
  const unfinished = getBackfillsOfSink(snapshot, sinkId).filter(isUnfinished);
  const stalled = filterStalled(snapshot, unfinished, serverNow);
  const startingCount = countPendingStarts(snapshot, sinkId);
  const action = getPendingSinkAction(snapshot, sinkId);
  const pendingAction = action === undefined ? '' : sinkActionTexts[action].pending();
  const description = describeSink(sink, unfinished, {
    stalled,
    startingCount,
    pendingAction,
    // If the sink is expanded, the rows below show the progress, and VS Code would refresh them together with the sink.
    showsProgress: !isExpanded,
    queue: snapshot.queue,
  });
  const isActive = sink.status === 'active';
  const health = isActive ? getActiveHealth(sink) : undefined;
  const condition = getSinkCondition(sink, stalled.length > 0);
  return {
    label,
    description,
    icon: adjustIcon(
      { id: getHealthIcon(condition), color: conditionColors.get(condition) },
      { isPending: startingCount > 0 || action !== undefined, snapshot },
    ),
    // The description contains every status except "active".
    accessibleLabel: formatAccessibleLabel(
      label,
      isActive ? formatSinkStatus(sink.status) : '',
      health === undefined ? '' : formatSinkStatus(health),
      description,
    ),
    contextValue: createContextValue('sink', listFlags(sink, unfinished, monitor)),
    stateKey: `${isExpanded} ${sink.status} ${pendingAction} ${stalled.length} ${unfinished.map(({ state }) => state).join()} ${countQueued(snapshot.queue, unfinished)}`,
    command: { command: commandIds.openSink, title: '', arguments: [node] },
  };
}

/** The flags for the actions of a sink and of its backfills. */
function listFlags(
  sink: Sink,
  unfinished: readonly Backfill[],
  { connection, snapshot }: TreeServer,
): readonly (RowFlag | false)[] {
  const isOnline = !areActionsUnavailable(snapshot);
  const canChange = isOnline && !isWriteBlocked(snapshot, { sinkId: sink.id });
  return [
    connection.isSample === true && 'sample',
    isOnline && 'start',
    ...(canChange ? getAllowedSinkActions(sink) : []),
    ...unfinished.flatMap((backfill) => getSupportedActions(backfill, snapshot)),
  ];
}

/** The number of backfills of a sink that are being created. */
function countPendingStarts({ pendingWrites }: Snapshot, sinkId: string): number {
  return [...pendingWrites.values()].filter((write) => write.kind === 'create' && write.sinkId === sinkId)
    .length;
}
