import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { PickItem, PickItems, PickList } from './Ui.ts';

interface QuickPickItem<T> extends vscode.QuickPickItem {
  /** Undefined for a separator. */
  readonly value?: T;
}

/**
 * Lets the user pick several items or, without `isTicked`, one item. Adds each list when it has loaded. Resolves to an
 * empty array if the quick pick is closed, or if all lists have loaded and are empty.
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
    // Waits until lists that are already available are added, so that they are in the first frame. If all lists are
    // empty, the quick pick isn't shown.
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
 * Adds each list to the end when it has loaded, and its problem to the title. Ticks items only until the user types, or
 * ticks or highlights an item. After that, Enter would pick the newly ticked items instead of what the user chose.
 */
async function addLists<T>(
  input: vscode.QuickPick<QuickPickItem<T>>,
  lists: readonly Promise<PickList<T>>[],
  isTicked: (value: T) => boolean = () => false,
): Promise<void> {
  const problems: string[] = [];
  let isUntouched = true;
  // The highlighted and the ticked items as they were right after the latest list was added.
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
 * Adds items to the end, and ticks `newTickedItems`. Keeps the highlighted item and the existing ticks. The index of an
 * item must not change: VS Code reports a tick or a press of Enter with an index, and the report may arrive after the
 * new items were set but before they are displayed.
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
    // VS Code doesn't highlight any item of a multi-select list by itself.
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
