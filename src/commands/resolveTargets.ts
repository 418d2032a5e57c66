import * as l10n from '@vscode/l10n';
import { isUnfinished } from '../model/Backfill.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import { SequinError } from '../model/failure.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill, findDatabaseOfSink, getBackfillsOfSink } from '../servers/Snapshot.ts';
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
import type { PickItem, Ui } from './Ui.ts';

/** The ids of a backfill and what contains it. */
export function toBackfillRef({ monitor, backfill }: TargetBackfill): BackfillRef {
  return { connectionId: monitor.connection.id, sinkId: backfill.sinkId, backfillId: backfill.id };
}

/** The context for resolving one target. */
type TargetContext = Pick<CommandContext, 'ui' | 'servers'>;

/** The context for resolving several targets. */
type PickContext = Pick<CommandContext, 'ui' | 'servers' | 'getSelection'>;

/**
 * The sink of the target, or the one that the user picks; undefined if there is none or the picker is dismissed.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveSink(
  context: TargetContext,
  target: Target | undefined,
): Promise<TargetSink | undefined> {
  return target === undefined || target.kind === 'connection'
    ? pickSink(context, target?.connectionId)
    : findTargetSink(context.servers, target);
}

/**
 * The database of the target, or of its sink, or the one that the user picks; undefined if there is none or the picker
 * is dismissed. Shows a message if the databases aren't loaded.
 * @throws SequinError if there is nothing to pick because sinks or databases couldn't be loaded
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
      load: loadDatabases,
      createItems: createDatabaseItems,
    });
  }
  if (target.kind === 'database') {
    const monitor = context.servers.getMonitor(target.connectionId);
    const database = monitor?.snapshot.databases.get(target.databaseId);
    return monitor && database && { monitor, database };
  }
  const found = findTargetSink(context.servers, target);
  if (found === undefined) {
    return undefined;
  }
  await loadDatabases(found.monitor);
  const database = findDatabaseOfTarget(found);
  if (database === undefined) {
    const name = formatSinkName(found.sink);
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
interface PickOptions<T> {
  readonly placeholder: string;
  /** The message shown if there is nothing to pick. */
  readonly emptyMessage: string;
  readonly filter: (target: T) => boolean;
}

/**
 * The sinks of the targets. Without an argument, those that the user picks from all that pass the filter; the rows
 * selected in the tree are picked initially.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveSinks(
  context: PickContext,
  targets: readonly Target[] | undefined,
  options: PickOptions<TargetSink>,
): Promise<readonly TargetSink[]> {
  return targets === undefined
    ? pickMany(
        context,
        options,
        createSinkItems,
        ({ sink }, row) => row.kind === 'sink' && row.sinkId === sink.id,
      )
    : findTargetSinks(context.servers, targets);
}

/**
 * The backfill of the target, or the one that the user picks of all known ones; undefined if there is none or the picker
 * is dismissed.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveBackfill(
  context: TargetContext,
  target: Target | undefined,
): Promise<TargetBackfill | undefined> {
  if (target?.kind === 'backfill' || target?.kind === 'incomplete') {
    return findTargetBackfill(context.servers, target);
  }
  return pickOne(context, {
    placeholder: l10n.t('Select a backfill'),
    emptyMessage: l10n.t('No backfills are loaded. Expand a sink to load its backfills.'),
    createItems: createBackfillItems,
  });
}

/**
 * The backfills among the targets. Without an argument, those that the user picks from all that pass the filter; the
 * rows selected in the tree are picked initially.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveBackfills(
  context: PickContext,
  targets: readonly Target[] | undefined,
  options: PickOptions<TargetBackfill>,
): Promise<readonly TargetBackfill[]> {
  const { servers } = context;
  if (targets !== undefined) {
    return targets.flatMap((target) => findTargetBackfill(servers, target) ?? []);
  }
  return pickMany(
    context,
    options,
    createBackfillItems,
    ({ backfill }, row) => row.kind === 'backfill' && row.backfillId === backfill.id,
  );
}

/** Lets the user pick targets. Those whose rows are selected in the tree are picked initially. */
async function pickMany<T>(
  { ui, servers, getSelection }: PickContext,
  { placeholder, emptyMessage, filter }: PickOptions<T>,
  createItems: CreateItems<T>,
  isTargetOf: (target: T, row: TreeNode) => boolean,
): Promise<readonly T[]> {
  const { monitors } = servers;
  if (monitors.length === 0) {
    return [];
  }
  await loadSinks(ui, monitors);
  const items = createItems(servers, monitors).filter(({ value }) => filter(value));
  if (items.length === 0) {
    throwIfUnknown(monitors);
    ui.showMessage('information', emptyMessage);
    return [];
  }
  const selection = getSelection();
  return ui.pickMany(placeholder, items, (target) => selection.some((row) => isTargetOf(target, row)));
}

