/**
 * A fault that affects requests. The variant with `status` sends a response with this status instead of processing the
 * request: a string as HTML, any other body as JSON, after `delayMs` and after `heldUntil` resolves.
 */
export type Fault = FaultScope &
  (
    | {
        status: number;
        body?: unknown;
        headers?: Record<string, string>;
        delayMs?: number;
        heldUntil?: Promise<unknown>;
      }
    /** Never responds; with `'after'`, processes the request first. */
    | { hang: true | 'after' }
    /** Resets the connection; with `'after'`, processes the request first. */
    | { reset: true | 'after' }
    | { delayMs: number }
    /** Processes the request after this promise resolves; resets the connection if the promise rejects. */
    | { heldUntil: Promise<unknown> }
  );

/** The requests that a fault applies to. */
interface FaultScope {
  /** The number of requests; by default, all until the fault is removed. */
  times?: number;
  /** Matches the path with the query; by default, any path. */
  path?: RegExp;
  /** The HTTP method; by default, any. */
  method?: string;
}

/** Holds the current fault, and the number of requests that it still applies to. */
export class FaultInjector {
  #fault: Fault | undefined;
  #remaining = 0;

  /** Replaces the current fault; undefined removes it. */
  inject(fault: Fault | undefined): void {
    this.#fault = fault;
    this.#remaining = fault?.times ?? Infinity;
  }

  /** Returns the fault if it applies to a request, and counts the request; undefined if no fault applies. */
  take(method: string, path: string): Fault | undefined {
    const fault = this.#fault;
    if (fault === undefined || this.#remaining <= 0) {
      return undefined;
    }
    if (!(fault.path?.test(path) ?? true) || (fault.method ?? method) !== method) {
      return undefined;
    }
    this.#remaining -= 1;
    return fault;
  }
}
