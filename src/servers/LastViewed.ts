import type { Clock } from '../shared/clock.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/** What keeps values over sessions: VS Code's `Memento`. */
export interface MementoLike {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Remembers when the user last saw the view: what failed before is no news. */
export class LastViewed extends DisposableBase {
  readonly #memento: MementoLike;
  readonly #clock: Clock;
  #isVisible = false;
  readonly #onDidChange = this.register(new Emitter<void>());
  /** The user began to look, or looks elsewhere now. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(memento: MementoLike, clock: Clock) {
    super();
    this.#memento = memento;
    this.#clock = clock;
    if (memento.get(storageKeys.lastViewed) === undefined) {
      // What failed before the extension was there is not to be caught up with.
      this.#saveTimestamp();
    }
  }

  /** In the editor's time; while the user looks, nothing is later. */
  get timestamp(): number {
    return this.#isVisible ? Number.POSITIVE_INFINITY : Number(this.#memento.get(storageKeys.lastViewed));
  }

  /** Whether the view can be seen, in a window that has the focus. */
  setVisible(visible: boolean): void {
    if (visible !== this.#isVisible) {
      this.#isVisible = visible;
      // At the beginning too: the window may close without an end.
      this.#saveTimestamp();
      this.#onDidChange.fire();
    }
  }

  #saveTimestamp(): void {
    void this.#memento.update(storageKeys.lastViewed, this.#clock.now());
  }
}
