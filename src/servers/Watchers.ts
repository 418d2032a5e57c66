import type { Disposable } from '../shared/lifecycle.ts';
import type { PollPriority } from './pollPolicy.ts';

/** The kind of a watcher: a visible view, or a background consumer such as notifications. */
export type WatchKind = 'view' | 'background';

/** Returns the ids of the sinks whose backfills a view shows. */
export type ListShownSinks = () => Iterable<string>;

/** Tracks the views and background consumers that use the data of a server. */
export class Watchers {
  readonly #watchers = new Set<{ readonly kind: WatchKind; readonly listShownSinks: ListShownSinks }>();
  /** Whether the window has the focus. */
  isFocused = true;

  /** Adds a watcher. Disposing the result removes the watcher and calls `onRemoved`. */
  add(kind: WatchKind, listShownSinks: ListShownSinks, onRemoved: () => void): Disposable {
    const watcher = { kind, listShownSinks };
    this.#watchers.add(watcher);
    return {
      dispose: () => {
        if (this.#watchers.delete(watcher)) {
          onRemoved();
        }
      },
    };
  }

  /** The polling priority; undefined if there are no watchers. */
  get priority(): PollPriority | undefined {
    if ([...this.#watchers].some(({ kind }) => kind === 'view')) {
      return this.isFocused ? 'focused' : 'unfocused';
    }
    return this.#watchers.size > 0 ? 'background' : undefined;
  }

  /** The ids of the sinks whose backfills a view shows. */
  get shownSinkIds(): ReadonlySet<string> {
    return new Set([...this.#watchers].flatMap(({ listShownSinks }) => [...listShownSinks()]));
  }
}
