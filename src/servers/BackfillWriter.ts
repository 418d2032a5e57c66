import { toFailure, isResourceNotFound, type Failure } from '../model/failure.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import { isUnfinished, type Backfill } from '../model/Backfill.ts';
import { backfillActions, type BackfillChange } from '../model/backfillActions.ts';
import type { Clock } from '../shared/clock.ts';
import { getWriteKey, type PendingWrite } from './Snapshot.ts';
import type { SnapshotStore } from './SnapshotStore.ts';

/** The outcome of a write. */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly backfill: Backfill }
  | {
      readonly kind: 'notDone';
      readonly failure: Failure;
      /** The conflicting backfill, if the server reported one: the same in another state, or one of the same table. */
      readonly currentBackfill: Backfill | undefined;
    }
  /** The response was lost, and reading the backfill afterwards failed too. */
  | { readonly kind: 'notKnown'; readonly failure: Failure };

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
}

interface BackfillWriterOptions {
  readonly api: SequinApi;
  readonly store: SnapshotStore;
  readonly clock: Clock;
  /** Aborts the reads after a lost response. A write that was sent is never aborted. */
  readonly signal: AbortSignal;
}

/**
 * Sends writes to one server. Responses enter the store as those of a poll do; until then, the store lists the write
 * as pending. No write is sent twice: after a lost response, the backfill is read to find the outcome.
 */
export class BackfillWriter {
  readonly #options: BackfillWriterOptions;

  constructor(options: BackfillWriterOptions) {
    this.#options = options;
  }

  /** Pauses, resumes or cancels a backfill. Sends nothing and returns undefined while a write to it is pending. */
  async change(backfill: Backfill, change: BackfillChange): Promise<WriteOutcome | undefined> {
    const { api, store } = this.#options;
    const { sinkId, id } = backfill;
    const state = backfillActions[change].targetState;
    return this.#performWrite(
      { kind: 'change', change, sinkId, backfillId: id, settled: false },
      () => api.updateBackfill(sinkId, id, state, { timeoutMs }),
      {
        afterLostResponse: async () => {
          const current = await this.#readBackfill(sinkId, id);
          return current.state === state ? current : { actual: current };
        },
        afterRejection: async (failure) => {
          if (failure.kind === 'notFound' && failure.what === 'backfill') {
            store.removeBackfill(sinkId, id, this.#now());
          }
          return failure.kind === 'conflict' ? this.#readBackfill(sinkId, id) : undefined;
        },
      },
    );
  }

