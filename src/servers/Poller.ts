import type { Clock } from '../shared/clock.ts';
import type { Disposable } from '../shared/lifecycle.ts';
import type { PollPriority, NextPoll } from './pollPolicy.ts';

/** The kind of a watcher: a visible view, or a background consumer such as notifications. */
export type WatchKind = 'view' | 'background';

export interface PollerOptions {
  /** Sends the requests of one poll. Must not reject. */
  readonly poll: (scope: NextPoll['scope'], signal: AbortSignal) => Promise<void>;
  /**
   * Returns the next poll and its delay, measured from the end of the previous one; undefined: none. Called after each
   * poll and on each change of priority.
   */
  readonly planNextPoll: (priority: PollPriority) => NextPoll | undefined;
  /** Receives the time of the next poll, in milliseconds since the epoch; undefined: none is planned. */
  readonly onScheduled: (retryAt: number | undefined) => void;
  readonly clock: Clock;
}

/**
 * Polls while there are watchers, one poll at a time. A new watcher or a higher priority triggers a poll at once if
 * the last one is older than the new delay.
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

  /** Aborts when the poller is disposed. Shared by all other requests to the same server. */
  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Keeps the poller active until the result is disposed. */
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

  /** Sets whether the window has the focus. */
  setFocused(focused: boolean): void {
    this.#isFocused = focused;
    this.reschedule();
  }

  /** Polls all sinks now, or joins the running poll of all sinks. */
  async pollNow(): Promise<void> {
    if (this.#currentPoll?.scope === 'running') {
      await this.#currentPoll.done;
    }
    await this.#runPoll('all');
  }

  /** Plans the next poll again, after a change that may affect it. */
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
    // At most the full delay, in case the clock was set back.
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
