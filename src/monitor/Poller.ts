import type { Clock } from '../shared/clock.ts';
import type { Disposable } from '../shared/lifecycle.ts';

/**
 * Asks again and again while somebody watches, one request at a time. Nobody watches: it rests. Somebody
 * watches again: it catches up at once, unless the last answer is still fresh.
 */
export class Poller implements Disposable {
  readonly #poll: (signal: AbortSignal) => Promise<void>;
  readonly #delayMs: () => number | undefined;
  readonly #clock: Clock;
  readonly #lifetime = new AbortController();
  #watchers = 0;
  #underWay: Promise<void> | undefined;
  #timer: Disposable | undefined;
  #polledAt = Number.NEGATIVE_INFINITY;

  /** `poll` must not throw; `delayMs` is asked after each one. */
  constructor(poll: (signal: AbortSignal) => Promise<void>, delayMs: () => number | undefined, clock: Clock) {
    this.#poll = poll;
    this.#delayMs = delayMs;
    this.#clock = clock;
  }

  /** Ends with the poller: for requests that belong to the same server. */
  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Keeps it asking until the result is disposed. */
  watch(): Disposable {
    this.#watchers += 1;
    this.#schedule();
    let watching = true;
    return {
      dispose: () => {
        if (watching) {
          watching = false;
          this.#watchers -= 1;
          this.#schedule();
        }
      },
    };
  }

  /** Asks now, or joins the request that is under way. */
  async pollNow(): Promise<void> {
    this.#timer?.dispose();
    this.#underWay ??= this.#poll(this.#lifetime.signal).finally(() => {
      this.#underWay = undefined;
      this.#polledAt = this.#clock.now();
      this.#schedule();
    });
    await this.#underWay;
  }

  #schedule(): void {
    this.#timer?.dispose();
    const delay = this.#delayMs();
    if (this.#watchers === 0 || this.#underWay !== undefined || this.signal.aborted || delay === undefined) {
      return;
    }
    const rest = Math.max(0, this.#polledAt + delay - this.#clock.now());
    this.#timer = this.#clock.after(rest, () => void this.pollNow());
  }

  dispose(): void {
    this.#lifetime.abort();
    this.#timer?.dispose();
  }
}
