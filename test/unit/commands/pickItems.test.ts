import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { pickItems as pickItemsFunction } from '../../../src/commands/pickItems.ts';
import type { PickItem, PickList } from '../../../src/commands/Ui.ts';
import { useVscodeWindowStub, window } from './vscodeWindowStub.ts';

const createItem = (value: string, group?: string): PickItem<string> => ({
  label: value,
  description: '',
  value,
  ...(group !== undefined && { group }),
});

/** Creates a stub of a VS Code quick pick that a test can operate. */
function createQuickPick() {
  let hide = (): void => undefined;
  let accept = (): void => undefined;
  return {
    title: '',
    value: '',
    busy: false,
    visible: false,
    disposed: false,
    items: [] as { readonly label: string }[],
    activeItems: [] as { readonly label: string }[],
    selectedItems: [] as { readonly label: string }[],
    onDidAccept: (listener: () => void) => (accept = listener),
    onDidHide: (listener: () => void) => (hide = listener),
    accept: () => {
      accept();
    },
    hide: () => {
      hide();
    },
    show() {
      this.visible = true;
    },
    dispose() {
      this.disposed = true;
    },
  };
}

describe('a quick pick', () => {
  let pickItems: typeof pickItemsFunction;
  let input: ReturnType<typeof createQuickPick>;
  const originalCreate = window.createQuickPick;
  const joinLabels = (items: readonly { readonly label: string }[]): string =>
    items.map(({ label }) => label).join();
  const isTicked = (value: string): boolean => value.startsWith('ticked');

  before(async () => {
    useVscodeWindowStub();
    ({ pickItems } = await import('../../../src/commands/pickItems.ts'));
  });
  beforeEach(() => {
    input = createQuickPick();
    window.createQuickPick = () => input;
  });
  after(() => {
    window.createQuickPick = originalCreate;
  });

  /** Opens a quick pick with two lists that are still loading. */
  async function openLoading() {
    const lists = [
      Promise.withResolvers<PickList<string>>(),
      Promise.withResolvers<PickList<string>>(),
    ] as const;
    const picked = pickItems('', { lists: lists.map(({ promise }) => promise) }, isTicked);
    await setImmediate();
    return { lists, picked };
  }

  it('already has the items of loaded lists when it opens', async () => {
    const picked = pickItems('', [createItem('a', 'Shop'), createItem('b', 'Shop'), createItem('c', 'Copy')]);
    await setImmediate();
    assert.deepEqual([input.visible, input.busy], [true, false]);
    assert.equal(joinLabels(input.items), 'Shop,a,b,Copy,c');
    input.activeItems = input.items.slice(2, 3);
    input.accept();
    assert.deepEqual(await picked, ['b']);
    assert.ok(input.disposed);
  });

  it('opens before its lists have loaded, and shows which lists failed', async () => {
    const { lists, picked } = await openLoading();
    assert.deepEqual([input.visible, input.busy], [true, true]);
    lists[1].resolve({ items: [createItem('b')] });
    await setImmediate();
    assert.deepEqual([joinLabels(input.items), input.busy], ['b', true]);
    lists[0].resolve({ items: [createItem('a')], problem: 'Can’t connect to Shop.' });
    await setImmediate();
    assert.deepEqual(
      [joinLabels(input.items), input.busy, input.title],
      ['b,a', false, 'Can’t connect to Shop.'],
    );
    input.hide();
    assert.deepEqual(await picked, []);
  });

  it('applies the initial ticks even to a late list if the user has done nothing yet', async () => {
    const { lists, picked } = await openLoading();
    lists[1].resolve({ items: [createItem('c'), createItem('ticked d')] });
    await setImmediate();
    lists[0].resolve({ items: [createItem('a'), createItem('ticked b')] });
    await setImmediate();
    assert.deepEqual(
      [joinLabels(input.activeItems), joinLabels(input.selectedItems)],
      ['c', 'ticked d,ticked b'],
    );
    input.accept();
    assert.deepEqual(await picked, ['ticked d', 'ticked b']);
  });

  const interactions: [title: string, interact: () => unknown, picked: string[]][] = [
    ['typed', () => (input.value = 'd'), ['ticked d']],
    ['highlighted an item', () => (input.activeItems = input.items.slice(2)), ['ticked d']],
    ['ticked an item', () => (input.selectedItems = input.items.slice(1)), ['ticked d', 'e']],
    ['removed a tick', () => (input.selectedItems = []), ['c']],
  ];
  for (const [title, interact, expected] of interactions) {
    it(`keeps the highlighted item and the ticks when a late list arrives after the user has ${title}`, async () => {
      const { lists, picked } = await openLoading();
      lists[1].resolve({ items: [createItem('c'), createItem('ticked d'), createItem('e')] });
      await setImmediate();
      interact();
      const before = [joinLabels(input.activeItems), joinLabels(input.selectedItems)];
      lists[0].resolve({ items: [createItem('a'), createItem('ticked b')] });
      await setImmediate();
      assert.deepEqual([joinLabels(input.activeItems), joinLabels(input.selectedItems)], before);
      input.accept();
      assert.deepEqual(await picked, expected);
    });
  }

  it('ignores Enter while nothing is listed', async () => {
    const { lists, picked } = await openLoading();
    input.accept();
    lists[0].resolve({ items: [createItem('a')] });
    await setImmediate();
    input.accept();
    assert.deepEqual(await picked, ['a']);
  });

  it('closes when all lists have loaded and are empty', async () => {
    const { lists, picked } = await openLoading();
    lists[0].resolve({ items: [] });
    lists[1].resolve({ items: [] });
    assert.deepEqual(await picked, []);
    assert.ok(input.disposed);
  });

  it('doesn’t open if all lists are empty from the start', async () => {
    assert.deepEqual(await pickItems('', { lists: [Promise.resolve({ items: [] })] }), []);
    assert.equal(input.visible, false);
  });

  it('closes and rejects with the error if a list can’t be loaded', async () => {
    const { lists, picked } = await openLoading();
    lists[0].reject(new Error('defect'));
    await assert.rejects(picked, /defect/);
    assert.ok(input.disposed);
  });
});
