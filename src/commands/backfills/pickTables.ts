import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { Sink } from '../../model/Sink.ts';
import { listKnownTables, qualifyTableName, type KnownTable } from '../../model/tables.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { backfillsOf } from '../../servers/Snapshot.ts';
import { describeBackfill } from '../../text/backfillText.ts';
import { formatSinkName } from '../../text/sinkText.ts';
import { findWorkspaceTables } from '../../yaml/findWorkspaceTables.ts';

interface TableItem extends vscode.QuickPickItem {
  /** Undefined: the item that leads to the console. */
  readonly table?: string;
}

/**
 * Lets the user name tables of a sink: those that are known are listed, another one can be typed. `'console'`
 * where what is wanted can only be had there; empty where nothing is.
 */
export async function pickTables(monitor: ServerMonitor, sink: Sink): Promise<readonly string[] | 'console'> {
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
        label: table,
        description: t('as typed'),
        alwaysShow: true,
        table,
      })),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      consoleItem,
    ];
    const tableItems = input.items.filter(({ table }) => table !== undefined);
    input.selectedItems = tableItems.filter(({ table }) => chosenTables.has(table));
    // A list with ticks highlights nothing by itself, and Enter is to take what is meant.
    const matchingItems = tableItems.filter(({ label }) => label.toLowerCase().includes(value.toLowerCase()));
    const matched = matchingItems.find(({ table }) => table === activeItem?.table) ?? matchingItems[0];
    // What is learned meanwhile is drawn too: the highlight stays where the user has put it.
    const highlighted = value === renderedValue && activeItem === consoleItem ? consoleItem : matched;
    if (highlighted !== undefined) {
      input.activeItems = [highlighted];
    }
    renderedValue = value;
  };

  /** Draws what was learned. A list that stays as it is is not drawn: a tick on its way to us would be lost. */
  const updateTables = (): void => {
    const previousKeys = currentTables.map(getTableKey).join();
    currentTables = listKnownTables(sink, backfillsOf(monitor.snapshot, sink.id), yamlTables);
    if (currentTables.map(getTableKey).join() !== previousKeys) {
      updateItems();
    }
  };

  /** What is ticked; else what is highlighted, as long as it is what the typed text leads to; else that text. */
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
      currentTables = listKnownTables(sink, backfillsOf(monitor.snapshot, sink.id));
      updateItems();
      input.show();
      input.busy = true;
      // Past backfills and the workspace's files name tables that the sink itself does not.
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

/** What the list says of a table, but for how far it is, which moves at every look. */
function getTableKey({ name, latestBackfill }: KnownTable): string {
  return `${name} ${latestBackfill?.id ?? ''} ${latestBackfill?.state ?? ''}`;
}

function createTableItem({ name, latestBackfill }: KnownTable, monitor: ServerMonitor): TableItem {
  return {
    label: name,
    description:
      latestBackfill === undefined
        ? t('no backfill yet')
        : describeBackfill(latestBackfill, monitor.serverNow),
    table: name,
  };
}
