import assert from 'node:assert/strict';
import type { InputOptions, InputResult } from '../../../src/commands/showInput.ts';
import type {
  MessageAction,
  PickItem,
  PickItems,
  PickList,
  Question,
  StatusAction,
  Ui,
} from '../../../src/commands/Ui.ts';

/**
 * A user interface without VS Code. Records what the user would see as lines, and gives the answers that a test sets.
 */
export class FakeUi implements Ui {
  readonly lines: string[] = [];
  /** The labels of the buttons that the user presses in dialogs, in turn. Further dialogs are dismissed. */
  answers: string[] = [];
  /** The labels of the items that the user picks from every list. If undefined, the user closes the lists. */
  picked: readonly string[] | undefined;
  /** Whether the user picks as soon as one of the `picked` items is listed, even if other lists are still loading. */
  picksEarly = false;
  /** The items of the latest list; empty before the first list. */
  items: readonly PickItem<unknown>[] = [];
  /** The items of the latest list that are ticked when it opens. */
  tickedItems: readonly PickItem<unknown>[] = [];
  /** What the user enters in inputs, in turn. With `isBack`, the user then presses Back. Further inputs are closed. */
  entered: (string | InputResult)[] = [];
  /** The tables that the user picks, or `console` if the user opens Sequin's console instead. */
  tables: readonly string[] | 'console' = [];
  /** Called after each step of a task with progress. */
  onStep: (abort: () => void) => void = () => undefined;
  /** The detail of the latest dialog. */
  lastDetail = '';
  #actions: readonly MessageAction[] = [];

  /** Returns the lines since the last call. */
  takeLines(): string[] {
    return this.lines.splice(0);
  }

  /** The buttons of the latest message that are still available. */
  get buttons(): string[] {
    return this.#actions
      .filter((action: StatusAction) => action.isAvailable?.() !== false)
      .map(({ label }) => label);
  }

  /** Presses a button of the latest message. */
  async press(label: string): Promise<void> {
    const action = this.#actions.find((each) => each.label === label);
    await (action ?? assert.fail(`no button ${label}`)).run();
  }

  ask = <T>(question: Question<T>): Promise<T | undefined> => {
    const { message, detail, choices, dismissLabel, isDismissDefault } = question;
    const labels = choices.map(({ label }) => label);
    const buttons = isDismissDefault === true ? [dismissLabel, ...labels] : [...labels, dismissLabel];
    this.lastDetail = detail;
    this.lines.push(`${message} [${buttons.join('] [')}]`);
    const answer = this.answers.shift();
    return Promise.resolve(choices.find(({ label }) => label === answer)?.value);
  };

  showMessage = (severity: string, message: string, ...actions: readonly MessageAction[]): void => {
    this.#actions = actions;
    this.lines.push([`${severity}: ${message}`, ...actions.map(({ label }) => `[${label}]`)].join(' '));
  };

  showStatus = (message: string, action?: StatusAction): void => {
    this.#actions = action === undefined ? [] : [action];
    this.lines.push(`status bar: ${message}${action === undefined ? '' : ` [${action.label}]`}`);
  };

  reportError = (source: string, error: unknown): void => {
    this.lines.push(`${source}: ${String(error)}`);
  };

  showProgress = <T>(
    title: string,
    stepCount: number,
    task: (signal: AbortSignal, onStep: () => void) => Promise<T>,
  ): Promise<T> => {
    this.lines.push(`progress of ${String(stepCount)}: ${title}`);
    const controller = new AbortController();
    return task(controller.signal, () => {
      this.onStep(() => {
        controller.abort();
      });
    });
  };

  showLoading = <T>(task: () => Promise<T>): Promise<T> => task();

  pickOne = async <T>(placeholder: string, items: PickItems<T>): Promise<T | undefined> =>
    (await this.pickMany(placeholder, items))[0];

  pickMany = async <T>(
    placeholder: string,
    pickItems: PickItems<T>,
    isTicked: (value: T) => boolean = () => false,
  ): Promise<readonly T[]> => {
    const lists = await this.#loadLists('lists' in pickItems ? pickItems.lists : [{ items: pickItems }]);
    const items = lists.flatMap((list) => list.items);
    if (items.length === 0) {
      return [];
    }
    this.items = items;
    this.tickedItems = items.filter(({ value }) => isTicked(value));
    const problems = lists.flatMap(({ problem }) => problem ?? []);
    this.lines.push([placeholder, items.map(({ label }) => label).join(', '), ...problems].join(' '));
    return items.filter(({ label }) => this.picked?.includes(label)).map(({ value }) => value);
  };

  /** Loads lists until all of them are loaded or, if `picksEarly` is set, until a loaded list has an item to pick. */
  async #loadLists<T>(lists: readonly (PickList<T> | Promise<PickList<T>>)[]): Promise<PickList<T>[]> {
    const loaded: (PickList<T> | undefined)[] = [];
    const early = Promise.withResolvers<undefined>();
    const all = Promise.all(
      lists.map(async (list, index) => {
        loaded[index] = await list;
        const { items } = loaded[index];
        if (this.picksEarly && items.some(({ label }) => this.picked?.includes(label))) {
          early.resolve(undefined);
        }
      }),
    );
    await Promise.race([all, early.promise]);
    return loaded.filter((list) => list !== undefined);
  }

  pickTables = (): Promise<readonly string[] | 'console'> => Promise.resolve(this.tables);

  showInput = async (options: InputOptions): Promise<InputResult | undefined> => {
    const { prompt, value, problem, validate } = options;
    this.lines.push([`${prompt} [${value}]`, problem].filter(Boolean).join(' '));
    const next = this.entered.shift();
    if (typeof next !== 'string') {
      return next;
    }
    const newProblem = await validate(next, new AbortController().signal);
    return newProblem === undefined
      ? { value: next, isBack: false }
      : this.showInput({ ...options, value: next, problem: newProblem });
  };

  runCommand = (id: string, target: object = {}): Promise<void> => {
    this.lines.push([id, ...Object.keys(target)].join(' '));
    return Promise.resolve();
  };

  openExternal = (url: string): Promise<void> => {
    this.lines.push(`opens ${new URL(url).pathname}`);
    return Promise.resolve();
  };

  copy = (text: string): Promise<void> => {
    this.lines.push(`copies ${text}`);
    return Promise.resolve();
  };
}
