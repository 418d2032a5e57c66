import { compareNewestFirst, isOpen } from '../model/Backfill.ts';
import { compareByName } from '../model/Sink.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Server } from '../monitor/Monitors.ts';
import { backfillsOf, neverLoaded, type Load, type Snapshot } from '../monitor/Snapshot.ts';
import { addressOf } from '../model/Connection.ts';
import type { Message } from '../text/messageText.ts';
import type { MessageNode, TreeNode } from './TreeNode.ts';

/** How the user wants the tree. */
export interface OutlineOptions {
  /** Only what runs or is paused, and the sinks that have such. */
  readonly hideEnded: boolean;
  /** Sinks with a running backfill above the others. */
  readonly runningFirst: boolean;
}

/** What a server's rows are drawn from. */
type Watched = Pick<Monitor, 'connection' | 'snapshot'>;

/** The rows at the root: a row for each of several servers, else the sinks of the only one. */
export function rootNodes(servers: readonly Server[], options: OutlineOptions): TreeNode[] {
  const [only, ...others] = servers;
  if (only !== undefined && others.length === 0) {
    // While nobody is signed in the view has a welcome, which shows where there is no row.
    return only.monitor === undefined ? [] : sinkNodes(only.monitor, options);
  }
  return servers.map(({ state }) => ({ kind: 'connection', address: addressOf(state) }));
}

/** The rows below one of several servers. */
export function serverNodes({ state, monitor }: Server, options: OutlineOptions): TreeNode[] {
  if (monitor !== undefined) {
    return sinkNodes(monitor, options);
  }
  const content: Message =
    state.kind === 'badAddress'
      ? { kind: 'badAddress', problem: state.problem }
      : { kind: state.kind === 'signedOut' ? 'signedOut' : 'loading' };
  return [message(addressOf(state), undefined, content)];
}

/** The sinks of a server, or what is to be said in their place. */
export function sinkNodes({ connection, snapshot }: Watched, options: OutlineOptions): TreeNode[] {
  const { address } = connection;
  const { sinks, sinksLoad } = snapshot;
  if (sinksLoad.loadedAt === undefined) {
    return [message(address, undefined, loadingOrFailed(sinksLoad))];
  }
  if (sinks.size === 0) {
    return [message(address, undefined, { kind: 'empty' })];
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
    ...ids.map((sinkId): TreeNode => ({ kind: 'sink', address, sinkId })),
    ...(hidden > 0 ? [message(address, undefined, { kind: 'hidden', hidden })] : []),
  ];
}

/** The rows below a sink: its backfills, newest first, at most `shown`, and what is to be said of them. */
export function backfillNodes(
  { connection, snapshot }: Watched,
  sinkId: string,
  shown: number,
  { hideEnded }: OutlineOptions,
): TreeNode[] {
  const { address } = connection;
  const load = snapshot.historyLoads.get(sinkId) ?? neverLoaded;
  const known = backfillsOf(snapshot, sinkId).sort(compareNewestFirst);
  const wanted = hideEnded ? known.filter(isOpen) : known;
  const hidden = known.length - wanted.length;
  const rows = wanted
    .slice(0, shown)
    .map(({ id }): TreeNode => ({ kind: 'backfill', address, sinkId, backfillId: id }));
  if (load.loadedAt === undefined) {
    // Some are known from the list of sinks, or from the last session; the rest is on its way, or failed.
    return [...rows, message(address, sinkId, loadingOrFailed(load))];
  }
  if (load.failure !== undefined) {
    rows.unshift(message(address, sinkId, { kind: 'failed', failure: load.failure }));
  }
  if (wanted.length > shown) {
    rows.push(message(address, sinkId, { kind: 'more', hidden: wanted.length - shown }));
  }
  if (hidden > 0) {
    rows.push(message(address, sinkId, { kind: 'hidden', hidden }));
  }
  return rows.length > 0 ? rows : [message(address, sinkId, { kind: 'empty' })];
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

function message(address: string, sinkId: string | undefined, content: Message): MessageNode {
  return { kind: 'message', address, sinkId, message: content };
}

function loadingOrFailed({ loading, failure }: Load): Message {
  return failure === undefined || loading ? { kind: 'loading' } : { kind: 'failed', failure };
}
