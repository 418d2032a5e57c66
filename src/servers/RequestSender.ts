import { type Failure, toFailure } from '../model/failure.ts';

export type RequestResult<T> =
  { readonly value: T; readonly failure: undefined } | { readonly failure: Failure };

interface RequestSenderOptions {
  /** Called after each successful response. */
  readonly onResponse: () => void;
  /** Called when the server rejects the token and further requests are blocked. */
  readonly onTokenRejected: (failure: Failure) => void;
  /**
   * Receives the errors of {@link RequestSender.catchFailure} that are defects of the extension. The API client logs
   * its own defects.
   */
  readonly onInternalError?: ((error: unknown) => void) | undefined;
}

/**
 * Sends requests and returns their values or failures. After the server has rejected the token, nothing is sent until
 * {@link unblock}, and the responses to pending requests are discarded, even if the token was still valid when they
 * were sent. If the server rejects a request that was sent before {@link unblock}, later requests aren't blocked,
 * because the token may have changed in the meantime.
 */
export class RequestSender {
  readonly #options: RequestSenderOptions;
  #tokenFailure: Failure | undefined;
  #unblockCount = 0;

  constructor(options: RequestSenderOptions) {
    this.#options = options;
  }

  /** The failure of the rejected token that blocks all requests; undefined if requests aren't blocked. */
  get tokenFailure(): Failure | undefined {
    return this.#tokenFailure;
  }

  /** Allows requests again after the server has rejected the token. */
  unblock(): void {
    if (this.#tokenFailure !== undefined) {
      this.#tokenFailure = undefined;
      this.#unblockCount += 1;
    }
  }

  /**
   * The number of times that requests were unblocked. A caller reads it before a request, and passes it to
   * {@link handleFailure}.
   */
  get unblockCount(): number {
    return this.#unblockCount;
  }

  /**
   * Handles the failure of any request. A rejected token blocks further requests. `unblockCount` is the count from
   * before the request: if requests have been unblocked since then, the token may have changed, so nothing is blocked.
   */
  handleFailure(failure: Failure, unblockCount: number): void {
    const isRejected = failure.kind === 'unauthorized' && unblockCount === this.#unblockCount;
    if (isRejected && this.#tokenFailure === undefined) {
      this.#tokenFailure = failure;
      this.#options.onTokenRejected(failure);
    }
  }

  /**
   * Calls `work`, which sends requests and handles their responses. Returns the result of `work`, or the failure if
   * `work` throws.
   */
  async catchFailure<T>(work: () => Promise<T>): Promise<T | Failure> {
    try {
      return await work();
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'internal') {
        this.#options.onInternalError?.(error);
      }
      return failure;
    }
  }

  /** Sends a request. Returns the value of the response, or the failure if `sendRequest` throws. */
  async send<T>(sendRequest: () => Promise<T>): Promise<RequestResult<T>> {
    const result = await this.#trySend(sendRequest);
    if (this.#tokenFailure !== undefined) {
      return { failure: this.#tokenFailure };
    }
    if (result.failure === undefined) {
      this.#options.onResponse();
    }
    return result;
  }

  async #trySend<T>(sendRequest: () => Promise<T>): Promise<RequestResult<T>> {
    if (this.#tokenFailure !== undefined) {
      return { failure: this.#tokenFailure };
    }
    const unblockCount = this.#unblockCount;
    try {
      return { value: await sendRequest(), failure: undefined };
    } catch (error) {
      const failure = toFailure(error);
      this.handleFailure(failure, unblockCount);
      return { failure };
    }
  }
}
