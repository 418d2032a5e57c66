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
  return pick(monitor, t('Which backfill?'), none, (snapshot) =>
    [...snapshot.sinks.values()]
      .flatMap((sink) => backfillsOf(snapshot, sink.id).map((backfill) => ({ sink, backfill })))
      .sort((a, b) => compareNewestFirst(a.backfill, b.backfill))
      .map(({ sink, backfill }) => ({
        label: tableName(backfill),
        description: `${sinkName(sink)} · ${backfillDescription(backfill, monitor.serverNow)}`,
        value: backfill,
      })),
  );
}

async function pick<T>(
  monitor: Monitor,
  placeHolder: string,
  none: string,
  itemsOf: (snapshot: Snapshot) => (vscode.QuickPickItem & { readonly value: T })[],
): Promise<T | undefined> {
  await vscode.window.withProgress({ location: { viewId: 'sequin.sinks' } }, () => monitor.ensureSinks());
  const { loadedAt, failure } = monitor.snapshot.sinksLoad;
  if (loadedAt === undefined && failure !== undefined) {
    throw new SequinError(failure);
  }
  const items = itemsOf(monitor.snapshot);
  if (items.length === 0) {
    void vscode.window.showInformationMessage(none);
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.value;
}
