import * as l10n from '@vscode/l10n';
import { isUnfinished } from '../model/Backfill.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import { type Failure, SequinError } from '../model/failure.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill, findDatabaseOfSink, getBackfillsOfSink } from '../servers/Snapshot.ts';
import { describeFailure } from '../text/failureText.ts';
import { formatSinkName } from '../text/sinkText.ts';
import type { TreeNode } from '../tree/TreeNode.ts';
import type { CommandContext } from './CommandHandler.ts';
import type { Target } from './Target.ts';
import {
  createBackfillItems,
  createDatabaseItems,
  createSinkItems,
  type TargetBackfill,
  type TargetDatabase,
  type TargetSink,
} from './targetItems.ts';
import type { PickItem, PickItems } from './Ui.ts';

/** The ids of a backfill and what contains it. */
export function toBackfillRef({ monitor, backfill }: TargetBackfill): BackfillRef {
  return { connectionId: monitor.connection.id, sinkId: backfill.sinkId, backfillId: backfill.id };
}

/** The context for resolving one target. */
type TargetContext = Pick<CommandContext, 'ui' | 'servers'>;

/** The context for resolving several targets. */
type PickContext = Pick<CommandContext, 'ui' | 'servers' | 'getSelection'>;

/**
 * The sink of the target. If the target has no sink, the user picks one of its connection; without a target, one of any
 * connection. Undefined if there is none or the picker is dismissed.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveSink(
  context: TargetContext,
  target: Target | undefined,
): Promise<TargetSink | undefined> {
  return target === undefined || target.kind === 'connection' || target.kind === 'database'
    ? pickSink(context, target?.connectionId)
    : findTargetSink(context.servers, target);
}

/**
 * The database of the target, or of its sink, or the one that the user picks; undefined if there is none or the picker
 * is dismissed. Shows a message if the sink's database is unknown.
 * @throws SequinError if there is no database because sinks or databases couldn't be loaded
 */
export async function resolveDatabase(
  context: TargetContext,
  target: Target | undefined,
): Promise<TargetDatabase | undefined> {
  if (target === undefined || target.kind === 'connection') {
    return pickOne(context, {
      placeholder: l10n.t('Select a database'),
      emptyMessage: l10n.t('There are no databases.'),
      connectionId: target?.connectionId,
      load: (monitor) => monitor.databases.ensure(),
      createItems: createDatabaseItems,
    });
  }
  if (target.kind === 'database') {
    const monitor = context.servers.getMonitor(target.connectionId);
    const database = monitor?.snapshot.databases.get(target.databaseId);
    return monitor && database && { monitor, database };
  }
  const targetSink = findTargetSink(context.servers, target);
  if (targetSink === undefined) {
    return undefined;
  }
  const failure = await targetSink.monitor.databases.ensure();
  if (failure !== undefined) {
    throw new SequinError(failure);
  }
  const database = findDatabaseOfTarget(targetSink);
  if (database === undefined) {
    const name = formatSinkName(targetSink.sink);
    context.ui.showMessage('warning', l10n.t('Sequin doesn’t report the database of {0}.', name));
  }
  return database;
}

/** The database that a sink reads from; undefined if the databases couldn't be loaded. */
export function findDatabaseOfTarget({ monitor, sink }: TargetSink): TargetDatabase | undefined {
  const database = findDatabaseOfSink(monitor.snapshot, sink);
  return database && { monitor, database };
}

/** The picker of several targets, for a command that is run without a target. */
interface PickManyOptions<T> {
  readonly placeholder: string;
  /** The message shown if there is nothing to pick. */
  readonly emptyMessage: string;
  readonly filter: (target: T) => boolean;
}

/**
 * The sinks of the targets, each once. If `targets` is undefined, the user picks from the sinks that pass the filter,
 * where the rows selected in the tree are ticked; without options, the user picks one of all sinks.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveSinks(
  context: PickContext,
  targets: readonly Target[] | undefined,
  options?: PickManyOptions<TargetSink>,
): Promise<readonly TargetSink[]> {
  if (targets !== undefined) {
    return findTargetSinks(context.servers, targets);
  }
  return options === undefined
    ? toArray(await pickSink(context))
    : pickMany(
        context,
        { ...options, createItems: createSinkItems },
        ({ sink }, row) => row.kind === 'sink' && row.sinkId === sink.id,
      );
}

/**
 * The backfill of the target or, if the target isn't a backfill, the one that the user picks of all known ones.
 * Undefined if there is none or the picker is dismissed.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveBackfill(
  context: TargetContext,
  target: Target | undefined,
): Promise<TargetBackfill | undefined> {
  return target?.kind === 'backfill' || target?.kind === 'incomplete'
    ? findTargetBackfill(context.servers, target)
    : pickBackfill(context);
}

/**
 * The backfills among the targets, each once. If `targets` is undefined, the user picks from the backfills that pass
 * the filter, where the rows selected in the tree are ticked; without options, the user picks one of all known
 * backfills.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveBackfills(
  context: PickContext,
  targets: readonly Target[] | undefined,
  options?: PickManyOptions<TargetBackfill>,
): Promise<readonly TargetBackfill[]> {
  if (targets !== undefined) {
    return findTargetBackfills(context.servers, targets);
  }
  return options === undefined
    ? toArray(await pickBackfill(context))
    : pickMany(
        context,
        { ...options, createItems: createBackfillItems },
        ({ backfill }, row) => row.kind === 'backfill' && row.backfillId === backfill.id,
      );
}

/**
 * The unfinished backfills of the sinks of the targets, or of the sink that the user picks; undefined without a sink.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveUnfinishedBackfills(
  context: PickContext,
  targets: readonly Target[] | undefined,
): Promise<TargetBackfill[] | undefined> {
  const sinks = await resolveSinks(context, targets);
  return sinks.length === 0
    ? undefined
    : sinks.flatMap(({ monitor, sink }) =>
        getBackfillsOfSink(monitor.snapshot, sink.id)
          .filter(isUnfinished)
          .map((backfill) => ({ monitor, backfill })),
      );
}

/** Finds the sinks of targets, each once. If some targets are sinks, the others are ignored. */
function findTargetSinks(servers: ServerRegistry, targets: readonly Target[]): TargetSink[] {
  const sinkTargets = targets.filter(({ kind }) => kind === 'sink');
  const targetSinks = (sinkTargets.length > 0 ? sinkTargets : targets).flatMap(
    (target) => findTargetSink(servers, target) ?? [],
  );
  const bySink = new Map(targetSinks.map((targetSink) => [targetSink.sink, targetSink]));
  return [...bySink.values()];
}

