import type { Clock } from '../shared/clock.ts';
import type { Disposable } from '../shared/lifecycle.ts';
import type { PollPriority, NextPoll } from './pollPolicy.ts';

/** How somebody watches: with the eyes, or only to be told of what happens. */
export type WatchKind = 'view' | 'background';

export interface PollerOptions {
  /** Asks. Must not throw. */
  readonly poll: (scope: NextPoll['scope'], signal: AbortSignal) => Promise<void>;
  /** What to ask next and when, counted from the end of the last request. Asked after each, and on each change. */
  readonly planNextPoll: (priority: PollPriority) => NextPoll | undefined;
  /** Told when the next request is due, in milliseconds since the epoch; undefined: none is. */
  readonly onScheduled: (retryAt: number | undefined) => void;
  readonly clock: Clock;
}

/**
 * Asks again and again while somebody watches, one request at a time. Nobody watches: it rests. Somebody
 * watches again, or more closely: it catches up at once, unless the last answer is still fresh.
 */
export class Poller implements Disposable {
  readonly #options: PollerOptions;
  readonly #lifetime = new AbortController();
  readonly #watchCounts = { view: 0, background: 0 };
  #isFocused = true;
  #currentPoll: { readonly scope: NextPoll['scope']; readonly done: Promise<void> } | undefined;
  #timer: Disposable | undefined;
  #lastPolledAt = Number.NEGATIVE_INFINITY;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Ends with the poller: for requests that belong to the same server. */
  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Keeps it asking until the result is disposed. */
  watch(kind: WatchKind): Disposable {
    this.#watchCounts[kind] += 1;
    this.reschedule();
    let isActive = true;
    return {
      dispose: () => {
        if (isActive) {
          isActive = false;
          this.#watchCounts[kind] -= 1;
          this.reschedule();
        }
      },
    };
  }

  /** Whether the window has the focus. */
  setFocused(focused: boolean): void {
    this.#isFocused = focused;
    this.reschedule();
  }

  /** Asks for all now, or joins the request for all that is under way. */
  async pollNow(): Promise<void> {
    if (this.#currentPoll?.scope === 'running') {
      await this.#currentPoll.done;
    }
    await this.#runPoll('all');
  }

  /** To be called when the answer to "what next" may be another one. */
  reschedule(): void {
    this.#timer?.dispose();
    const priority = this.#getPriority();
    if (priority === undefined || this.#currentPoll !== undefined || this.signal.aborted) {
      return;
    }
    const next = this.#options.planNextPoll(priority);
    if (next === undefined) {
      this.#options.onScheduled(undefined);
      return;
    }
    const now = this.#options.clock.now();
    // No longer than it would be from now, should the clock have been set back.
    const delayMs = Math.min(Math.max(0, this.#lastPolledAt + next.delayMs - now), next.delayMs);
    this.#options.onScheduled(now + delayMs);
    this.#timer = this.#options.clock.schedule(delayMs, () => {
      void this.#runPoll(next.scope);
    });
  }

  dispose(): void {
    this.#lifetime.abort();
    this.#timer?.dispose();
  }

  #getPriority(): PollPriority | undefined {
    if (this.#watchCounts.view > 0) {
      return this.#isFocused ? 'focused' : 'unfocused';
    }
    return this.#watchCounts.background > 0 ? 'background' : undefined;
  }

  async #runPoll(scope: NextPoll['scope']): Promise<void> {
    this.#timer?.dispose();
    this.#currentPoll ??= {
      scope,
      done: this.#options.poll(scope, this.signal).finally(() => {
        this.#currentPoll = undefined;
        this.#lastPolledAt = this.#options.clock.now();
        this.reschedule();
      }),
    };
    await this.#currentPoll.done;
  }
}
