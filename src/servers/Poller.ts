import type { Clock } from '../shared/clock.ts';
import { DisposableBase, MutableDisposable } from '../shared/lifecycle.ts';

export interface PollerOptions {
  /** Sends the requests of one poll, which lasts until the promise resolves. Must not throw. */
  readonly poll: () => Promise<void> | void;
  /** Returns the delay from now to the next poll, in milliseconds; undefined if there is none. */
  readonly plan: () => number | undefined;
  /** Receives the local time of the next poll, in milliseconds since the epoch; undefined if no poll is planned. */
  readonly onScheduled?: (nextPollAt: number | undefined) => void;
  readonly clock: Clock;
}

/** Polls as planned, one poll at a time. */
export class Poller extends DisposableBase {
  readonly #options: PollerOptions;
  #currentPoll: Promise<void> | undefined;
  readonly #timer = this.register(new MutableDisposable());

  constructor(options: PollerOptions) {
    super();
    this.#options = options;
  }

  /** Polls now, or joins the poll in progress. */
  async pollNow(): Promise<void> {
    this.#timer.value = undefined;
    this.#currentPoll ??= Promise.resolve(this.#options.poll()).finally(() => {
      this.#currentPoll = undefined;
      this.reschedule();
    });
    await this.#currentPoll;
  }

  /** Plans the next poll again, after a change that may affect it. */
  reschedule(): void {
    this.#timer.value = undefined;
    if (this.#currentPoll !== undefined || this.isDisposed) {
      return;
    }
    const { clock, plan, onScheduled } = this.#options;
    const delayMs = plan();
    onScheduled?.(delayMs === undefined ? undefined : clock.now() + delayMs);
    if (delayMs !== undefined) {
      this.#timer.value = clock.schedule(delayMs, () => {
        void this.pollNow();
      });
    }
  }
}
