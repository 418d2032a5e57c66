import { commandIds } from '../../contributions/commandIds.ts';
import { createContextValue, type RowFlag } from '../../contributions/rowContext.ts';
import { type Backfill, getFractionDone } from '../../model/Backfill.ts';
import { getAllowedActions } from '../../model/backfillActions.ts';
import type { BackfillStatus } from '../../model/progress/backfillStatus.ts';
import { getQueuePosition } from '../../model/queue/BackfillQueue.ts';
import { getLiveStatus } from '../../servers/liveStatus.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import {
  areActionsUnavailable,
  findBackfill,
  getPendingChange,
  isWriteBlocked,
  type Snapshot,
} from '../../servers/Snapshot.ts';
import { actionTexts } from '../../text/actionText.ts';
import { describeBackfill, formatTableName } from '../../text/backfillText.ts';
import { formatAccessibleLabel, formatStartTime, joinParts } from '../../text/format.ts';
import { getStatusIcon, queuedIcon } from '../../text/icons.ts';
import { describeQueuePosition } from '../../text/queueText.ts';
import { createBackfillHover } from '../hover.ts';
import { adjustIcon, iconColors, type Row, type RowKind } from '../RowKind.ts';
import type { BackfillNode } from '../TreeNode.ts';

const { blue, green, red, yellow, gray } = iconColors;

const statusColors: Readonly<Partial<Record<BackfillStatus, string>>> = {
  counting: blue,
  running: blue,
  stalled: yellow,
  paused: yellow,
  completed: green,
  completedWithDeliveryErrors: yellow,
  cancelled: gray,
  failed: red,
};

/** The row of a backfill. */
export const backfillRow: RowKind<BackfillNode> = {
  render: (node, { monitor }) => monitor && renderBackfill(node, monitor),
  createHover: ({ sinkId, backfillId }, { monitor }, now) => {
    const backfill = monitor && findBackfill(monitor.snapshot, sinkId, backfillId);
    return backfill && createBackfillHover(backfill, monitor, now);
  },
};

function renderBackfill(node: BackfillNode, monitor: ServerMonitor): Row | undefined {
  const { snapshot, serverNow } = monitor;
  const backfill = findBackfill(snapshot, node.sinkId, node.backfillId);
  if (backfill === undefined) {
    return undefined;
  }
  const live = getLiveStatus(snapshot, backfill, serverNow);
  const table = formatTableName(backfill);
  const { names } = node;
  const hasTimeLabel = names === undefined && isOnlyTableOfSink(snapshot, backfill);
  const pendingChange = getPendingChange(snapshot, backfill.id);
  const position = getQueuePosition(snapshot.queue, backfill);
  const queueText = position === undefined ? undefined : describeQueuePosition(position);
  const shortText = pendingChange === undefined ? queueText : actionTexts[pendingChange].pending();
  const addNames = (status: string): string => joinParts(names?.beforeStatus, status, names?.afterStatus);
  return {
    label: hasTimeLabel ? formatStartTime(backfill.insertedAt, serverNow) : table,
    description: addNames(shortText ?? describeBackfill(backfill, serverNow, { live, hasTimeLabel })),
    icon: adjustIcon(
      position === undefined
        ? { id: getStatusIcon(live.status), color: statusColors[live.status] }
        : { id: queuedIcon, color: gray },
      { isPending: pendingChange !== undefined, snapshot },
    ),
    accessibleLabel: formatAccessibleLabel(
      table,
      addNames(shortText ?? describeBackfill(backfill, serverNow, { live, withState: true })),
    ),
    contextValue: createContextValue('backfill', [
      monitor.connection.isSample === true && 'sample',
      ...(isWriteBlocked(snapshot, { backfillId: backfill.id }) ? [] : getRowFlags(backfill, snapshot)),
    ]),
    stateKey: `${live.status} ${position ?? ''} ${live.stall?.cause.kind ?? ''}`,
    // A new tenth refreshes the row at once, so that the row of a fast backfill doesn't lag far behind its page.
    ...(backfill.state === 'active' && { tenths: Math.floor(10 * (getFractionDone(backfill) ?? 0)) }),
    command: { command: commandIds.openBackfill, title: '', arguments: [node] },
  };
}

/**
 * Whether a sink has several backfills, all of the same table, so the table's name doesn't distinguish them.
 * Tables with unknown names count as the same table.
 */
function isOnlyTableOfSink({ backfills, backfillListLoads }: Snapshot, backfill: Backfill): boolean {
  const { sinkId } = backfill;
  const siblings = backfills.get(sinkId);
  if (siblings === undefined || siblings.size < 2 || backfillListLoads.get(sinkId)?.loadedAt === undefined) {
    return false;
  }
  const isOnlyTable =
    onlyTableCache.get(siblings) ??
    [...siblings.values()].every((sibling) => formatTableName(sibling) === formatTableName(backfill));
  onlyTableCache.set(siblings, isOnlyTable);
  return isOnlyTable;
}

/** Results of {@link isOnlyTableOfSink}, cached for each map of backfills, because a sink may have thousands. */
const onlyTableCache = new WeakMap<ReadonlyMap<string, Backfill>, boolean>();

/**
 * The flags for the actions of a backfill. A queued backfill has a flag for the actions of the queue instead of Resume.
 */
function getRowFlags(backfill: Backfill, snapshot: Snapshot): readonly RowFlag[] {
  const actions = getSupportedActions(backfill, snapshot);
  return getQueuePosition(snapshot.queue, backfill) === undefined
    ? actions
    : ['queued', ...actions.filter((action) => action !== 'resume')];
}

/** The actions that the backfill's state and the server's version allow; none while the server is offline. */
export function getSupportedActions(backfill: Backfill, snapshot: Snapshot): readonly RowFlag[] {
  return areActionsUnavailable(snapshot) ? [] : getAllowedActions(backfill, snapshot.version);
}
