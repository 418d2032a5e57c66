/** An object that holds resources, such as a timer, a subscription or a panel, until it is disposed. */
export interface Disposable {
  dispose(): void;
}

/** Subscribes a listener; disposing the result ends the subscription. Compatible with VS Code's events. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/**
 * A base class for owners of resources: what they register is disposed with them, in reverse order. If one resource
 * throws, the others are still disposed, and the error is reported as uncaught.
 */
export abstract class DisposableBase implements Disposable {
  readonly #disposables: Disposable[] = [];
  #isDisposed = false;

  /** Disposes `disposable` together with this object, or at once if this object is already disposed. */
  protected register<T extends Disposable>(disposable: T): T {
    if (this.#isDisposed) {
      disposable.dispose();
    } else {
      this.#disposables.push(disposable);
    }
    return disposable;
  }

  protected get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const disposable of this.#disposables.splice(0).reverse()) {
      try {
        disposable.dispose();
      } catch (error) {
        reportUncaught(error);
      }
    }
  }
}

/** Reports an error as uncaught, without interrupting the caller. */
function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** Holds the objects that are added to it, and disposes them in reverse order. */
export class DisposableStore extends DisposableBase {
  constructor(disposables: readonly Disposable[] = []) {
    super();
    disposables.forEach((disposable) => this.add(disposable));
  }

  /** Disposes an object together with the store, or at once if the store is already disposed. */
  add<T extends Disposable>(disposable: T): T {
    return this.register(disposable);
  }
}

/**
 * Starts a part of the extension and registers the objects that it creates. If the start fails, disposes them, so that
 * the part can be started again.
 */
export async function startPart<T>(
  register: (disposable: Disposable) => void,
  start: (register: <D extends Disposable>(disposable: D) => D) => T | Promise<T>,
): Promise<T> {
  const disposables = new DisposableStore();
  try {
    const part = await start((disposable) => disposables.add(disposable));
    register(disposables);
    return part;
  } catch (error) {
    disposables.dispose();
    throw error;
  }
}

/** Holds at most one object, such as a timer, and disposes it when another one replaces it. */
export class MutableDisposable<T extends Disposable = Disposable> implements Disposable {
  #value: T | undefined;
  #isDisposed = false;

  get value(): T | undefined {
    return this.#value;
  }

  /**
   * Replaces the value, then disposes the previous one. Disposes `value` at once if this object is already disposed.
   */
  set value(value: T | undefined) {
    if (this.#isDisposed) {
      value?.dispose();
    } else if (value !== this.#value) {
      this.#replace(value);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#replace(undefined);
  }

  #replace(value: T | undefined): void {
    const previous = this.#value;
    this.#value = value;
    previous?.dispose();
  }
}

/**
 * The source of an {@link Event}, for modules that run without VS Code. An event that a listener fires is delivered
 * after the current one, so all listeners see events in the same order. A listener that throws doesn't stop the others:
 * its error is reported as uncaught.
 */
export class Emitter<T> implements Disposable {
  readonly #subscriptions = new Set<{ readonly listener: (value: T) => void }>();
  /** The events to deliver, beginning with the one that is being delivered. */
  readonly #values: T[] = [];

  readonly event: Event<T> = (listener) => {
    const subscription = { listener };
    this.#subscriptions.add(subscription);
    return { dispose: () => this.#subscriptions.delete(subscription) };
  };

  fire(value: T): void {
    this.#values.push(value);
    if (this.#values.length > 1) {
      return;
    }
    for (const next of this.#values) {
      this.#deliver(next);
    }
    this.#values.length = 0;
  }

  dispose(): void {
    this.#subscriptions.clear();
  }

  #deliver(value: T): void {
    for (const subscription of [...this.#subscriptions]) {
      // An earlier listener may have ended this subscription.
      if (this.#subscriptions.has(subscription)) {
        try {
          subscription.listener(value);
        } catch (error) {
          reportUncaught(error);
        }
      }
    }
  }
}
