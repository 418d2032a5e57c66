import type { Clock } from '../shared/clock.ts';
import type { Disposable } from '../shared/lifecycle.ts';
import type { Attention, NextPoll } from './policy.ts';

/** How somebody watches: with the eyes, or only to be told of what happens. */
export type WatchKind = 'view' | 'background';

export interface PollerParts {
  /** Asks. Must not throw. */
  readonly poll: (what: NextPoll['what'], signal: AbortSignal) => Promise<void>;
  /** What to ask next and when, counted from the end of the last request. Asked after each, and on each change. */
  readonly next: (attention: Attention) => NextPoll | undefined;
  /** Told when the next request is due, in milliseconds since the epoch; undefined: none is. */
  readonly onScheduled: (at: number | undefined) => void;
  readonly clock: Clock;
}

/**
 * Asks again and again while somebody watches, one request at a time. Nobody watches: it rests. Somebody
 * watches again, or more closely: it catches up at once, unless the last answer is still fresh.
 */
export class Poller implements Disposable {
  readonly #parts: PollerParts;
  readonly #lifetime = new AbortController();
  readonly #watches = { view: 0, background: 0 };
  #focused = true;
  #underWay: { readonly what: NextPoll['what']; readonly answered: Promise<void> } | undefined;
  #timer: Disposable | undefined;
  #polledAt = Number.NEGATIVE_INFINITY;

  constructor(parts: PollerParts) {
    this.#parts = parts;
  }

  /** Ends with the poller: for requests that belong to the same server. */
  get signal(): AbortSignal {
    return this.#lifetime.signal;
  }

  /** Keeps it asking until the result is disposed. */
  watch(kind: WatchKind): Disposable {
    this.#watches[kind] += 1;
    this.reschedule();
    let watching = true;
    return {
      dispose: () => {
        if (watching) {
          watching = false;
          this.#watches[kind] -= 1;
          this.reschedule();
        }
      },
    };
  }

  /** Whether the window has the focus. */
  setFocused(focused: boolean): void {
    this.#focused = focused;
    this.reschedule();
  }

  /** Asks for all now, or joins the request for all that is under way. */
  async pollNow(): Promise<void> {
    if (this.#underWay?.what === 'running') {
      await this.#underWay.answered;
    }
    await this.#ask('all');
  }

  /** To be called when the answer to "what next" may be another one. */
  reschedule(): void {
    this.#timer?.dispose();
    const attention = this.#attention();
    if (attention === undefined || this.#underWay !== undefined || this.signal.aborted) {
      return;
    }
    const next = this.#parts.next(attention);
    if (next === undefined) {
      this.#parts.onScheduled(undefined);
      return;
    }
    const now = this.#parts.clock.now();
    // No longer than it would be from now, should the clock have been set back.
    const rest = Math.min(Math.max(0, this.#polledAt + next.afterMs - now), next.afterMs);
    this.#parts.onScheduled(now + rest);
    this.#timer = this.#parts.clock.after(rest, () => {
      void this.#ask(next.what);
    });
  }

  dispose(): void {
    this.#lifetime.abort();
    this.#timer?.dispose();
  }

  #attention(): Attention | undefined {
    if (this.#watches.view > 0) {
      return this.#focused ? 'focused' : 'unfocused';
    }
    return this.#watches.background > 0 ? 'background' : undefined;
  }

  async #ask(what: NextPoll['what']): Promise<void> {
    this.#timer?.dispose();
    this.#underWay ??= {
      what,
      answered: this.#parts.poll(what, this.signal).finally(() => {
        this.#underWay = undefined;
        this.#polledAt = this.#parts.clock.now();
        this.reschedule();
      }),
    };
    await this.#underWay.answered;
  }
}
