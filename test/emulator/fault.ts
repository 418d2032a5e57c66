/** What goes wrong with a request: a made answer (a string body is sent as HTML, any other as JSON), silence, … */
export type Fault = FaultScope &
  (
    | {
        status: number;
        body?: unknown;
        headers?: Record<string, string>;
        delayMs?: number;
        heldUntil?: Promise<unknown>;
      }
    /** Never answers; `'after'`: having done what it was asked. */
    | { hang: true | 'after' }
    /** Breaks the connection; `'after'`: having done what it was asked. */
    | { reset: true | 'after' }
    | { delayMs: number }
    /** Not handled before this settles. */
    | { heldUntil: Promise<unknown> }
  );

interface FaultScope {
  /** How many requests it meets; all until the fault is taken away, unless told. */
  times?: number;
  /** Which requests it meets, by their path with query; all, unless told. */
  path?: RegExp;
  method?: string;
}

/** The fault that is set, if any, and how often it may still strike. */
export class FaultState {
  #fault: Fault | undefined;
  #left = 0;

  set(fault: Fault | undefined): void {
    this.#fault = fault;
    this.#left = fault?.times ?? Infinity;
  }

  /** The fault that a request meets, which counts as one of its times. */
  meet(method: string, path: string): Fault | undefined {
    const fault = this.#fault;
    if (fault === undefined || this.#left <= 0) return undefined;
    if (!(fault.path?.test(path) ?? true) || (fault.method ?? method) !== method) return undefined;
    this.#left -= 1;
    return fault;
  }
}