  /** Creates a backfill of a table. Sends nothing and returns undefined while the same write is pending. */
  async create(sinkId: string, table: string, state: 'active' | 'paused'): Promise<WriteOutcome | undefined> {
    const { api, store } = this.#options;
    const knownIds = new Set(store.snapshot.backfills.get(sinkId)?.keys());
    const earliestInsertedAt = this.#now() + store.snapshot.clockSkewMs - clockToleranceMs;
    const matchesRequest = (backfill: Backfill): boolean =>
      backfill.table === table && !knownIds.has(backfill.id) && backfill.insertedAt >= earliestInsertedAt;
    const fetchUnfinished = async (): Promise<readonly Backfill[]> => {
      const requestedAt = this.#now();
      const response = await api.getSink(sinkId, this.#readOptions);
      store.applySink(response, this.#now(), requestedAt);
      // Old servers omit unfinished backfills from the sink; the list of its backfills has them.
      return (
        response.unfinishedBackfills ??
        (await api.listBackfills(sinkId, this.#readOptions)).items.filter(isUnfinished)
      );
    };
    return this.#performWrite(
      { kind: 'create', sinkId, table, settled: false },
      () => api.createBackfill(sinkId, { table, ...(state === 'paused' && { state }) }, { timeoutMs }),
      {
        afterLostResponse: async (isLastAttempt) => {
          // The backfill of a small table may already have finished. Only the full list, an expensive request, has it.
          const created =
            (await fetchUnfinished()).find(matchesRequest) ??
            (isLastAttempt
              ? (await api.listBackfills(sinkId, this.#readOptions)).items.find(matchesRequest)
              : undefined);
          return created ?? { actual: undefined };
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
    const { store, clock } = this.#options;
    if (store.snapshot.pendingWrites.has(getWriteKey(write))) {
      return undefined;
    }
    store.setPendingWrite(write);
    try {
      const outcome = await this.#sendAndReconcile(send, reconciliation);
      if (outcome.kind === 'done') {
        store.applyWriteResult(outcome.backfill, this.#now());
      } else if (outcome.failure.kind === 'notFound' && outcome.failure.what === 'sink') {
        store.removeSink(write.sinkId);
      }
      return outcome;
    } finally {
      store.setPendingWrite({ ...write, settled: true });
      clock.schedule(doubleClickGuardMs, () => {
        store.removePendingWrite(write);
      });
    }
  }

  async #sendAndReconcile(
    send: () => Promise<Backfill>,
    reconciliation: Reconciliation,
  ): Promise<WriteOutcome> {
    let failure: Failure;
    try {
      return { kind: 'done', backfill: await send() };
    } catch (error) {
      failure = getFailureOrRethrow(error);
    }
    if (!isOutcomeUnknown(failure)) {
      // A failure of this read doesn't change the outcome of the write.
      const currentBackfill = await reconciliation
        .afterRejection(failure)
        .catch((error: unknown) => void getFailureOrRethrow(error));
      return { kind: 'notDone', failure, currentBackfill };
    }
    let lastMismatch: UnexpectedState | undefined;
    for (const delayMs of verifyDelaysMs) {
      await this.#wait(delayMs);
      try {
        const result = await reconciliation.afterLostResponse(delayMs === verifyDelaysMs.at(-1));
        if (!('actual' in result)) {
          return { kind: 'done', backfill: result };
        }
        lastMismatch = result;
      } catch (error) {
        lastMismatch = undefined;
        const verificationFailure = getFailureOrRethrow(error);
        if (isResourceNotFound(verificationFailure)) {
          return { kind: 'notDone', failure: verificationFailure, currentBackfill: undefined };
        }
      }
    }
    return lastMismatch === undefined
      ? { kind: 'notKnown', failure }
      : { kind: 'notDone', failure, currentBackfill: lastMismatch.actual };
  }

  async #readBackfill(sinkId: string, backfillId: string): Promise<Backfill> {
    const { api, store } = this.#options;
    const requestedAt = this.#now();
    try {
      const backfill = await api.getBackfill(sinkId, backfillId, this.#readOptions);
      store.applyBackfill(backfill, this.#now(), requestedAt);
      return backfill;
    } catch (error) {
      const failure = getFailureOrRethrow(error);
      if (failure.kind === 'notFound' && failure.what === 'backfill') {
        store.removeBackfill(sinkId, backfillId, this.#now());
      }
      throw error;
    }
  }

  get #readOptions(): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    return { signal: this.#options.signal, timeoutMs };
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #wait(ms: number): Promise<void> {
    return ms === 0
      ? Promise.resolve()
      : new Promise((resolve) => void this.#options.clock.schedule(ms, resolve));
  }
}

/** Returns the failure of a failed request. Rethrows any other error. */
function getFailureOrRethrow(error: unknown): Failure {
  const failure = toFailure(error);
  if (failure === undefined) {
    throw error;
  }
  return failure;
}

/**
 * Whether the server may have performed the write in spite of the failure. A gateway's 502, a damaged body and a 500
 * can all replace the response to a successful write.
 */
function isOutcomeUnknown(failure: Failure): boolean {
  switch (failure.kind) {
    case 'timeout':
    case 'server':
    case 'cancelled':
      return true;
    case 'network':
      // Without a connection, nothing was sent.
      return failure.reason !== 'refused' && failure.reason !== 'hostUnknown';
    case 'badAnswer':
      return failure.reason !== 'redirect';
    default:
      return false;
  }
}
