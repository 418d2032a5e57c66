import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PickItem, PickItems, PickList } from './Ui.ts';

interface QuickPickItem<T> extends vscode.QuickPickItem {
  /** Undefined for a separator. */
  readonly value?: T;
}

/**
 * Lets the user pick items; without `isTicked`, one of them. Lists that load are added as they arrive. Resolves to none
 * if the quick pick is closed, or if all lists have loaded and are empty.
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
  const lists = 'lists' in items ? items.lists : [Promise.resolve({ items })];
  const loadLists = async (): Promise<void> => {
    await addLists(input, lists, isTicked);
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

/**
 * Adds each list at the end when it has loaded, and its problem to the title. Items are ticked only until the user types,
 * ticks or highlights an item: Enter would pick the ticked ones instead.
 */
async function addLists<T>(
  input: vscode.QuickPick<QuickPickItem<T>>,
  lists: readonly Promise<PickList<T>>[],
  isTicked: (value: T) => boolean = () => false,
): Promise<void> {
  const problems: string[] = [];
  let isUntouched = true;
  // What was highlighted and ticked after the last list was added.
  let { activeItems, selectedItems } = input;
  const addList = (list: PickList<T>): void => {
    if (list.problem !== undefined) {
      problems.push(list.problem);
      input.title = problems.join(' ');
    }
    isUntouched &&=
      input.value === '' &&
      areSame(input.activeItems, activeItems) &&
      areSame(input.selectedItems, selectedItems);
    const newItems = toQuickPickItems(list.items);
    const newTickedItems = newItems.filter(({ value }) => value !== undefined && isTicked(value));
    addItems(input, newItems, isUntouched ? newTickedItems : []);
    ({ activeItems, selectedItems } = input);
  };
  await Promise.all(lists.map(async (list) => list.then(addList)));
}

/**
 * Adds items at the end, keeps the highlighted one and the ticks, and adds ticks. VS Code reports a press of Enter or a
 * tick with the index of the item. It may report one after the new items were set and before they are displayed, so no
 * index may change.
 */
function addItems<T>(
  input: vscode.QuickPick<QuickPickItem<T>>,
  newItems: readonly QuickPickItem<T>[],
  newTickedItems: readonly QuickPickItem<T>[],
): void {
  const { activeItems, selectedItems } = input;
  input.items = [...input.items, ...newItems];
  input.selectedItems = [...selectedItems, ...newTickedItems];
  if (activeItems.length > 0) {
    input.activeItems = activeItems;
  } else if (input.canSelectMany && input.value === '') {
    // VS Code highlights no item of a multi-select list by itself.
    input.activeItems = input.items.filter(({ value }) => value !== undefined).slice(0, 1);
  }
}

function areSame<T>(items: readonly T[], others: readonly T[]): boolean {
  return items.length === others.length && items.every((item, index) => item === others[index]);
}

/** Adds a separator above each group of items. */
function toQuickPickItems<T>(items: readonly PickItem<T>[]): QuickPickItem<T>[] {
  return items.flatMap(({ label, description = '', icon, group, value }, index) => {
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
