import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { SequinError } from '../api/failure.ts';
import { compareNewestFirst, isOpen, type Backfill } from '../model/Backfill.ts';
import { compareByName, type Sink } from '../model/Sink.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Monitors } from '../monitor/Monitors.ts';
import { backfillsOf, findBackfill } from '../monitor/Snapshot.ts';
import { backfillDescription, tableName } from '../text/backfillText.ts';
import { sinkDescription, sinkName } from '../text/sinkText.ts';
import type { CommandParts } from './Command.ts';

// What a command is about: the row that it was called on, or what the user picks.

/** A sink, and the monitor of its server. */
export interface TargetSink {
  readonly monitor: Monitor;
  readonly sink: Sink;
}

/** A backfill, and the monitor of its server. */
export interface TargetBackfill {
  readonly monitor: Monitor;
  readonly backfill: Backfill;
}

/** An id or address in what a command was called with, which may be anything. */
export function textIn(target: unknown, name: 'address' | 'sinkId' | 'backfillId'): string | undefined {
  const value =
    typeof target === 'object' && target !== null ? (target as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The sink of the row, or the one that the user picks; undefined if none was picked. */
export async function targetSink(parts: CommandParts, target: unknown): Promise<TargetSink | undefined> {
  return textIn(target, 'sinkId') === undefined
    ? pickSink(parts.monitors, target)
    : sinkOf(parts.monitors, target);
}

/** The backfill of the row, or the one that the user picks of all that are known. */
export async function targetBackfill(
  { monitors }: CommandParts,
  target: unknown,
): Promise<TargetBackfill | undefined> {
  if (textIn(target, 'sinkId') !== undefined && textIn(target, 'backfillId') !== undefined) {
    return backfillOf(monitors, target);
  }
  const none = t('No backfill runs. Expand a sink to see its past ones.');
  return pick(monitors, t('Which backfill?'), none, () => backfillItems(monitors));
}

/** What is asked where a command is called on no row. */
export interface BackfillQuestion {
  readonly placeHolder: string;
  /** What is said where there is nothing to pick. */
  readonly none: string;
  readonly suits: (target: TargetBackfill) => boolean;
}

/** The backfills of the rows, or those that the user picks of all that suit; the rows selected in the tree are picked at first. */
export async function targetBackfills(
  parts: CommandParts,
  target: unknown,
  selected: unknown,
  { placeHolder, none, suits }: BackfillQuestion,
): Promise<TargetBackfill[]> {
  const { monitors } = parts;
  if (monitors.all.length === 0) {
    return [];
  }
  if (target !== undefined) {
    return rowsOf(target, selected).flatMap((row) => backfillOf(monitors, row) ?? []);
  }
  await ensureSinks(monitors);
  const items = backfillItems(monitors).filter(({ value }) => suits(value));
  const before = new Set(parts.selection().map((row) => textIn(row, 'backfillId')));
  return pickMany(items, before, placeHolder, none);
}

/** The open backfills of the sinks of the rows, or of the sink that the user picks; undefined where there is no such sink. */
export async function openBackfillsOf(
  { monitors }: CommandParts,
  target: unknown,
  selected: unknown,
): Promise<TargetBackfill[] | undefined> {
  const sinks =
    target === undefined
      ? [await pickSink(monitors, target)]
      : rowsOf(target, selected).map((row) => sinkOf(monitors, row));
  const known = sinks.filter((sink) => sink !== undefined);
  return known.length === 0
    ? undefined
    : known.flatMap(({ monitor, sink }) =>
        backfillsOf(monitor.snapshot, sink.id)
          .filter(isOpen)
          .map((backfill) => ({ monitor, backfill })),
      );
}

/** The selected rows, where the one that was called on is among them; else that one. */
export function rowsOf(target: unknown, selected: unknown): readonly unknown[] {
  return Array.isArray(selected) && selected.includes(target) ? selected : [target];
}

/** What a server is called where it is one of several; '' where there is nothing to tell it from. */
function serverPrefix({ servers }: Monitors, { connection }: Monitor): string {
  return servers.length > 1 ? connection.name : '';
}

function sinkOf(monitors: Monitors, row: unknown): TargetSink | undefined {
  const monitor = monitors.of(textIn(row, 'address') ?? '');
  const sink = monitor?.snapshot.sinks.get(textIn(row, 'sinkId') ?? '');
  return monitor && sink && { monitor, sink };
}

function backfillOf(monitors: Monitors, row: unknown): TargetBackfill | undefined {
  const monitor = monitors.of(textIn(row, 'address') ?? '');
  const backfill =
    monitor && findBackfill(monitor.snapshot, textIn(row, 'sinkId') ?? '', textIn(row, 'backfillId') ?? '');
  return monitor && backfill && { monitor, backfill };
}

/** Lets the user pick a sink: of the server of a row, where it names one. */
async function pickSink(monitors: Monitors, row: unknown): Promise<TargetSink | undefined> {
  const address = textIn(row, 'address');
  return pick(monitors, t('Which sink?'), t('There are no sinks yet.'), () =>
    monitors.all
      .filter(({ connection }) => address === undefined || connection.address === address)
      .flatMap((monitor) => [...monitor.snapshot.sinks.values()].map((sink) => ({ monitor, sink })))
      .sort((a, b) => compareByName(a.sink, b.sink))
      .map(({ monitor, sink }) => ({
        label: sinkName(sink),
        description: joined(
          serverPrefix(monitors, monitor),
          sinkDescription(sink, backfillsOf(monitor.snapshot, sink.id).filter(isOpen)),
        ),
        value: { monitor, sink },
      })),
  );
}

type Item<T> = vscode.QuickPickItem & { readonly value: T };

function backfillItems(monitors: Monitors): Item<TargetBackfill>[] {
  return monitors.all
    .flatMap((monitor) =>
      [...monitor.snapshot.sinks.values()].flatMap((sink) =>
        backfillsOf(monitor.snapshot, sink.id).map((backfill) => ({ monitor, sink, backfill })),
      ),
    )
    .sort((a, b) => compareNewestFirst(a.backfill, b.backfill))
    .map(({ monitor, sink, backfill }) => ({
      label: tableName(backfill),
      description: joined(
        serverPrefix(monitors, monitor),
        sinkName(sink),
        backfillDescription(backfill, monitor.serverNow),
      ),
      value: { monitor, backfill },
    }));
}

function joined(...texts: readonly string[]): string {
  return texts.filter(Boolean).join(' · ');
}

/** Lets the user pick some; Enter with none ticked takes the one that is highlighted. */
async function pickMany(
  items: readonly Item<TargetBackfill>[],
  before: ReadonlySet<string | undefined>,
  placeHolder: string,
  none: string,
): Promise<TargetBackfill[]> {
  if (items.length === 0) {
    void vscode.window.showInformationMessage(none);
    return [];
  }
  const input = vscode.window.createQuickPick<Item<TargetBackfill>>();
  input.canSelectMany = true;
  input.placeholder = placeHolder;
  input.matchOnDescription = true;
  input.items = items;
  input.selectedItems = items.filter(({ value }) => before.has(value.backfill.id));
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
async function ensureSinks({ all }: Monitors): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: 'sequin.sinks' } }, () =>
    Promise.all(all.map((monitor) => monitor.ensureSinks())),
  );
  const loads = all.map(({ snapshot }) => snapshot.sinksLoad);
  const failure = loads.find((load) => load.failure !== undefined)?.failure;
  if (failure !== undefined && loads.every(({ loadedAt }) => loadedAt === undefined)) {
    throw new SequinError(failure);
  }
}

async function pick<T>(
  monitors: Monitors,
  placeHolder: string,
  none: string,
  itemsNow: () => Item<T>[],
): Promise<T | undefined> {
  if (monitors.all.length === 0) {
    return undefined;
  }
  await ensureSinks(monitors);
  const items = itemsNow();
  if (items.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.value;
}
