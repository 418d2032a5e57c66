import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { viewIds } from '../contributions/viewIds.ts';
import { SequinError } from '../api/failure.ts';
import { compareNewestFirst, isUnfinished, type Backfill } from '../model/Backfill.ts';
import { compareSinksByName, type Sink } from '../model/Sink.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { backfillsOf, findBackfill } from '../servers/Snapshot.ts';
import { describeBackfill, formatTableName } from '../text/backfillText.ts';
import { describeSink, formatSinkName } from '../text/sinkText.ts';
import type { CommandContext } from './CommandHandler.ts';

// What a command is about: the row that it was called on, or what the user picks.

/** A sink, and the monitor of its server. */
export interface TargetSink {
  readonly monitor: ServerMonitor;
  readonly sink: Sink;
}

/** A backfill, and the monitor of its server. */
export interface TargetBackfill {
  readonly monitor: ServerMonitor;
  readonly backfill: Backfill;
}

/** An id or address in what a command was called with, which may be anything. */
export function stringField(target: unknown, field: 'address' | 'sinkId' | 'backfillId'): string | undefined {
  const value =
    typeof target === 'object' && target !== null ? (target as Record<string, unknown>)[field] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The sink of the row, or the one that the user picks; undefined if none was picked. */
export async function resolveSink(context: CommandContext, target: unknown): Promise<TargetSink | undefined> {
  return stringField(target, 'sinkId') === undefined
    ? pickSink(context.servers, target)
    : findTargetSink(context.servers, target);
}

/** The backfill of the row, or the one that the user picks of all that are known. */
export async function resolveBackfill(
  { servers }: CommandContext,
  target: unknown,
): Promise<TargetBackfill | undefined> {
  if (stringField(target, 'sinkId') !== undefined && stringField(target, 'backfillId') !== undefined) {
    return findTargetBackfill(servers, target);
  }
  const emptyMessage = t('No backfill runs. Expand a sink to see its past ones.');
  return pickOne(servers, t('Which backfill?'), emptyMessage, () => createBackfillItems(servers));
}

/** What is asked where a command is called on no row. */
export interface BackfillPickOptions {
  readonly placeHolder: string;
  /** What is said where there is nothing to pick. */
  readonly emptyMessage: string;
  readonly filter: (target: TargetBackfill) => boolean;
}

/** The backfills of the rows, or those that the user picks of all that suit; the rows selected in the tree are picked at first. */
export async function resolveBackfills(
  context: CommandContext,
  target: unknown,
  selected: unknown,
  { placeHolder, emptyMessage, filter }: BackfillPickOptions,
): Promise<TargetBackfill[]> {
  const { servers } = context;
  if (servers.monitors.length === 0) {
    return [];
  }
  if (target !== undefined) {
    return getTargetRows(target, selected).flatMap((row) => findTargetBackfill(servers, row) ?? []);
  }
  await ensureSinks(servers);
  const items = createBackfillItems(servers).filter(({ value }) => filter(value));
  const preselectedIds = new Set(context.getSelection().map((row) => stringField(row, 'backfillId')));
  return pickBackfills(items, preselectedIds, placeHolder, emptyMessage);
}

/** The open backfills of the sinks of the rows, or of the sink that the user picks; undefined where there is no such sink. */
export async function resolveUnfinishedBackfills(
  { servers }: CommandContext,
  target: unknown,
  selected: unknown,
): Promise<TargetBackfill[] | undefined> {
  const sinks =
    target === undefined
      ? [await pickSink(servers, target)]
      : getTargetRows(target, selected).map((row) => findTargetSink(servers, row));
  const foundSinks = sinks.filter((sink) => sink !== undefined);
  return foundSinks.length === 0
    ? undefined
    : foundSinks.flatMap(({ monitor, sink }) =>
        backfillsOf(monitor.snapshot, sink.id)
          .filter(isUnfinished)
          .map((backfill) => ({ monitor, backfill })),
      );
}

/** The selected rows, where the one that was called on is among them; else that one. */
export function getTargetRows(target: unknown, selected: unknown): readonly unknown[] {
  return Array.isArray(selected) && selected.includes(target) ? selected : [target];
}

/** What a server is called where it is one of several; '' where there is nothing to tell it from. */
function formatServerPrefix({ all }: ServerRegistry, { connection }: ServerMonitor): string {
  return all.length > 1 ? connection.name : '';
}

function findTargetSink(servers: ServerRegistry, row: unknown): TargetSink | undefined {
  const monitor = servers.getMonitor(stringField(row, 'address') ?? '');
  const sink = monitor?.snapshot.sinks.get(stringField(row, 'sinkId') ?? '');
  return monitor && sink && { monitor, sink };
}

function findTargetBackfill(servers: ServerRegistry, row: unknown): TargetBackfill | undefined {
  const monitor = servers.getMonitor(stringField(row, 'address') ?? '');
  const backfill =
    monitor &&
    findBackfill(monitor.snapshot, stringField(row, 'sinkId') ?? '', stringField(row, 'backfillId') ?? '');
  return monitor && backfill && { monitor, backfill };
}

/** Lets the user pick a sink: of the server of a row, where it names one. */
async function pickSink(servers: ServerRegistry, row: unknown): Promise<TargetSink | undefined> {
  const address = stringField(row, 'address');
  return pickOne(servers, t('Which sink?'), t('There are no sinks yet.'), () =>
    servers.monitors
      .filter(({ connection }) => address === undefined || connection.address === address)
      .flatMap((monitor) => [...monitor.snapshot.sinks.values()].map((sink) => ({ monitor, sink })))
      .sort((a, b) => compareSinksByName(a.sink, b.sink))
      .map(({ monitor, sink }) => ({
        label: formatSinkName(sink),
        description: joinTexts(
          formatServerPrefix(servers, monitor),
          describeSink(sink, backfillsOf(monitor.snapshot, sink.id).filter(isUnfinished)),
        ),
        value: { monitor, sink },
      })),
  );
}

type PickItem<T> = vscode.QuickPickItem & { readonly value: T };

function createBackfillItems(servers: ServerRegistry): PickItem<TargetBackfill>[] {
  return servers.monitors
    .flatMap((monitor) =>
      [...monitor.snapshot.sinks.values()].flatMap((sink) =>
        backfillsOf(monitor.snapshot, sink.id).map((backfill) => ({ monitor, sink, backfill })),
      ),
    )
    .sort((a, b) => compareNewestFirst(a.backfill, b.backfill))
    .map(({ monitor, sink, backfill }) => ({
      label: formatTableName(backfill),
      description: joinTexts(
        formatServerPrefix(servers, monitor),
        formatSinkName(sink),
        describeBackfill(backfill, monitor.serverNow),
      ),
      value: { monitor, backfill },
    }));
}

function joinTexts(...texts: readonly string[]): string {
  return texts.filter(Boolean).join(' · ');
}

/** Lets the user pick some; Enter with none ticked takes the one that is highlighted. */
async function pickBackfills(
  items: readonly PickItem<TargetBackfill>[],
  preselectedIds: ReadonlySet<string | undefined>,
  placeHolder: string,
  emptyMessage: string,
): Promise<TargetBackfill[]> {
  if (items.length === 0) {
    void vscode.window.showInformationMessage(emptyMessage);
    return [];
  }
  const input = vscode.window.createQuickPick<PickItem<TargetBackfill>>();
  input.canSelectMany = true;
  input.placeholder = placeHolder;
  input.matchOnDescription = true;
  input.items = items;
  input.selectedItems = items.filter(({ value }) => preselectedIds.has(value.backfill.id));
  // VS Code highlights nothing by itself where several can be ticked.
  input.activeItems = items.slice(0, 1);
  try {
    return await new Promise((resolve) => {
      input.onDidAccept(() => {
        const chosen = input.selectedItems.length > 0 ? input.selectedItems : input.activeItems;
        resolve(chosen.map(({ value }) => value));
      });
      input.onDidHide(() => {
        resolve([]);
      });
      input.show();
    });
  } finally {
    input.dispose();
  }
}

/** @throws SequinError where nothing is known of any server, and none tells. */
async function ensureSinks({ monitors }: ServerRegistry): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: viewIds.sinks } }, () =>
    Promise.all(monitors.map((monitor) => monitor.ensureSinks())),
  );
  const loads = monitors.map(({ snapshot }) => snapshot.sinksLoad);
  const failure = loads.find((load) => load.failure !== undefined)?.failure;
  if (failure !== undefined && loads.every(({ loadedAt }) => loadedAt === undefined)) {
    throw new SequinError(failure);
  }
}

async function pickOne<T>(
  servers: ServerRegistry,
  placeHolder: string,
  emptyMessage: string,
  createItems: () => PickItem<T>[],
): Promise<T | undefined> {
  if (servers.monitors.length === 0) {
    return undefined;
  }
  await ensureSinks(servers);
  const items = createItems();
  if (items.length === 0) {
    void vscode.window.showInformationMessage(emptyMessage);
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.value;
}
