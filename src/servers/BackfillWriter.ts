import { toFailure, isResourceNotFound, type Failure } from '../model/failure.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import { isUnfinished, type Backfill } from '../model/Backfill.ts';
import { targetStates, type BackfillChange } from '../model/backfillChanges.ts';
import type { Clock } from '../shared/clock.ts';
import { getWriteKey, type PendingWrite } from './Snapshot.ts';
import type { SnapshotStore } from './SnapshotStore.ts';

/** What became of a write. */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly backfill: Backfill }
  | {
      readonly kind: 'notDone';
      readonly failure: Failure;
      /** What is so instead, where the server told: in which state it is, or which one runs on the table. */
      readonly currentBackfill: Backfill | undefined;
    }
  /** The answer was lost, and the server could not be asked what became of it. */
  | { readonly kind: 'notKnown'; readonly failure: Failure };

/** A server answers a write within 10 ms; one that is busy within a second or two. */
const timeoutMs = 15_000;
/** After a lost answer: a write that the server still had before it may take effect between two looks. */
const verifyDelaysMs = [0, 1_000, 3_000] as const;
/** How long a double click may last. */
const doubleClickGuardMs = 500;
/** How much earlier than the moment of asking a backfill of ours may claim to be: whole seconds, and two clocks. */
const clockToleranceMs = 3_000;

/** How to learn what is so when a write's own answer does not tell. Throws as the API does. */
interface Reconciliation {
  /** After an answer was lost: the backfill as it was to be, or what was found instead. */
  readonly afterLostResponse: (isLastAttempt: boolean) => Promise<Backfill | UnexpectedState>;
  /** After the server refused. */
  readonly afterRejection: (failure: Failure) => Promise<Backfill | undefined>;
}

interface UnexpectedState {
  readonly found: Backfill | undefined;
}

interface BackfillWriterOptions {
  readonly api: SequinApi;
  readonly store: SnapshotStore;
  readonly clock: Clock;
  /** Ends the looking after lost answers. A write itself, once sent, is never taken back. */
  readonly signal: AbortSignal;
}

/**
 * Writes to one server. What it answers enters the store, as the answer to a poll does, and the store says
 * meanwhile that something is under way. No write is sent a second time: where its answer was lost, what
 * became of it is read.
 */
export class BackfillWriter {
  readonly #options: BackfillWriterOptions;

  constructor(options: BackfillWriterOptions) {
    this.#options = options;
  }

  /** Pauses, resumes or cancels a backfill. Undefined, and nothing is sent, where a write of it is under way. */
  async change(backfill: Backfill, change: BackfillChange): Promise<WriteOutcome | undefined> {
    const { api, store } = this.#options;
    const { sinkId, id } = backfill;
    const state = targetStates[change];
    return this.#performWrite(
      { kind: 'change', change, sinkId, backfillId: id, settled: false },
      () => api.updateBackfill(sinkId, id, state, { timeoutMs }),
      {
        afterLostResponse: async () => {
          const current = await this.#readBackfill(sinkId, id);
          return current.state === state ? current : { found: current };
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

  /** Starts a backfill of a table, or creates it paused. Undefined where that is under way already. */
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
      // Where a sink does not tell, its history does.
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
          // A small table may be done by now: then only the history has it, which is dear.
          const created =
            (await fetchUnfinished()).find(matchesRequest) ??
            (isLastAttempt
              ? (await api.listBackfills(sinkId, this.#readOptions)).items.find(matchesRequest)
              : undefined);
          return created ?? { found: undefined };
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
      failure = failureOrRethrow(error);
    }
    if (!isOutcomeUnknown(failure)) {
      // That the second request fails too changes nothing about the first.
      const currentBackfill = await reconciliation
        .afterRejection(failure)
        .catch((error: unknown) => void failureOrRethrow(error));
      return { kind: 'notDone', failure, currentBackfill };
    }
    let lastMismatch: UnexpectedState | undefined;
    for (const delayMs of verifyDelaysMs) {
      await this.#wait(delayMs);
      try {
        const result = await reconciliation.afterLostResponse(delayMs === verifyDelaysMs.at(-1));
        if (!('found' in result)) {
          return { kind: 'done', backfill: result };
        }
        lastMismatch = result;
      } catch (error) {
        lastMismatch = undefined;
        const verificationFailure = failureOrRethrow(error);
        if (isResourceNotFound(verificationFailure)) {
          return { kind: 'notDone', failure: verificationFailure, currentBackfill: undefined };
        }
      }
    }
    return lastMismatch === undefined
      ? { kind: 'notKnown', failure }
      : { kind: 'notDone', failure, currentBackfill: lastMismatch.found };
  }

  async #readBackfill(sinkId: string, backfillId: string): Promise<Backfill> {
    const { api, store } = this.#options;
    const requestedAt = this.#now();
    try {
      const backfill = await api.getBackfill(sinkId, backfillId, this.#readOptions);
      store.applyBackfill(backfill, this.#now(), requestedAt);
      return backfill;
    } catch (error) {
      const failure = failureOrRethrow(error);
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

/** Why something failed; a defect of ours goes on. */
function failureOrRethrow(error: unknown): Failure {
  const failure = toFailure(error);
  if (failure === undefined) {
    throw error;
  }
  return failure;
}

/**
 * Whether the server may have done what it was asked although it did not say so. A gateway's 502 and a damaged
 * body may stand for an answer that got lost, and so may a 500: what is so is read in every case.
 */
function isOutcomeUnknown(failure: Failure): boolean {
  switch (failure.kind) {
    case 'timeout':
    case 'server':
    case 'cancelled':
      return true;
    case 'network':
      // Those that were never connected cannot have sent anything.
      return failure.reason !== 'refused' && failure.reason !== 'hostUnknown';
    case 'badAnswer':
      return failure.reason !== 'redirect';
    default:
      return false;
  }
}
