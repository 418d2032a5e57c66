import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import { type ActionRule, actionRules, type ChangeAction } from '../model/backfillActions.ts';
import { type Failure, isResourceNotFound, toFailure } from '../model/failure.ts';
import type { RequestContext } from './RequestContext.ts';
import { getWriteKey, type PendingWrite } from './Snapshot.ts';

/** The outcome of a write. `currentBackfill` is the backfill that was found instead: the same, or one of the same table. */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly backfill: Backfill }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly currentBackfill: Backfill | undefined }
  /** The response was lost, and the server may have performed the write or may still do so. */
  | {
      readonly kind: 'unconfirmed';
      readonly failure: Failure;
      readonly currentBackfill: Backfill | undefined;
    };

/** Generous: Sequin responds to a write within 10 ms, and within two seconds under load. */
const timeoutMs = 15_000;
/** Delays before each read after a lost response: a write may still take effect between two reads. */
const verifyDelaysMs = [0, 1_000, 3_000] as const;
/** How long a settled write blocks the next one, so that a double click sends one request. */
const doubleClickGuardMs = 500;
/**
 * How much earlier than its request the `inserted_at` of a created backfill may be: the server truncates to whole
 * seconds, and the measured difference of the clocks is inexact.
 */
const clockToleranceMs = 3_000;

/** Reads the state after a write without a usable response. Both functions throw `SequinError`. */
interface Reconciliation {
  /** After a lost response: the backfill in its requested state, or the state found instead. */
  readonly afterLostResponse: (isLastAttempt: boolean) => Promise<Backfill | UnexpectedState>;
  /** After a rejected write: the backfill that conflicts with it, if any. */
  readonly afterRejection: (failure: Failure) => Promise<Backfill | undefined>;
}

interface UnexpectedState {
  readonly actual: Backfill | undefined;
  /** Whether the server may still perform the write in this state. */
  readonly isStillPossible: boolean;
}

/** An outcome, and the order of the request that it is known from, as in `SnapshotStore.startRequest`. */
interface KnownOutcome {
  readonly outcome: WriteOutcome;
  readonly order: number;
}

/**
 * Sends writes to one server. The store lists a write as pending, until its outcome ends it: two events for each write.
 * No write is sent twice: after a lost response, the backfill is read to find the outcome.
 */
export class BackfillWriter {
  readonly #context: RequestContext;
  /** The writes that are pending or ended just now, by `getWriteKey`. They resolve when the next write is possible. */
  readonly #blockedWrites = new Map<string, Promise<void>>();

  constructor(context: RequestContext) {
    this.#context = context;
  }

