import type { Clock } from '../shared/clock.ts';
import { isNumber } from '../shared/guards.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { type MementoLike, readMemento, saveMemento } from '../shared/memento.ts';
import { storageKeys } from '../shared/storageKeys.ts';

/** Records when the user last saw one of the views. Failures before that time need no attention. */
export class LastViewed extends DisposableBase {
  readonly #memento: MementoLike;
  readonly #clock: Clock;
  readonly #visibleViews = new Set<string>();
  readonly #onDidChange = this.register(new Emitter<void>());
  /** Fires when the first view becomes visible, and when the last visible one is hidden. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(memento: MementoLike, clock: Clock) {
    super();
    this.#memento = memento;
    this.#clock = clock;
    if (this.#savedTimestamp === undefined) {
      // On the first start, failures from before the installation don't count as new.
      this.#saveTimestamp();
    }
  }

  /**
   * The local time at which a view was last visible, in milliseconds since the epoch; positive infinity while a view is
   * visible.
   */
  get timestamp(): number {
    if (this.#visibleViews.size > 0) {
      return Number.POSITIVE_INFINITY;
    }
    const savedTimestamp = this.#savedTimestamp ?? 0;
    if (savedTimestamp <= this.#clock.now()) {
      return savedTimestamp;
    }
    // The clock was set back. A time in the future would hide new failures.
    this.#saveTimestamp();
    return this.#clock.now();
  }

  get #savedTimestamp(): number | undefined {
    return readMemento(this.#memento, storageKeys.lastViewed, isNumber, undefined);
  }

  /** Sets whether a view is visible in a focused window. */
  setVisible(viewId: string, visible: boolean): void {
    const wasVisible = this.#visibleViews.size > 0;
    this.#visibleViews[visible ? 'add' : 'delete'](viewId);
    if (wasVisible !== this.#visibleViews.size > 0) {
      // Saved even when a view becomes visible, because the window may close without another event.
      this.#saveTimestamp();
      this.#onDidChange.fire();
    }
  }

  #saveTimestamp(): void {
    saveMemento(this.#memento, storageKeys.lastViewed, this.#clock.now());
  }
}
