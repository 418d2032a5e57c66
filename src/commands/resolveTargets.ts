import * as l10n from '@vscode/l10n';
import { getRefKey, type PageRef } from '../model/BackfillRef.ts';
import { type Failure, SequinError } from '../model/failure.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill, findDatabaseOfSink } from '../servers/Snapshot.ts';
import { describeFailure } from '../text/failureText.ts';
import { formatSinkName } from '../text/sinkText.ts';
import type { ActionContext, CommandContext } from './CommandHandler.ts';
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

/**
 * Returns the sink of the target. If the target is a connection or a database, the user picks a sink of its connection;
 * without a target, a sink of any connection. Returns undefined if the target's sink is unknown, if there are no sinks,
 * or if the picker is dismissed.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveSink(
  context: ActionContext,
  target: Target | undefined,
): Promise<TargetSink | undefined> {
  return target === undefined || target.kind === 'connection' || target.kind === 'database'
    ? pickOne(context, { ...createSinkPicker(), connectionId: target?.connectionId })
    : findTargetSink(context.servers, target);
}

/**
 * Returns the backfill of the target. If there is no target, or if the target isn't a backfill, the user picks one of
 * all known backfills. Returns undefined if the target's backfill is unknown, if no backfill is known, or if the picker
 * is dismissed.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveBackfill(
  context: ActionContext,
  target: Target | undefined,
): Promise<TargetBackfill | undefined> {
  return target?.kind === 'backfill' || target?.kind === 'incomplete'
    ? findTargetBackfill(context.servers, target)
    : pickOne(context, createBackfillPicker());
}

/**
 * Returns the sink if the target is a sink, else what {@link resolveBackfill} returns.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveSinkOrBackfill(
  context: ActionContext,
  target: Target | undefined,
): Promise<TargetSink | TargetBackfill | undefined> {
  return target?.kind === 'sink' ? resolveSink(context, target) : resolveBackfill(context, target);
}

/** Returns the ids that identify the page of a sink or a backfill. */
export function toPageRef(target: TargetSink | TargetBackfill): PageRef {
  const connectionId = target.monitor.connection.id;
  return 'sink' in target
    ? { connectionId, sinkId: target.sink.id }
    : { connectionId, sinkId: target.backfill.sinkId, backfillId: target.backfill.id };
}

/**
 * Returns the database of the target or of the target's sink. If there is no target, or if the target is a connection,
 * the user picks a database. Returns undefined if the database is unknown, if there are no databases, or if the picker
 * is dismissed. If the database of a sink is unknown, shows a message.
 * @throws SequinError if no database can be returned or picked because sinks or databases couldn't be loaded
 */
