/** What holds something that must be given back: a timer, a subscription, a panel. */
export interface Disposable {
  dispose(): void;
}

/** Subscribes a listener; the result ends the subscription. The shape of VS Code's own events. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** A class that owns what it creates: what it registers is disposed with it, last first. */
export abstract class DisposableBase implements Disposable {
  readonly #owned: Disposable[] = [];

  protected register<T extends Disposable>(owned: T): T {
    this.#owned.push(owned);
    return owned;
  }

  dispose(): void {
    for (const owned of this.#owned.splice(0).reverse()) {
      owned.dispose();
    }
  }
}

/** The source of an {@link Event}, for rooms that run without VS Code. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      listener(value);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
