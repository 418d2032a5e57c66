import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type KnownTable, listKnownTables, qualifyTableName } from '../../model/tables.ts';
import { getLiveStatus } from '../../servers/liveStatus.ts';
import { getBackfillsOfSink } from '../../servers/Snapshot.ts';
import { DisposableBase } from '../../shared/lifecycle.ts';
import { describeBackfill } from '../../text/backfillText.ts';
import { getStatusIcon } from '../../text/icons.ts';
import { formatSinkName } from '../../text/sinkText.ts';
import { toDisplayText } from '../../text/toDisplayText.ts';
import { findWorkspaceTables } from '../../yaml/searchWorkspaceYaml.ts';
import type { TargetSink } from '../targetItems.ts';

/** The tables that the user picked, or `'console'` to continue in Sequin's console. */
type PickedTables = readonly string[] | 'console';

interface TableItem extends vscode.QuickPickItem {
  readonly table: string;
}

/**
 * Lets the user pick known tables of a sink, or type the name of another table. Returns no tables if the list is
 * closed.
 */
export async function pickTables(target: TargetSink): Promise<PickedTables> {
  const picker = new TablePicker(target);
  try {
    return await picker.pick();
  } finally {
    picker.dispose();
  }
}

/**
 * A quick pick of tables. While it is open, tables are added when backfills and `sequin.yaml` files are loaded, and
 * when the user types.
 */
class TablePicker extends DisposableBase {
  readonly #target: TargetSink;
  readonly #input = this.register(vscode.window.createQuickPick<TableItem>());
  /**
   * All tables that the user has ever ticked, even if they are no longer ticked. They stay listed when the typed text
   * changes.
   */
  readonly #everTickedTables = new Set<string>();
  #workspaceTables: readonly string[] = [];
  #tables: readonly KnownTable[];

  constructor(target: TargetSink) {
    super();
    this.#target = target;
    this.#tables = this.#listTables();
    this.#input.title = l10n.t('Backfill tables of {0}', formatSinkName(target.sink));
    this.#input.placeholder = l10n.t('Select tables to backfill, or type schema.table');
    this.#input.canSelectMany = true;
    this.#input.matchOnDescription = true;
    this.#input.keepScrollPosition = true;
    this.#input.buttons = [
      {
        iconPath: new vscode.ThemeIcon('link-external'),
        tooltip: l10n.t('Open Sequin Console for a Partial Backfill or a Query Timeout'),
      },
    ];
    this.#updateItems();
    this.register(target.monitor.watch('view', () => [target.sink.id]));
    this.register(
      target.monitor.onDidChange(({ changedSinkIds }) => {
        if (changedSinkIds.has(target.sink.id)) {
          this.#updateTables();
        }
      }),
    );
    this.#input.onDidChangeValue((value) => {
      this.#updateItems(qualifyTableName(value.trim()));
    });
  }

  async pick(): Promise<PickedTables> {
    const picked = new Promise<PickedTables>((resolve) => {
      this.#input.onDidTriggerButton(() => {
        resolve('console');
      });
      this.#input.onDidChangeSelection((items) => {
        for (const { table } of items) {
          this.#everTickedTables.add(table);
        }
      });
      this.#input.onDidAccept(() => {
        resolve(this.#getChosenTables());
      });
      this.#input.onDidHide(() => {
        resolve([]);
      });
    });
    this.#input.show();
    void this.#addWorkspaceTables();
    return picked;
  }

  /**
   * Adds the tables that the workspace's `sequin.yaml` files mention for the sink: the server may not list these
   * tables.
   */
  async #addWorkspaceTables(): Promise<void> {
    const { sink } = this.#target;
    this.#input.busy = true;
    this.#workspaceTables = await findWorkspaceTables(sink.name);
    if (!this.isDisposed) {
      this.#updateTables();
      this.#input.busy = false;
    }
  }

  #listTables(): readonly KnownTable[] {
    const { monitor, sink } = this.#target;
    return listKnownTables(sink, getBackfillsOfSink(monitor.snapshot, sink.id), this.#workspaceTables);
  }

  /**
   * Updates the list only if the keys of its tables changed: a needless update could undo a tick that the user is just
   * setting.
   */
  #updateTables(): void {
    const previousKeys = this.#tables.map(getTableKey).join();
    this.#tables = this.#listTables();
    if (this.#tables.map(getTableKey).join() !== previousKeys) {
      this.#updateItems();
    }
  }

  /**
   * Lists the known tables and the typed one, and keeps the ticks. Highlights a table that matches the typed text:
   * `preferredTable` or, if that doesn't match, the previously highlighted table or the first match.
   */
  #updateItems(preferredTable = this.#input.activeItems[0]?.table): void {
    const input = this.#input;
    const tickedTables = new Set(input.selectedItems.map(({ table }) => table));
    const previousTable = input.activeItems[0]?.table;
    const items = this.#createItems();
    input.items = items;
    input.selectedItems = items.filter(({ table }) => tickedTables.has(table));
    // VS Code doesn't highlight any item of a multi-select list on its own. If no item is ticked, Enter accepts the
    // highlighted one.
    const matching = items.filter(({ table }) => includesText(table, input.value.trim()));
    const highlighted =
      matching.find(({ table }) => table === preferredTable) ??
      matching.find(({ table }) => table === previousTable) ??
      matching[0];
    if (highlighted !== undefined) {
      input.activeItems = [highlighted];
    }
  }

  #createItems(): TableItem[] {
    const value = this.#input.value.trim();
    const otherTables = new Set([
      ...this.#everTickedTables,
      ...(value === '' ? [] : [qualifyTableName(value)]),
    ]);
    for (const { name } of this.#tables) {
      otherTables.delete(name);
    }
    return [
      ...this.#tables.map((table) => this.#createKnownItem(table)),
      ...[...otherTables].map((table) => ({
        label: toDisplayText(table),
        description: l10n.t('Use this table'),
        iconPath: new vscode.ThemeIcon('add'),
        alwaysShow: true,
        table,
      })),
    ];
  }

  /** Returns the ticked tables; if none is ticked, the highlighted one; if none is highlighted, the typed one. */
  #getChosenTables(): readonly string[] {
    const tickedTables = this.#input.selectedItems.map(({ table }) => table);
    if (tickedTables.length > 0) {
      return tickedTables;
    }
    const value = this.#input.value.trim();
    const highlightedTables = this.#input.activeItems.map(({ table }) => table);
    return highlightedTables.length > 0 || value === '' ? highlightedTables : [qualifyTableName(value)];
  }

  #createKnownItem({ name, latestBackfill }: KnownTable): TableItem {
    const label = toDisplayText(name);
    if (latestBackfill === undefined) {
      const iconPath = new vscode.ThemeIcon('circle-large-outline');
      return { label, description: l10n.t('No backfill yet'), iconPath, table: name };
    }
    const { snapshot, serverNow } = this.#target.monitor;
    const live = getLiveStatus(snapshot, latestBackfill, serverNow);
    return {
      label,
      description: describeBackfill(latestBackfill, serverNow, { live, withState: true }),
      iconPath: new vscode.ThemeIcon(getStatusIcon(live.status)),
      table: name,
    };
  }
}

/**
 * Returns a key that changes with what the list shows of a table. The key ignores the progress, because that changes
 * with every poll.
 */
function getTableKey({ name, latestBackfill }: KnownTable): string {
  return `${name} ${latestBackfill?.id ?? ''} ${latestBackfill?.state ?? ''}`;
}

function includesText(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
