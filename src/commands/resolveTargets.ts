import * as l10n from '@vscode/l10n';
import { isUnfinished } from '../model/Backfill.ts';
import type { BackfillRef } from '../model/BackfillRef.ts';
import { SequinError } from '../model/failure.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill, findDatabaseOfSink, getBackfillsOfSink } from '../servers/Snapshot.ts';
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

/** What finding the target of a command needs. */
type TargetContext = Pick<CommandContext, 'ui' | 'servers'>;

/** What picking several targets needs. */
type PickContext = Pick<CommandContext, 'ui' | 'servers' | 'getSelection'>;

/** The sink of the target, or the one that the user picks; undefined if there is none. */
export async function resolveSink(
  context: TargetContext,
  target: Target | undefined,
): Promise<TargetSink | undefined> {
  return target === undefined || target.kind === 'connection'
    ? pickSink(context, target?.connectionId)
    : findTargetSink(context.servers, target);
}

/** The database of the target, or of its sink, or the one that the user picks; undefined if there is none. */
export async function resolveDatabase(
  context: TargetContext,
  target: Target | undefined,
): Promise<TargetDatabase | undefined> {
  if (target === undefined || target.kind === 'connection') {
    return pickOne(context, l10n.t('Select a database'), l10n.t('There are no databases.'), () =>
      createDatabaseItems(context.servers),
    );
  }
  if (target.kind === 'database') {
    const monitor = context.servers.getMonitor(target.connectionId);
    const database = monitor?.snapshot.databases.get(target.databaseId);
    return monitor && database && { monitor, database };
  }
  const found = findTargetSink(context.servers, target);
  return found && findDatabaseOfTarget(found);
}

/** The database that a sink reads from; undefined if the databases couldn't be loaded. */
export function findDatabaseOfTarget({ monitor, sink }: TargetSink): TargetDatabase | undefined {
  const database = findDatabaseOfSink(monitor.snapshot, sink);
  return database && { monitor, database };
}

/** The picker of a command that is run without a target. */
interface PickOptions<T> {
  readonly placeholder: string;
  /** The message shown if there is nothing to pick. */
  readonly emptyMessage: string;
  readonly filter: (target: T) => boolean;
}

/**
 * The sinks of the targets. Without an argument, those that the user picks from all that pass the filter; the rows
 * selected in the tree are picked initially.
 */
export async function resolveSinks(
  context: PickContext,
  targets: readonly Target[] | undefined,
  options: PickOptions<TargetSink>,
): Promise<readonly TargetSink[]> {
  const { servers } = context;
  if (targets !== undefined) {
    const found = targets.flatMap((target) => findTargetSink(servers, target) ?? []);
    return found.filter(({ sink }, index) => found.findIndex((other) => other.sink === sink) === index);
  }
  return pickMany(
    context,
    options,
    () => createSinkItems(servers),
    ({ sink }, row) => row.kind === 'sink' && row.sinkId === sink.id,
  );
}

/** The backfill of the target, or the one that the user picks of all known ones; undefined if there is none. */
export async function resolveBackfill(
  context: TargetContext,
  target: Target | undefined,
): Promise<TargetBackfill | undefined> {
  if (target?.kind === 'backfill' || target?.kind === 'incomplete') {
    return findTargetBackfill(context.servers, target);
  }
  const emptyMessage = l10n.t('No backfills are loaded. Expand a sink to load its backfills.');
  return pickOne(context, l10n.t('Select a backfill'), emptyMessage, () =>
    createBackfillItems(context.servers),
  );
}

/**
 * The backfills among the targets. Without an argument, those that the user picks from all that pass the filter; the
 * rows selected in the tree are picked initially.
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
    () => createBackfillItems(servers),
    ({ backfill }, row) => row.kind === 'backfill' && row.backfillId === backfill.id,
  );
}

/** Lets the user pick targets. Those whose rows are selected in the tree are picked initially. */
async function pickMany<T>(
  { ui, servers, getSelection }: PickContext,
  { placeholder, emptyMessage, filter }: PickOptions<T>,
  createItems: () => readonly PickItem<T>[],
  isTargetOf: (target: T, row: TreeNode) => boolean,
): Promise<readonly T[]> {
  if (servers.monitors.length === 0) {
    return [];
  }
  await ensureSinks(ui, servers);
  const items = createItems().filter(({ value }) => filter(value));
  if (items.length === 0) {
    ui.showMessage('information', emptyMessage);
    return [];
  }
  const selection = getSelection();
  return ui.pickMany(placeholder, items, (target) => selection.some((row) => isTargetOf(target, row)));
}

/** The unfinished backfills of the sinks of the targets, or of the sink that the user picks; undefined without a sink. */
export async function resolveUnfinishedBackfills(
  context: TargetContext,
  targets: readonly Target[] | undefined,
): Promise<TargetBackfill[] | undefined> {
  const sinks =
    targets === undefined
      ? [await pickSink(context)]
      : targets.map((target) => findTargetSink(context.servers, target));
  const foundSinks = sinks.filter((sink) => sink !== undefined);
  return foundSinks.length === 0
    ? undefined
    : foundSinks.flatMap(({ monitor, sink }) =>
        getBackfillsOfSink(monitor.snapshot, sink.id)
          .filter(isUnfinished)
          .map((backfill) => ({ monitor, backfill })),
      );
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
  const { servers } = context;
  return pickOne(context, l10n.t('Select a sink'), l10n.t('There are no sinks yet.'), () =>
    createSinkItems(servers, connectionId),
  );
}

/**
 * Loads the sinks of all servers.
 * @throws SequinError if a server failed and the sinks of none are known
 */
async function ensureSinks(ui: Ui, { monitors }: ServerRegistry): Promise<void> {
  await ui.showLoading(() => Promise.all(monitors.map((monitor) => monitor.ensureSinks())));
  const loads = monitors.map(({ snapshot }) => snapshot.sinksLoad);
  const failure = loads.find((load) => load.failure !== undefined)?.failure;
  if (failure !== undefined && loads.every(({ loadedAt }) => loadedAt === undefined)) {
    throw new SequinError(failure);
  }
}

async function pickOne<T>(
  { ui, servers }: TargetContext,
  placeholder: string,
  emptyMessage: string,
  createItems: () => PickItem<T>[],
): Promise<T | undefined> {
  if (servers.monitors.length === 0) {
    return undefined;
  }
  await ensureSinks(ui, servers);
  const items = createItems();
  if (items.length === 0) {
    ui.showMessage('information', emptyMessage);
    return undefined;
  }
  return ui.pickOne(placeholder, items);
}
