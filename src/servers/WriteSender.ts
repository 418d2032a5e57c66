import type { Backfill } from '../model/Backfill.ts';
import { type Failure, isResourceNotFound, toFailure } from '../model/failure.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { getWriteKey, type PendingWrite } from './Snapshot.ts';

/** The outcome of a write to a backfill or to another resource. */
export type WriteOutcome<T = Backfill> =
  | { readonly kind: 'done'; readonly written: T }
  /** `current` is what a read returned: the same resource, or the unfinished backfill of the same table. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly current: T | undefined }
  /** The response was lost, and the server may have performed the write or may still do so. */
  | { readonly kind: 'unconfirmed'; readonly failure: Failure; readonly current: T | undefined };

/**
 * The time limit of a write, and of each read before and after it, in milliseconds. Sequin responds within 2 s, even
 * under load.
 */
export const writeTimeoutMs = 15_000;
/**
 * The delay before each read after a lost response, in milliseconds. There are several reads, because the write may
 * take effect after the first one.
 */
const verifyDelaysMs = [0, 1_000, 3_000] as const;
/**
 * After a write has ended, it blocks the next write to the same target for this number of milliseconds, so that a
 * double click sends only one request.
 */
const doubleClickGuardMs = 500;

/** A write, and the reads before and after it. Each function throws `SequinError` if its request fails. */
export interface WriteRequest<T> {
  /**
   * Called before the write is sent. Returns the outcome if the write isn't needed or isn't possible; undefined if the
   * write must be sent.
   */
  readonly beforeSending?: () => Promise<WriteOutcome<T> | undefined>;
  readonly send: () => Promise<T>;
  /** Called after a lost response. Returns the resource in its requested state, or its actual state. */
  readonly afterLostResponse: (isLastAttempt: boolean) => Promise<{ written: T } | UnexpectedState<T>>;
  /** Called after a conflict. Returns the resource that conflicts with the write, if any. */
  readonly readConflict?: () => Promise<T | undefined>;
}

interface UnexpectedState<T> {
  readonly actual: T | undefined;
  /** Whether the server may still perform the write in this state. */
  readonly isStillPossible: boolean;
}

/** `begun`: a write is about to be sent. `failed`: the server didn't perform it and won't do so later. */
export interface WriteEvent {
  readonly kind: 'begun' | 'failed';
  readonly write: PendingWrite;
}

/** An outcome, and the order (see `SnapshotStore.startRequest`) of the request whose response showed the outcome. */
export interface OrderedOutcome<T> {
  readonly outcome: WriteOutcome<T>;
  readonly order: number;
}

/**
 * Sends writes to one server. No write is sent twice: after a lost response, the resource is read to find the outcome.
 * The snapshot lists a write as pending until its outcome is known, and its key as blocked for a moment longer, so each
 * write changes the snapshot three times.
 */
export class WriteSender extends DisposableBase {
  readonly #context: MonitorContext;
  /**
   * A promise for each write that is pending or has just ended, by `getWriteKey`. It resolves when the next write to
   * the same target is possible.
   */
  readonly #blockedWrites = new Map<string, Promise<void>>();
  readonly #onDidChangeWrite = this.register(new Emitter<WriteEvent>());
  readonly onDidChangeWrite = this.#onDidChangeWrite.event;

  constructor(context: MonitorContext) {
    super();
    this.#context = context;
  }