/**
 * The unfinished backfills of the sinks of the targets, or of the sink that the user picks; undefined without a sink.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveUnfinishedBackfills(
  context: TargetContext,
  targets: readonly Target[] | undefined,
): Promise<TargetBackfill[] | undefined> {
  const sinks = targets === undefined ? [await pickSink(context)] : findTargetSinks(context.servers, targets);
  const foundSinks = sinks.filter((sink) => sink !== undefined);
  return foundSinks.length === 0
    ? undefined
    : foundSinks.flatMap(({ monitor, sink }) =>
        getBackfillsOfSink(monitor.snapshot, sink.id)
          .filter(isUnfinished)
          .map((backfill) => ({ monitor, backfill })),
      );
}

/** The sinks of targets, each once. Among the rows of sinks, selected rows of backfills don't count. */
function findTargetSinks(servers: ServerRegistry, targets: readonly Target[]): TargetSink[] {
  const sinkTargets = targets.filter(({ kind }) => kind === 'sink');
  const found = (sinkTargets.length > 0 ? sinkTargets : targets).flatMap(
    (target) => findTargetSink(servers, target) ?? [],
  );
  return found.filter(({ sink }, index) => found.findIndex((other) => other.sink === sink) === index);
}

function findTargetSink(servers: ServerRegistry, target: Target): TargetSink | undefined {
  if (target.kind !== 'sink' && target.kind !== 'backfill') {
    return undefined;
  }
  const monitor = servers.getMonitor(target.connectionId);
  const sink = monitor?.snapshot.sinks.get(target.sinkId);
  return monitor && sink && { monitor, sink };
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

type CreateItems<T> = (servers: ServerRegistry, monitors: readonly ServerMonitor[]) => PickItem<T>[];

/** The picker of one target. */
interface PickOneOptions<T> {
  readonly placeholder: string;
  /** The message shown if there is nothing to pick. */
  readonly emptyMessage: string;
  /** The only connection to pick from; all if undefined. */
  readonly connectionId?: string | undefined;
  /** Loads what the items need in addition to the sinks. */
  readonly load?: (monitor: ServerMonitor) => Promise<void>;
  readonly createItems: CreateItems<T>;
}

async function pickOne<T>(
  { ui, servers }: TargetContext,
  { placeholder, emptyMessage, connectionId, load, createItems }: PickOneOptions<T>,
): Promise<T | undefined> {
  const monitors = servers.monitors.filter(
    ({ connection }) => connectionId === undefined || connection.id === connectionId,
  );
  if (monitors.length === 0) {
    return undefined;
  }
  await loadSinks(ui, monitors, load);
  const items = createItems(servers, monitors);
  if (items.length === 0) {
    throwIfUnknown(monitors);
    ui.showMessage('information', emptyMessage);
    return undefined;
  }
  return ui.pickOne(placeholder, items);
}

/** Loads the sinks of servers, and what else is needed. */
async function loadSinks(
  ui: Ui,
  monitors: readonly ServerMonitor[],
  load?: (monitor: ServerMonitor) => Promise<void>,
): Promise<void> {
  await ui.showLoading(() =>
    Promise.all(
      monitors.map(async (monitor) => {
        await monitor.ensureSinks();
        await load?.(monitor);
      }),
    ),
  );
}

/** @throws SequinError if the databases couldn't be loaded */
async function loadDatabases(monitor: ServerMonitor): Promise<void> {
  const failure = await monitor.ensureDatabases();
  if (failure !== undefined) {
    throw new SequinError(failure);
  }
}

/**
 * Checks that an empty list doesn't mean a failed request.
 * @throws SequinError if the sinks of a server couldn't be loaded
 */
function throwIfUnknown(monitors: readonly ServerMonitor[]): void {
  const unknown = monitors.find(({ snapshot }) => snapshot.sinksLoad.loadedAt === undefined);
  const failure = unknown?.snapshot.sinksLoad.failure;
  if (failure !== undefined) {
    throw new SequinError(failure);
  }
}
