import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import { listKnownTables, qualifyTableName, type KnownTable } from '../../model/tables.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { getBackfillsOfSink } from '../../servers/Snapshot.ts';
import { describeBackfill } from '../../text/backfillText.ts';
import { formatSinkName } from '../../text/sinkText.ts';
import type { TargetSink } from '../resolveTargets.ts';
import { findWorkspaceTables } from '../../yaml/findWorkspaceTables.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';

interface TableItem extends vscode.QuickPickItem {
  /** Undefined for the item that opens the console. */
  readonly table?: string;
}

/**
 * Lets the user pick tables of a sink from the known ones, or type another one.
 * @returns the tables, `'console'` to continue in Sequin's console, or nothing if the picker was closed
 */
export async function pickTables({ monitor, sink }: TargetSink): Promise<readonly string[] | 'console'> {
  const input = vscode.window.createQuickPick<TableItem>();
  input.title = t('Backfill tables of {0}', formatSinkName(sink));
  input.placeholder = t('Tick tables, or type another one as schema.table');
  input.canSelectMany = true;
  input.matchOnDescription = true;
  input.keepScrollPosition = true;
  const consoleItem: TableItem = {
    label: `$(link-external) ${t('Only a part of a table, or with a time limit…')}`,
    description: t('in Sequin’s console'),
    alwaysShow: true,
  };
  let yamlTables: readonly string[] = [];
  const typedTables = new Set<string>();
  let currentTables: readonly KnownTable[] = [];
  let renderedValue = '';

  const updateItems = (): void => {
    const chosenTables = new Set(input.selectedItems.map(({ table }) => table));
    const [activeItem] = input.activeItems;
    const value = input.value.trim();
    const extraTables = new Set([...typedTables, ...(value === '' ? [] : [qualifyTableName(value)])]);
    for (const { name } of currentTables) {
      extraTables.delete(name);
    }
    input.items = [
      ...currentTables.map((table) => createTableItem(table, monitor)),
      ...[...extraTables].map((table) => ({
        label: toDisplayText(table),
        description: t('as typed'),
        alwaysShow: true,
        table,
      })),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      consoleItem,
    ];
    const tableItems = input.items.filter(({ table }) => table !== undefined);
    input.selectedItems = tableItems.filter(({ table }) => chosenTables.has(table));
    // VS Code highlights no item of a multi-select list by itself, and Enter accepts the highlighted one.
    const matchingItems = tableItems.filter(({ table = '' }) =>
      table.toLowerCase().includes(value.toLowerCase()),
    );
    const matched = matchingItems.find(({ table }) => table === activeItem?.table) ?? matchingItems[0];
    // An update of the list while the console item is highlighted must not move the highlight.
    const highlighted = value === renderedValue && activeItem === consoleItem ? consoleItem : matched;
    if (highlighted !== undefined) {
      input.activeItems = [highlighted];
    }
    renderedValue = value;
  };

  /** Updates the list if its tables changed. A needless update could lose a checkbox that is being ticked. */
  const updateTables = (): void => {
    const previousKeys = currentTables.map(getTableKey).join();
    currentTables = listKnownTables(sink, getBackfillsOfSink(monitor.snapshot, sink.id), yamlTables);
    if (currentTables.map(getTableKey).join() !== previousKeys) {
      updateItems();
    }
  };

  /** The ticked tables; else the highlighted one if it matches the typed text; else the typed text. */
  const chosenTables = (): readonly string[] => {
    const tickedTables = input.selectedItems.flatMap(({ table }) => table ?? []);
    const value = input.value.trim();
    const highlighted = input.activeItems.flatMap(({ table }) => table ?? []);
    const matched = highlighted.filter((table) => table.toLowerCase().includes(value.toLowerCase()));
    return tickedTables.length > 0
      ? tickedTables
      : matched.length > 0 || value === ''
        ? matched
        : [qualifyTableName(value)];
  };

  const abortController = new AbortController();
  const subscription = monitor.onDidChange(({ changedSinkIds }) => {
    if (changedSinkIds.has(sink.id)) {
      updateTables();
    }
  });
  try {
    return await new Promise((resolve) => {
      input.onDidChangeValue(updateItems);
      input.onDidChangeSelection((items) => {
        if (items.includes(consoleItem)) {
          resolve('console');
        }
        for (const { table } of items) {
          if (table !== undefined) {
            typedTables.add(table);
          }
        }
      });
      input.onDidAccept(() => {
        resolve(
          input.activeItems.includes(consoleItem) && input.selectedItems.length === 0
            ? 'console'
            : chosenTables(),
        );
      });
      input.onDidHide(() => {
        resolve([]);
      });
      currentTables = listKnownTables(sink, getBackfillsOfSink(monitor.snapshot, sink.id));
      updateItems();
      input.show();
      input.busy = true;
      // Finished backfills and files in the workspace may contain tables that the sink doesn't list.
      monitor.ensureBackfillList(sink.id);
      findWorkspaceTables(sink.name, abortController.signal)
        .then((tables) => {
          yamlTables = tables;
          updateTables();
        })
        .catch(() => undefined)
        .finally(() => {
          input.busy = false;
        });
    });
  } finally {
    abortController.abort();
    subscription.dispose();
    input.dispose();
  }
}

/** A key of the parts of a table that the list shows, without the progress, which changes with every poll. */
function getTableKey({ name, latestBackfill }: KnownTable): string {
  return `${name} ${latestBackfill?.id ?? ''} ${latestBackfill?.state ?? ''}`;
}

function createTableItem({ name, latestBackfill }: KnownTable, monitor: ServerMonitor): TableItem {
  return {
    label: toDisplayText(name),
    description:
      latestBackfill === undefined
        ? t('no backfill yet')
        : describeBackfill(latestBackfill, monitor.serverNow),
    table: name,
  };
}
