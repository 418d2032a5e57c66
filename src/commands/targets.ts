import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { SequinError } from '../api/failure.ts';
import { compareNewestFirst, isOpen, type Backfill } from '../model/Backfill.ts';
import { compareByName, type Sink } from '../model/Sink.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import { backfillsOf, findBackfill, type Snapshot } from '../monitor/Snapshot.ts';
import { backfillDescription, tableName } from '../text/backfillText.ts';
import { sinkDescription, sinkName } from '../text/sinkText.ts';
import type { CommandParts } from './Command.ts';

// What a command is about: the row that it was called on, or what the user picks.

/** An id in what a command was called with, which may be anything. */
export function idIn(target: unknown, name: 'sinkId' | 'backfillId'): string | undefined {
  const value =
    typeof target === 'object' && target !== null ? (target as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The sink of the row, or the one that the user picks; undefined if none was picked. */
export async function targetSink({ monitors }: CommandParts, target: unknown): Promise<Sink | undefined> {
  const monitor = monitors.current;
  const sinkId = idIn(target, 'sinkId');
  if (monitor === undefined || sinkId !== undefined) {
    return monitor?.snapshot.sinks.get(sinkId ?? '');
  }
  return pick(monitor, t('Which sink?'), t('There are no sinks yet.'), (snapshot) =>
    [...snapshot.sinks.values()].sort(compareByName).map((sink) => ({
      label: sinkName(sink),
      description: sinkDescription(sink, backfillsOf(snapshot, sink.id).filter(isOpen)),
      value: sink,
    })),
  );
}

/** The backfill of the row, or the one that the user picks of all that are known. */
export async function targetBackfill(
  { monitors }: CommandParts,
  target: unknown,
): Promise<Backfill | undefined> {
  const monitor = monitors.current;
  const sinkId = idIn(target, 'sinkId');
  const backfillId = idIn(target, 'backfillId');
  if (monitor === undefined) {
    return undefined;
  }
  if (sinkId !== undefined && backfillId !== undefined) {
    return findBackfill(monitor.snapshot, sinkId, backfillId);
  }
  const none = t('No backfill runs. Expand a sink to see its past ones.');
  return pick(monitor, t('Which backfill?'), none, (snapshot) => backfillItems(monitor, snapshot));
}

/** What is asked where a command is called on no row. */
export interface BackfillQuestion {
  readonly placeHolder: string;
  /** What is said where there is nothing to pick. */
  readonly none: string;
  readonly suits: (backfill: Backfill) => boolean;
}

/** The backfills of the rows, or those that the user picks of all that suit; the rows selected in the tree are picked at first. */
export async function targetBackfills(
  parts: CommandParts,
  target: unknown,
  selected: unknown,
  { placeHolder, none, suits }: BackfillQuestion,
): Promise<Backfill[]> {
  const monitor = parts.monitors.current;
  if (monitor === undefined) {
    return [];
  }
  if (target !== undefined) {
    return rowsOf(target, selected).flatMap((row) => backfillOf(monitor.snapshot, row) ?? []);
  }
  await ensureSinks(monitor);
  const items = backfillItems(monitor, monitor.snapshot).filter(({ value }) => suits(value));
  const before = new Set(parts.selection().map((row) => idIn(row, 'backfillId')));
  return pickMany(items, before, placeHolder, none);
}

/** The open backfills of the sinks of the rows, or of the sink that the user picks; undefined where there is no such sink. */
export async function openBackfillsOf(
  parts: CommandParts,
  target: unknown,
  selected: unknown,
): Promise<Backfill[] | undefined> {
  const picked = target === undefined ? await targetSink(parts, target) : undefined;
  // Read after the user picked: what there is to pick from may have been asked for then.
  const snapshot = parts.monitors.current?.snapshot;
  const ids = picked === undefined ? rowsOf(target, selected).map((row) => idIn(row, 'sinkId')) : [picked.id];
  const known = ids.filter((id) => id !== undefined && snapshot?.sinks.has(id) === true);
  return snapshot === undefined || known.length === 0
    ? undefined
    : known.flatMap((id) => backfillsOf(snapshot, id ?? '').filter(isOpen));
}

/** The selected rows, where the one that was called on is among them; else that one. */
export function rowsOf(target: unknown, selected: unknown): readonly unknown[] {
  return Array.isArray(selected) && selected.includes(target) ? selected : [target];
}

function backfillOf(snapshot: Snapshot, row: unknown): Backfill | undefined {
  return findBackfill(snapshot, idIn(row, 'sinkId') ?? '', idIn(row, 'backfillId') ?? '');
}

type Item<T> = vscode.QuickPickItem & { readonly value: T };

function backfillItems(monitor: Monitor, snapshot: Snapshot): Item<Backfill>[] {
  return [...snapshot.sinks.values()]
    .flatMap((sink) => backfillsOf(snapshot, sink.id).map((backfill) => ({ sink, backfill })))
    .sort((a, b) => compareNewestFirst(a.backfill, b.backfill))
    .map(({ sink, backfill }) => ({
      label: tableName(backfill),
      description: `${sinkName(sink)} · ${backfillDescription(backfill, monitor.serverNow)}`,
      value: backfill,
    }));
}

/** Lets the user pick some; Enter with none ticked takes the one that is highlighted. */
async function pickMany(
  items: readonly Item<Backfill>[],
  before: ReadonlySet<string | undefined>,
  placeHolder: string,
  none: string,
): Promise<Backfill[]> {
  if (items.length === 0) {
    void vscode.window.showInformationMessage(none);
    return [];
  }
  const input = vscode.window.createQuickPick<Item<Backfill>>();
  input.canSelectMany = true;
  input.placeholder = placeHolder;
  input.matchOnDescription = true;
  input.items = items;
  input.selectedItems = items.filter(({ value }) => before.has(value.id));
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

/** @throws SequinError where nothing is known and the server does not tell. */
async function ensureSinks(monitor: Monitor): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: 'sequin.sinks' } }, () => monitor.ensureSinks());
  const { loadedAt, failure } = monitor.snapshot.sinksLoad;
  if (loadedAt === undefined && failure !== undefined) {
    throw new SequinError(failure);
  }
}

async function pick<T>(
  monitor: Monitor,
  placeHolder: string,
  none: string,
  itemsOf: (snapshot: Snapshot) => Item<T>[],
): Promise<T | undefined> {
  await ensureSinks(monitor);
  const items = itemsOf(monitor.snapshot);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.value;
}
