import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PickItem, PickItems, PickList } from './Ui.ts';

interface QuickPickItem<T> extends vscode.QuickPickItem {
  /** Undefined for a separator. */
  readonly value?: T;
}

/**
 * Lets the user pick items; without `isTicked`, one of them. Lists that load are added as they arrive, and their
 * problems are the title. Resolves to none if the quick pick is closed, or if all lists have loaded and are empty.
 */
export async function pickItems<T>(
  placeholder: string,
  items: PickItems<T>,
  isTicked?: (value: T) => boolean,
): Promise<readonly T[]> {
  const input = vscode.window.createQuickPick<QuickPickItem<T>>();
  input.canSelectMany = isTicked !== undefined;
  input.placeholder = placeholder;
  input.matchOnDescription = true;
  input.keepScrollPosition = true;
  input.busy = true;
  const lists = 'lists' in items ? items.lists : [Promise.resolve({ items })];
  const itemsOfLists: (readonly QuickPickItem<T>[])[] = lists.map(() => []);
  const problems: string[] = [];
  const addList = (index: number, list: PickList<T>): void => {
    const newItems = toQuickPickItems(list.items);
    itemsOfLists[index] = newItems;
    if (list.problem !== undefined) {
      problems.push(list.problem);
      input.title = problems.join(' ');
    }
    updateItems(
      input,
      itemsOfLists.flat(),
      newItems.filter(({ value }) => value !== undefined && isTicked?.(value) === true),
    );
  };
  const { promise: picked, resolve, reject } = Promise.withResolvers<readonly T[]>();
  input.onDidAccept(() => {
    const chosen = input.selectedItems.length > 0 ? input.selectedItems : input.activeItems;
    const values = chosen.flatMap(({ value }) => value ?? []);
    if (values.length > 0) {
      resolve(values);
    }
  });
  input.onDidHide(() => {
    resolve([]);
  });
  const loadLists = async (): Promise<void> => {
    await Promise.all(
      lists.map(async (list, index) => {
        addList(index, await list);
      }),
    );
    input.busy = false;
    if (input.items.length === 0) {
      resolve([]);
    }
  };
  const needsInput = (): boolean => input.busy || input.items.length > 0;
  try {
    loadLists().catch(reject);
    // Lists that are already available are in the first frame. If all of them are empty, nothing is shown.
    await setImmediate();
    if (needsInput()) {
      input.show();
    }
    return await picked;
  } finally {
    input.dispose();
  }
}

/** Replaces the items, keeps the highlighted one and the ticks, and adds ticks. */
function updateItems<T>(
  input: vscode.QuickPick<QuickPickItem<T>>,
  items: readonly QuickPickItem<T>[],
  newTickedItems: readonly QuickPickItem<T>[],
): void {
  const { activeItems, selectedItems } = input;
  input.items = items;
  input.selectedItems = [...selectedItems, ...newTickedItems];
  if (activeItems.length > 0) {
    input.activeItems = activeItems;
  } else if (input.canSelectMany && input.value === '') {
    // VS Code highlights no item of a multi-select list by itself.
    input.activeItems = items.filter(({ value }) => value !== undefined).slice(0, 1);
  }
}

/** Adds a separator above each group of items. */
function toQuickPickItems<T>(items: readonly PickItem<T>[]): QuickPickItem<T>[] {
  return items.flatMap(({ label, description, icon, group, value }, index) => {
    const item = {
      label,
      description,
      value,
      ...(icon !== undefined && { iconPath: new vscode.ThemeIcon(icon) }),
    };
    return group && group !== items[index - 1]?.group
      ? [{ label: group, kind: vscode.QuickPickItemKind.Separator }, item]
      : [item];
  });
}