  /** Resolves when no write with one of these keys (see `getWriteKey`) blocks the next one. */
  async waitForPendingWrites(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.flatMap((key) => this.#blockedWrites.get(key) ?? []));
  }

  /**
   * Pauses, resumes or cancels a backfill. Sends nothing and returns undefined while a write to it is pending, and for
   * the second press of a double click.
   */
  async change(backfill: Backfill, change: ChangeAction): Promise<WriteOutcome | undefined> {
    const { api } = this.#context;
    const { sinkId, id } = backfill;
    const { targetState, allowedStates }: ActionRule = actionRules[change];
    const readBackfill = (): Promise<Backfill> => api.getBackfill(sinkId, id, this.#readOptions);
    return this.#performWrite(
      { kind: 'change', change, sinkId, backfillId: id },
      () => api.updateBackfill(sinkId, id, targetState, { timeoutMs }),
      {
        afterLostResponse: async () => {
          const actual = await readBackfill();
          const isStillPossible = allowedStates.some((state) => state === actual.state);
          return actual.state === targetState ? actual : { actual, isStillPossible };
        },
        afterRejection: async ({ kind }) => (kind === 'conflict' ? readBackfill() : undefined),
      },
    );
  }

  /**
   * Creates a backfill of a table. Sends nothing and returns undefined while the same write is pending, and for the
   * second press of a double click.
   */
  async create(sinkId: string, table: string, state: 'active' | 'paused'): Promise<WriteOutcome | undefined> {
    const { api, store } = this.#context;
    const knownIds = new Set(store.snapshot.backfills.get(sinkId)?.keys());
    const earliestInsertedAt = this.#now() + store.snapshot.clockSkewMs - clockToleranceMs;
    const matchesRequest = (backfill: Backfill): boolean =>
      backfill.table === table && !knownIds.has(backfill.id) && backfill.insertedAt >= earliestInsertedAt;
    const fetchUnfinished = async (): Promise<readonly Backfill[]> => {
      const response = await api.getSink(sinkId, this.#readOptions);
      // Old servers omit unfinished backfills from the sink; the list of its backfills has them.
      return (
        response.unfinishedBackfills ??
        (await api.listBackfills(sinkId, this.#readOptions)).items.filter(isUnfinished)
      );
    };
    return this.#performWrite(
      { kind: 'create', sinkId, table },
      () => api.createBackfill(sinkId, { table, ...(state === 'paused' && { state }) }, { timeoutMs }),
      {
        afterLostResponse: async (isLastAttempt) => {
          // The backfill of a small table may already have finished. Only the full list, an expensive request, has it.
          const created =
            (await fetchUnfinished()).find(matchesRequest) ??
            (isLastAttempt
              ? (await api.listBackfills(sinkId, this.#readOptions)).items.find(matchesRequest)
              : undefined);
          return created ?? { actual: undefined, isStillPossible: true };
        },
        afterRejection: async (failure) =>
          failure.kind === 'conflict'
            ? (await fetchUnfinished()).find((backfill) => backfill.table === table)
            : undefined,
      },
    );
  }

  async #performWrite(
    write: PendingWrite,
    send: () => Promise<Backfill>,
    reconciliation: Reconciliation,
  ): Promise<WriteOutcome | undefined> {
    const { store, clock } = this.#context;
    const key = getWriteKey(write);
    if (this.#blockedWrites.has(key)) {
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#blockedWrites.set(key, promise);
    store.beginWrite(write);
    try {
      const known = await this.#sendAndReconcile(send, reconciliation);
      this.#endWrite(write, known);
      return known.outcome;
    } catch (error) {
      store.endWrite(write, this.#now());
      throw error;
    } finally {
      clock.schedule(doubleClickGuardMs, () => {
        this.#blockedWrites.delete(key);
        resolve(undefined);
      });
    }
  }

  #endWrite(write: PendingWrite, { outcome, order }: KnownOutcome): void {
    const { store } = this.#context;
    if (outcome.kind === 'done') {
      store.endWrite(write, this.#now(), { written: outcome.backfill });
      return;
    }
    const { failure, currentBackfill } = outcome;
    const missing = failure.kind === 'notFound' ? failure.resource : undefined;
    if (missing === 'sink' && store.snapshot.sinks.has(write.sinkId)) {
      // Ends its writes, too.
      store.removeSink(write.sinkId);
    } else {
      const found = currentBackfill && { backfill: currentBackfill, order };
      store.endWrite(write, this.#now(), { found, isRemoved: missing === 'backfill' });
    }
  }

  async #sendAndReconcile(
    send: () => Promise<Backfill>,
    { afterRejection, afterLostResponse }: Reconciliation,
  ): Promise<KnownOutcome> {
    const order = this.#context.store.startRequest();
    try {
      return { outcome: { kind: 'done', backfill: await send() }, order };
    } catch (error) {
      const failure = toFailure(error);
      const certainty = getCertainty(failure);
      return certainty === 'notPerformed'
        ? this.#readAfterRejection(failure, afterRejection)
        : this.#readAfterLostResponse(failure, certainty === 'unknown', afterLostResponse);
    }
  }

  async #readAfterRejection(
    rejection: Failure,
    read: Reconciliation['afterRejection'],
  ): Promise<KnownOutcome> {
    const order = this.#context.store.startRequest();
    let failure = rejection;
    let currentBackfill: Backfill | undefined;
    try {
      currentBackfill = await read(rejection);
    } catch (error) {
      const readFailure = toFailure(error);
      failure = isResourceNotFound(readFailure) ? readFailure : rejection;
    }
    return { outcome: { kind: 'failed', failure, currentBackfill }, order };
  }

  /** Reads repeatedly until the write is known to be performed. `isUnknown`: see {@link getCertainty}. */
  async #readAfterLostResponse(
    failure: Failure,
    isUnknown: boolean,
    read: Reconciliation['afterLostResponse'],
  ): Promise<KnownOutcome> {
    const { store } = this.#context;
    let currentBackfill: Backfill | undefined;
    let mayBePerformed = true;
    let order = 0;
    for (const delayMs of verifyDelaysMs) {
      await this.#wait(delayMs);
      order = store.startRequest();
      try {
        const result = await read(delayMs === verifyDelaysMs.at(-1));
        if (!('actual' in result)) {
          return { outcome: { kind: 'done', backfill: result }, order };
        }
        currentBackfill = result.actual;
        mayBePerformed = isUnknown && result.isStillPossible;
      } catch (error) {
        const readFailure = toFailure(error);
        if (isResourceNotFound(readFailure)) {
          return {
            outcome: { kind: 'failed', failure: readFailure, currentBackfill: undefined },
            order,
          };
        }
        currentBackfill = undefined;
        mayBePerformed = true;
      }
    }
    const kind = mayBePerformed ? 'unconfirmed' : 'failed';
    return { outcome: { kind, failure, currentBackfill }, order };
  }

  get #readOptions(): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    return { signal: this.#context.signal, timeoutMs };
  }

  #now(): number {
    return this.#context.clock.now();
  }

  #wait(ms: number): Promise<void> {
    return ms === 0
      ? Promise.resolve()
      : new Promise((resolve) => void this.#context.clock.schedule(ms, resolve));
  }
}

/**
 * What a failure says about the write: `notPerformed` if it was rejected or never sent; `finished` if the server has
 * finished with it, so that a read shows the result; `unknown` if the server may still perform it, such as after a
 * timeout, a reset or a gateway's 504.
 */
function getCertainty(failure: Failure): 'notPerformed' | 'finished' | 'unknown' {
  switch (failure.kind) {
    case 'timeout':
    case 'cancelled':
    case 'internal':
      return 'unknown';
    case 'server':
      // Sequin's own errors end the request. Others are those of a gateway, such as 504 or Cloudflare's 524.
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
