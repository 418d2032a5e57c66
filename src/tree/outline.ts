import { compareNewestFirst, isOpen } from '../model/Backfill.ts';
import { compareByName } from '../model/Sink.ts';
import { backfillsOf, neverLoaded, type Load, type Snapshot } from '../monitor/Snapshot.ts';
import type { Message } from '../text/messageText.ts';
import type { TreeNode } from './TreeNode.ts';

/** How the user wants the tree. */
export interface OutlineOptions {
  /** Only what runs or is paused, and the sinks that have such. */
  readonly hideEnded: boolean;
  /** Sinks with a running backfill above the others. */
  readonly runningFirst: boolean;
}

/** The rows at the root: the sinks, or what is to be said in their place. */
export function rootNodes(snapshot: Snapshot, options: OutlineOptions): TreeNode[] {
  const { sinks, sinksLoad } = snapshot;
  if (sinksLoad.loadedAt === undefined) {
    return [message(undefined, loadingOrFailed(sinksLoad))];
  }
  if (sinks.size === 0) {
    return [message(undefined, { kind: 'empty' })];
  }
  const has = (sinkId: string, states: readonly string[]): boolean =>
    [...(snapshot.backfills.get(sinkId)?.values() ?? [])].some(({ state }) => states.includes(state));
  let ids = namesInOrder(sinks);
  if (options.hideEnded) {
    ids = ids.filter((sinkId) => has(sinkId, ['active', 'paused']));
  }
  if (options.runningFirst) {
    const running = new Set(ids.filter((sinkId) => has(sinkId, ['active'])));
    ids = [...running, ...ids.filter((sinkId) => !running.has(sinkId))];
  }
  const hidden = sinks.size - ids.length;
  return [
    ...ids.map((sinkId): TreeNode => ({ kind: 'sink', sinkId })),
    ...(hidden > 0 ? [message(undefined, { kind: 'hidden', hidden })] : []),
  ];
}

/** The rows below a sink: its backfills, newest first, at most `shown`, and what is to be said of them. */
export function sinkNodes(
  snapshot: Snapshot,
  sinkId: string,
  shown: number,
  { hideEnded }: OutlineOptions,
): TreeNode[] {
  const load = snapshot.historyLoads.get(sinkId) ?? neverLoaded;
  const known = backfillsOf(snapshot, sinkId).sort(compareNewestFirst);
  const wanted = hideEnded ? known.filter(isOpen) : known;
  const hidden = known.length - wanted.length;
  const rows = wanted
    .slice(0, shown)
    .map(({ id }): TreeNode => ({ kind: 'backfill', sinkId, backfillId: id }));
  if (load.loadedAt === undefined) {
    // Some are known from the list of sinks, or from the last session; the rest is on its way, or failed.
    return [...rows, message(sinkId, loadingOrFailed(load))];
  }
  if (load.failure !== undefined) {
    rows.unshift(message(sinkId, { kind: 'failed', failure: load.failure }));
  }
  if (wanted.length > shown) {
    rows.push(message(sinkId, { kind: 'more', hidden: wanted.length - shown }));
  }
  if (hidden > 0) {
    rows.push(message(sinkId, { kind: 'hidden', hidden }));
  }
  return rows.length > 0 ? rows : [message(sinkId, { kind: 'empty' })];
}

/** Sorting a thousand names takes longer than all the rest: once for each new map of sinks is enough. */
const orders = new WeakMap<Snapshot['sinks'], string[]>();

function namesInOrder(sinks: Snapshot['sinks']): string[] {
  let order = orders.get(sinks);
  if (order === undefined) {
    order = [...sinks.values()].sort(compareByName).map(({ id }) => id);
    orders.set(sinks, order);
  }
  return order;
}

function message(sinkId: string | undefined, content: Message): TreeNode {
  return { kind: 'message', sinkId, message: content };
}

function loadingOrFailed({ loading, failure }: Load): Message {
  return failure === undefined || loading ? { kind: 'loading' } : { kind: 'failed', failure };
}
