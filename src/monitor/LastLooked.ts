import type { Clock } from '../shared/clock.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';

const key = 'sequin.lastLooked';

/** What keeps values over sessions: VS Code's `Memento`. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** Remembers when the user last saw the view: what failed before is no news. */
export class LastLooked extends DisposableBase {
  readonly #memory: Memory;
  readonly #clock: Clock;
  #looking = false;
  readonly #onDidChange = this.register(new Emitter<void>());
  /** The user began to look, or looks elsewhere now. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(memory: Memory, clock: Clock) {
    super();
    this.#memory = memory;
    this.#clock = clock;
    if (memory.get(key) === undefined) {
      // What failed before the extension was there is not to be caught up with.
      this.#mark();
    }
  }

  /** In the editor's time; while the user looks, nothing is later. */
  get at(): number {
    return this.#looking ? Number.POSITIVE_INFINITY : Number(this.#memory.get(key));
  }

  /** Whether the view can be seen, in a window that has the focus. */
  setLooking(looking: boolean): void {
    if (looking !== this.#looking) {
      this.#looking = looking;
      // At the beginning too: the window may close without an end.
      this.#mark();
      this.#onDidChange.fire();
    }
  }

  #mark(): void {
    void this.#memory.update(key, this.#clock.now());
  }
}