export async function resolveDatabase(
  context: ActionContext,
  target: Target | undefined,
): Promise<TargetDatabase | undefined> {
  if (target === undefined || target.kind === 'connection') {
    return pickOne(context, {
      placeholder: l10n.t('Select a database'),
      emptyMessage: () => l10n.t('There are no databases.'),
      connectionId: target?.connectionId,
      load: (monitor) => monitor.databases.ensureLoaded(),
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
  const failure = await targetSink.monitor.databases.ensureLoaded();
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

/**
 * Returns the database that a sink reads from; undefined if it is unknown, for example because the databases aren't
 * loaded.
 */
export function findDatabaseOfTarget({ monitor, sink }: TargetSink): TargetDatabase | undefined {
  const database = findDatabaseOfSink(monitor.snapshot, sink);
  return database && { monitor, database };
}

/** The options of a quick pick of several targets, for a command that is run without targets. */
type PickManyOptions<T> = Required<Pick<Picker<T>, 'placeholder' | 'emptyMessage' | 'filter'>>;

/**
 * Returns the sinks of the targets, each once. If some targets are sinks, ignores the other targets. If `targets` is
 * undefined, the user picks from the sinks that pass the filter; the sinks that are selected in the tree are ticked.
 * Without `options`, the user picks one of all sinks instead.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveSinks(
  context: CommandContext,
  targets: readonly Target[] | undefined,
  options?: PickManyOptions<TargetSink>,
): Promise<readonly TargetSink[]> {
  if (targets === undefined) {
    return pickOneOrMany(context, createSinkPicker(), options);
  }
  const sinkTargets = targets.filter(({ kind }) => kind === 'sink');
  const targetSinks = (sinkTargets.length > 0 ? sinkTargets : targets).flatMap(
    (target) => findTargetSink(context.servers, target) ?? [],
  );
  return [...new Map(targetSinks.map((target) => [target.sink, target])).values()];
}

/**
 * Returns the backfills among the targets, each once. If `targets` is undefined, the user picks from the backfills that
 * pass the filter; the backfills that are selected in the tree are ticked. Without `options`, the user picks one of all
 * known backfills instead.
 * @throws SequinError if there is nothing to pick because sinks couldn't be loaded
 */
export async function resolveBackfills(
  context: CommandContext,
  targets: readonly Target[] | undefined,
  options?: PickManyOptions<TargetBackfill>,
): Promise<readonly TargetBackfill[]> {
  if (targets === undefined) {
    return pickOneOrMany(context, createBackfillPicker(), options);
  }
  const targetBackfills = targets.flatMap((target) => findTargetBackfill(context.servers, target) ?? []);
  return [...new Map(targetBackfills.map((target) => [target.backfill, target])).values()];
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

/** A quick pick of targets. */
interface Picker<T> {
  readonly placeholder: string;
  /** Creates the message that is shown if there are no candidates, or if the filter excludes all of them. */
  readonly emptyMessage: (candidates: readonly T[]) => string;
  /** The id of the only connection to pick from; undefined to pick from all connections. */
  readonly connectionId?: string | undefined;
  /** Loads what the items need in addition to the sinks. Returns the failure, if any. */
  readonly load?: (monitor: ServerMonitor) => Promise<Failure | undefined>;
  readonly createItems: (servers: ServerRegistry, monitor: ServerMonitor) => PickItem<T>[];
  /** Whether a target can be picked. By default, every target can. */
  readonly filter?: (target: T) => boolean;
}

function createSinkPicker(): Picker<TargetSink> {
  return {
    placeholder: l10n.t('Select a sink'),
    emptyMessage: () => l10n.t('There are no sinks yet.'),
    createItems: createSinkItems,
  };
}

function createBackfillPicker(): Picker<TargetBackfill> {
  return {
    placeholder: l10n.t('Select a backfill'),
    emptyMessage: () => l10n.t('No backfills are loaded. Expand a sink to load its backfills.'),
    createItems: createBackfillItems,
  };
}

/**
 * Lets the user pick several targets, and ticks those that are selected in the tree. Without `options`, lets the user
 * pick one target.
 */
async function pickOneOrMany<T extends TargetSink | TargetBackfill>(
  context: CommandContext,
  picker: Picker<T>,
  options: PickManyOptions<T> | undefined,
): Promise<readonly T[]> {
  if (options === undefined) {
    const picked = await pickOne(context, picker);
    return picked === undefined ? [] : [picked];
  }
  const selectedKeys = new Set(
    context
      .getSelection()
      .filter((row) => row.kind === 'sink' || row.kind === 'backfill')
      .map(getRefKey),
  );
  return pick(context, { ...picker, ...options }, (items) =>
    context.ui.pickMany(options.placeholder, items, (target) =>
      selectedKeys.has(getRefKey(toPageRef(target))),
    ),
  );
}

async function pickOne<T>(context: ActionContext, picker: Picker<T>): Promise<T | undefined> {
  return pick(context, picker, (items) => context.ui.pickOne(picker.placeholder, items));
}

/**
 * Opens a quick pick of targets. Adds the targets of each server when they have loaded. If no server has targets to
 * pick, shows a message.
 * @throws SequinError if there are no targets to pick and a request failed
 */
async function pick<T, R>(
  { ui, servers }: ActionContext,
  { emptyMessage, connectionId, load, createItems, filter = () => true }: Picker<T>,
  open: (items: PickItems<T>) => Promise<R>,
): Promise<R> {
  const monitors = servers.monitors.filter(
    ({ connection }) => connectionId === undefined || connection.id === connectionId,
  );
  const loaded: { candidates: T[]; itemCount: number; failure: Failure | undefined }[] = [];
  const lists = monitors.map(async (monitor) => {
    await monitor.ensureCurrentSinks();
    const { loadedAt, failure: sinksFailure } = monitor.snapshot.sinksLoad;
    const failure = (loadedAt === undefined ? undefined : await load?.(monitor)) ?? sinksFailure;
    const allItems = createItems(servers, monitor);
    const items = allItems.filter(({ value }) => filter(value));
    loaded.push({ candidates: allItems.map(({ value }) => value), itemCount: items.length, failure });
    return {
      items,
      ...(failure && { problem: describeFailure(failure, monitor.connection.name).sentence }),
    };
  });
  const picked = await open({ lists });
  if (loaded.length === monitors.length && loaded.every(({ itemCount }) => itemCount === 0)) {
    const failure = loaded.find((list) => list.failure !== undefined)?.failure;
    if (failure !== undefined) {
      throw new SequinError(failure);
    }
    if (monitors.length > 0) {
      ui.showMessage('information', emptyMessage(loaded.flatMap(({ candidates }) => candidates)));
    }
  }
  return picked;
}