function findTargetSink(servers: ServerRegistry, target: Target): TargetSink | undefined {
  if (target.kind !== 'sink' && target.kind !== 'backfill') {
    return undefined;
  }
  const monitor = servers.getMonitor(target.connectionId);
  const sink = monitor?.snapshot.sinks.get(target.sinkId);
  return monitor && sink && { monitor, sink };
}

/** Finds the backfills among targets, each once. */
function findTargetBackfills(servers: ServerRegistry, targets: readonly Target[]): TargetBackfill[] {
  const targetBackfills = targets.flatMap((target) => findTargetBackfill(servers, target) ?? []);
  return [...new Map(targetBackfills.map((target) => [target.backfill, target])).values()];
}

function findTargetBackfill(servers: ServerRegistry, target: Target): TargetBackfill | undefined {
  if (target.kind !== 'backfill') {
    return undefined;
  }
  const monitor = servers.getMonitor(target.connectionId);
  const backfill = monitor && findBackfill(monitor.snapshot, target.sinkId, target.backfillId);
  return monitor && backfill && { monitor, backfill };
}

/** Lets the user pick a sink, of one connection if its id is given. */
async function pickSink(context: TargetContext, connectionId?: string): Promise<TargetSink | undefined> {
  return pickOne(context, {
    placeholder: l10n.t('Select a sink'),
    emptyMessage: l10n.t('There are no sinks yet.'),
    connectionId,
    createItems: createSinkItems,
  });
}

async function pickBackfill(context: TargetContext): Promise<TargetBackfill | undefined> {
  return pickOne(context, {
    placeholder: l10n.t('Select a backfill'),
    emptyMessage: l10n.t('No backfills are loaded. Expand a sink to load its backfills.'),
    createItems: createBackfillItems,
  });
}

function toArray<T>(item: T | undefined): readonly T[] {
  return item === undefined ? [] : [item];
}

/** A picker of targets. */
interface PickOptions<T> {
  readonly placeholder: string;
  /** The message shown if there is nothing to pick. */
  readonly emptyMessage: string;
  /** The only connection to pick from; all if undefined. */
  readonly connectionId?: string | undefined;
  /** Loads what the items need in addition to the sinks. Returns the failure, if any. */
  readonly load?: (monitor: ServerMonitor) => Promise<Failure | undefined>;
  readonly createItems: (servers: ServerRegistry, monitor: ServerMonitor) => PickItem<T>[];
  /** Which targets can be picked; all by default. */
  readonly filter?: (target: T) => boolean;
}

async function pickOne<T>(context: TargetContext, options: PickOptions<T>): Promise<T | undefined> {
  return pick(context, options, (items) => context.ui.pickOne(options.placeholder, items));
}

/** Lets the user pick targets. Those whose rows are selected in the tree are ticked when they are listed. */
async function pickMany<T extends TargetSink | TargetBackfill>(
  context: PickContext,
  options: PickOptions<T>,
  isRowOf: (target: T, row: TreeNode) => boolean,
): Promise<readonly T[]> {
  const selection = context.getSelection();
  // Several servers can have a sink or backfill with the same id, such as that of a copied database.
  const isSelected = (target: T): boolean =>
    selection.some((row) => row.connectionId === target.monitor.connection.id && isRowOf(target, row));
  return pick(context, options, (items) => context.ui.pickMany(options.placeholder, items, isSelected));
}

/**
 * Opens a quick pick of targets, to which each server adds its own when they have loaded. Shows a message if there are
 * none.
 * @throws SequinError if there are none and a request failed
 */
async function pick<T, R>(
  { ui, servers }: TargetContext,
  { emptyMessage, connectionId, load, createItems, filter = () => true }: PickOptions<T>,
  open: (items: PickItems<T>) => Promise<R>,
): Promise<R> {
  const monitors = servers.monitors.filter(
    ({ connection }) => connectionId === undefined || connection.id === connectionId,
  );
  let pendingCount = monitors.length;
  let itemCount = 0;
  let firstFailure: Failure | undefined;
  const lists = monitors.map(async (monitor) => {
    await monitor.ensureCurrentSinks();
    const { loadedAt, failure: sinksFailure } = monitor.snapshot.sinksLoad;
    const failure = (loadedAt === undefined ? undefined : await load?.(monitor)) ?? sinksFailure;
    const items = createItems(servers, monitor).filter(({ value }) => filter(value));
    pendingCount -= 1;
    itemCount += items.length;
    firstFailure ??= failure;
    return {
      items,
      ...(failure && { problem: describeFailure(failure, monitor.connection.name).sentence }),
    };
  });
  const picked = await open({ lists });
  if (pendingCount === 0 && itemCount === 0) {
    if (firstFailure !== undefined) {
      throw new SequinError(firstFailure);
    }
    if (monitors.length > 0) {
      ui.showMessage('information', emptyMessage);
    }
  }
  return picked;
}