  /** Resolves when the writes with these keys (see `getWriteKey`) have ended and no longer block the next ones. */
  async waitForPendingWrites(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.flatMap((key) => this.#blockedWrites.get(key) ?? []));
  }

  /**
   * Performs a write. Sends nothing and returns undefined while an earlier write to the same target is pending or has
   * just ended, such as at the second click of a double click.
   * @param endWrite ends the pending write in the store, and applies its outcome
   */
  async perform<T>(
    write: PendingWrite,
    request: WriteRequest<T>,
    endWrite: (outcome: OrderedOutcome<T>) => void,
  ): Promise<WriteOutcome<T> | undefined> {
    const { store, clock } = this.#context;
    const key = getWriteKey(write);
    if (this.#blockedWrites.has(key)) {
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#blockedWrites.set(key, promise);
    store.beginWrite(write);
    this.#onDidChangeWrite.fire({ kind: 'begun', write });
    try {
      const orderedOutcome = await this.#sendAndReconcile(request);
      const { outcome } = orderedOutcome;
      if (
        outcome.kind !== 'done' &&
        outcome.failure.kind === 'notFound' &&
        outcome.failure.resource === 'sink' &&
        store.snapshot.sinks.has(write.sinkId)
      ) {
        // This also ends the pending writes to the sink.
        store.removeSink(write.sinkId);
      } else {
        endWrite(orderedOutcome);
      }
      if (outcome.kind === 'failed') {
        this.#onDidChangeWrite.fire({ kind: 'failed', write });
      }
      return outcome;
    } catch (error) {
      store.endWrite(write, clock.now());
      throw error;
    } finally {
      clock.schedule(doubleClickGuardMs, () => {
        this.#blockedWrites.delete(key);
        store.unblockWrite(write);
        resolve(undefined);
      });
    }
  }

  async #sendAndReconcile<T>(request: WriteRequest<T>): Promise<OrderedOutcome<T>> {
    if (request.beforeSending !== undefined) {
      const readOrder = this.#context.store.startRequest();
      const outcome = await catchFailure(request.beforeSending);
      if (outcome !== undefined) {
        return { outcome, order: readOrder };
      }
    }
    const order = this.#context.store.startRequest();
    try {
      return { outcome: { kind: 'done', written: await request.send() }, order };
    } catch (error) {
      const failure = toFailure(error);
      const certainty = getCertainty(failure);
      return certainty === 'notPerformed'
        ? this.#readAfterRejection(failure, request)
        : this.#readAfterLostResponse(failure, certainty === 'unknown', request);
    }
  }

  async #readAfterRejection<T>(
    rejection: Failure,
    { readConflict }: WriteRequest<T>,
  ): Promise<OrderedOutcome<T>> {
    const order = this.#context.store.startRequest();
    let failure = rejection;
    let current: T | undefined;
    try {
      current = rejection.kind === 'conflict' ? await readConflict?.() : undefined;
    } catch (error) {
      const readFailure = toFailure(error);
      failure = isResourceNotFound(readFailure) ? readFailure : rejection;
    }
    return { outcome: { kind: 'failed', failure, current }, order };
  }

  /**
   * Reads the resource after each delay in {@link verifyDelaysMs}, until a read shows that the write was performed.
   * `isUnsettled`: the server may still perform the write (`unknown` of {@link getCertainty}).
   */
  async #readAfterLostResponse<T>(
    failure: Failure,
    isUnsettled: boolean,
    { afterLostResponse }: WriteRequest<T>,
  ): Promise<OrderedOutcome<T>> {
    const { store } = this.#context;
    let current: T | undefined;
    let mayBePerformed = true;
    let order = 0;
    for (const delayMs of verifyDelaysMs) {
      await this.#wait(delayMs);
      order = store.startRequest();
      try {
        const result = await afterLostResponse(delayMs === verifyDelaysMs.at(-1));
        if ('written' in result) {
          return { outcome: { kind: 'done', written: result.written }, order };
        }
        current = result.actual;
        mayBePerformed = isUnsettled && result.isStillPossible;
      } catch (error) {
        const readFailure = toFailure(error);
        if (isResourceNotFound(readFailure)) {
          return { outcome: { kind: 'failed', failure: readFailure, current: undefined }, order };
        }
        current = undefined;
        mayBePerformed = true;
      }
    }
    return { outcome: { kind: mayBePerformed ? 'unconfirmed' : 'failed', failure, current }, order };
  }

  #wait(ms: number): Promise<void> {
    return ms === 0
      ? Promise.resolve()
      : new Promise((resolve) => void this.#context.clock.schedule(ms, resolve));
  }
}

/** Turns a failed read before a write into the outcome of the write, which isn't sent. */
async function catchFailure<T>(
  read: () => Promise<WriteOutcome<T> | undefined>,
): Promise<WriteOutcome<T> | undefined> {
  try {
    return await read();
  } catch (error) {
    return { kind: 'failed', failure: toFailure(error), current: undefined };
  }
}

/**
 * Returns what a failure reveals about the write: `notPerformed` if the write was rejected or never sent; `finished` if
 * the server has finished processing the write, so a read shows the result; `unknown` if the server may still perform
 * the write, such as after a timeout, a connection reset or a gateway's 504.
 */
export function getCertainty(failure: Failure): 'notPerformed' | 'finished' | 'unknown' {
  switch (failure.kind) {
    case 'timeout':
    case 'cancelled':
    case 'internal':
      return 'unknown';
    case 'server':
      // After 500 or 501, Sequin has finished processing the request. Higher statuses may be those of a gateway, such
      // as 504 or Cloudflare's 524.
      return failure.status <= 501 ? 'finished' : 'unknown';
    case 'network':
      // Without a connection to the server or through the proxy, nothing was sent.
      return ['refused', 'hostUnknown', 'proxy', 'proxyLogin'].includes(failure.reason)
        ? 'notPerformed'
        : 'unknown';
    case 'invalidResponse':
      return failure.reason === 'redirect' ? 'notPerformed' : 'finished';
    default:
      return 'notPerformed';
  }
}
