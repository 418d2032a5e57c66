import * as vscode from 'vscode';
import { t } from '@vscode/l10n';
import type { Sink } from '../model/Sink.ts';
import { knownTables, qualifiedTable, type KnownTable } from '../model/tables.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import { backfillsOf } from '../monitor/Snapshot.ts';
import { backfillDescription } from '../text/backfillText.ts';
import { sinkName } from '../text/sinkText.ts';
import { workspaceTables } from '../yaml/workspaceTables.ts';

interface TableItem extends vscode.QuickPickItem {
  /** Undefined: the item that leads to the console. */
  readonly table?: string;
}

/**
 * Lets the user name tables of a sink: those that are known are listed, another one can be typed. `'console'`
 * where what is wanted can only be had there; empty where nothing is.
 */
export async function pickTables(monitor: Monitor, sink: Sink): Promise<readonly string[] | 'console'> {
  const input = vscode.window.createQuickPick<TableItem>();
  input.title = t('Backfill tables of {0}', sinkName(sink));
  input.placeholder = t('Tick tables, or type another one as schema.table');
  input.canSelectMany = true;
  input.matchOnDescription = true;
  input.keepScrollPosition = true;
  const inConsole: TableItem = {
    label: `$(link-external) ${t('Only a part of a table, or with a time limit…')}`,
    description: t('in Sequin’s console'),
    alwaysShow: true,
  };
  let fromYaml: readonly string[] = [];
  const typed = new Set<string>();
  let known: readonly KnownTable[] = [];
  let drawnFor = '';

  const draw = (): void => {
    const chosen = new Set(input.selectedItems.map(({ table }) => table));
    const [active] = input.activeItems;
    const value = input.value.trim();
    const others = new Set([...typed, ...(value === '' ? [] : [qualifiedTable(value)])]);
    for (const { name } of known) {
      others.delete(name);
    }
    input.items = [
      ...known.map((table) => tableItem(table, monitor)),
      ...[...others].map((table) => ({ label: table, description: t('as typed'), alwaysShow: true, table })),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      inConsole,
    ];
    const ofTable = input.items.filter(({ table }) => table !== undefined);
    input.selectedItems = ofTable.filter(({ table }) => chosen.has(table));
    // A list with ticks highlights nothing by itself, and Enter is to take what is meant.
    const led = ofTable.filter(({ label }) => label.toLowerCase().includes(value.toLowerCase()));
    const meant = led.find(({ table }) => table === active?.table) ?? led[0];
    // What is learned meanwhile is drawn too: the highlight stays where the user has put it.
    const highlighted = value === drawnFor && active === inConsole ? inConsole : meant;
    if (highlighted !== undefined) {
      input.activeItems = [highlighted];
    }
    drawnFor = value;
  };

  /** Draws what was learned. A list that stays as it is is not drawn: a tick on its way to us would be lost. */
  const learn = (): void => {
    const before = known.map(stateOf).join();
    known = knownTables(sink, backfillsOf(monitor.snapshot, sink.id), fromYaml);
    if (known.map(stateOf).join() !== before) {
      draw();
    }
  };

  /** What is ticked; else what is highlighted, as long as it is what the typed text leads to; else that text. */
  const chosen = (): readonly string[] => {
    const ticked = input.selectedItems.flatMap(({ table }) => table ?? []);
    const value = input.value.trim();
    const highlighted = input.activeItems.flatMap(({ table }) => table ?? []);
    const meant = highlighted.filter((table) => table.toLowerCase().includes(value.toLowerCase()));
    return ticked.length > 0 ? ticked : meant.length > 0 || value === '' ? meant : [qualifiedTable(value)];
  };

  const closed = new AbortController();
  const subscription = monitor.onDidChange(({ sinkIds }) => {
    if (sinkIds.has(sink.id)) {
      learn();
    }
  });
  try {
    return await new Promise((resolve) => {
      input.onDidChangeValue(draw);
      input.onDidChangeSelection((items) => {
        if (items.includes(inConsole)) {
          resolve('console');
        }
        for (const { table } of items) {
          if (table !== undefined) {
            typed.add(table);
          }
        }
      });
      input.onDidAccept(() => {
        resolve(
          input.activeItems.includes(inConsole) && input.selectedItems.length === 0 ? 'console' : chosen(),
        );
      });
      input.onDidHide(() => {
        resolve([]);
      });
      known = knownTables(sink, backfillsOf(monitor.snapshot, sink.id));
      draw();
      input.show();
      input.busy = true;
      // Past backfills and the workspace's files name tables that the sink itself does not.
      monitor.ensureHistory(sink.id);
      workspaceTables(sink.name, closed.signal)
        .then((tables) => {
          fromYaml = tables;
          learn();
        })
        .catch(() => undefined)
        .finally(() => {
          input.busy = false;
        });
    });
  } finally {
    closed.abort();
    subscription.dispose();
    input.dispose();
  }
}

/** What the list says of a table, but for how far it is, which moves at every look. */
function stateOf({ name, latest }: KnownTable): string {
  return `${name} ${latest?.id ?? ''} ${latest?.state ?? ''}`;
}

function tableItem({ name, latest }: KnownTable, monitor: Monitor): TableItem {
  return {
    label: name,
    description: latest === undefined ? t('no backfill yet') : backfillDescription(latest, monitor.serverNow),
    table: name,
  };
}
