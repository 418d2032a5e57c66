import { failureOf, isGone, type Failure } from '../api/failure.ts';
import type { SequinApi } from '../api/SequinApi.ts';
import { isOpen, type Backfill } from '../model/Backfill.ts';
import { stateAfter, type Change } from '../model/changes.ts';
import type { Clock } from '../shared/clock.ts';
import { writeKey, type Write } from './Snapshot.ts';
import type { SnapshotStore } from './SnapshotStore.ts';

/** What became of a write. */
export type WriteOutcome =
  | { readonly kind: 'done'; readonly backfill: Backfill }
  | {
      readonly kind: 'notDone';
      readonly failure: Failure;
      /** What is so instead, where the server told: in which state it is, or which one runs on the table. */
      readonly found: Backfill | undefined;
    }
  /** The answer was lost, and the server could not be asked what became of it. */
  | { readonly kind: 'notKnown'; readonly failure: Failure };

/** A server answers a write within 10 ms; one that is busy within a second or two. */
const timeoutMs = 15_000;
/** After a lost answer: a write that the server still had before it may take effect between two looks. */
const looksAfterMs = [0, 1_000, 3_000] as const;
/** How long a double click may last. */
const doubleClickMs = 500;
/** How much earlier than the moment of asking a backfill of ours may claim to be: whole seconds, and two clocks. */
const clockToleranceMs = 3_000;

/** How to learn what is so when a write's own answer does not tell. Throws as the API does. */
interface Looks {
  /** After an answer was lost: the backfill as it was to be, or what was found instead. */
  readonly lost: (isLastLook: boolean) => Promise<Backfill | Found>;
  /** After the server refused. */
  readonly refused: (failure: Failure) => Promise<Backfill | undefined>;
}

interface Found {
  readonly found: Backfill | undefined;
}

interface WriterParts {
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
export class Writer {
  readonly #parts: WriterParts;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** Pauses, resumes or cancels a backfill. Undefined, and nothing is sent, where a write of it is under way. */
  async change(backfill: Backfill, change: Change): Promise<WriteOutcome | undefined> {
    const { api, store } = this.#parts;
    const { sinkId, id } = backfill;
    const state = stateAfter[change];
    return this.#write(
      { kind: 'change', change, sinkId, backfillId: id, settled: false },
      () => api.updateBackfill(sinkId, id, state, { timeoutMs }),
      {
        lost: async () => {
          const read = await this.#read(sinkId, id);
          return read.state === state ? read : { found: read };
        },
        refused: async (failure) => {
          if (failure.kind === 'notFound' && failure.what === 'backfill') {
            store.removeBackfill(sinkId, id, this.#now());
          }
          return failure.kind === 'conflict' ? this.#read(sinkId, id) : undefined;
        },
      },
    );
  }

  /** Starts a backfill of a table, or creates it paused. Undefined where that is under way already. */
  async create(sinkId: string, table: string, state: 'active' | 'paused'): Promise<WriteOutcome | undefined> {
    const { api, store } = this.#parts;
    const known = new Set(store.snapshot.backfills.get(sinkId)?.keys());
    const earliest = this.#now() + store.snapshot.skewMs - clockToleranceMs;
    const isOurs = (backfill: Backfill): boolean =>
      backfill.table === table && !known.has(backfill.id) && backfill.insertedAt >= earliest;
    const open = async (): Promise<readonly Backfill[]> => {
      const askedAt = this.#now();
      const answer = await api.getSink(sinkId, this.#reading);
      store.applySink(answer, this.#now(), askedAt);
      // Where a sink does not tell, its history does.
      return answer.openBackfills ?? (await api.listBackfills(sinkId, this.#reading)).items.filter(isOpen);
    };
    return this.#write(
      { kind: 'create', sinkId, table, settled: false },
      () => api.createBackfill(sinkId, { table, ...(state === 'paused' && { state }) }, { timeoutMs }),
      {
        lost: async (isLastLook) => {
          // A small table may be done by now: then only the history has it, which is dear.
          const ours =
            (await open()).find(isOurs) ??
            (isLastLook ? (await api.listBackfills(sinkId, this.#reading)).items.find(isOurs) : undefined);
          return ours ?? { found: undefined };
        },
        refused: async (failure) =>
          failure.kind === 'conflict' ? (await open()).find((it) => it.table === table) : undefined,
      },
    );
  }

  async #write(write: Write, send: () => Promise<Backfill>, looks: Looks): Promise<WriteOutcome | undefined> {
    const { store, clock } = this.#parts;
    if (store.snapshot.writes.has(writeKey(write))) {
      return undefined;
    }
    store.setWrite(write);
    try {
      const outcome = await this.#outcome(send, looks);
      if (outcome.kind === 'done') {
        store.applyWritten(outcome.backfill, this.#now());
      } else if (outcome.failure.kind === 'notFound' && outcome.failure.what === 'sink') {
        store.removeSink(write.sinkId);
      }
      return outcome;
    } finally {
      store.setWrite({ ...write, settled: true });
      clock.after(doubleClickMs, () => {
        store.removeWrite(write);
      });
    }
  }

  async #outcome(send: () => Promise<Backfill>, looks: Looks): Promise<WriteOutcome> {
    let failure: Failure;
    try {
      return { kind: 'done', backfill: await send() };
    } catch (error) {
      failure = failureIn(error);
    }
    if (!isLost(failure)) {
      // That the second request fails too changes nothing about the first.
      const found = await looks.refused(failure).catch((error: unknown) => void failureIn(error));
      return { kind: 'notDone', failure, found };
    }
    let seen: Found | undefined;
    for (const afterMs of looksAfterMs) {
      await this.#rest(afterMs);
      try {
        const result = await looks.lost(afterMs === looksAfterMs.at(-1));
        if (!('found' in result)) {
          return { kind: 'done', backfill: result };
        }
        seen = result;
      } catch (error) {
        seen = undefined;
        const why = failureIn(error);
        if (isGone(why)) {
          return { kind: 'notDone', failure: why, found: undefined };
        }
      }
    }
    return seen === undefined
      ? { kind: 'notKnown', failure }
      : { kind: 'notDone', failure, found: seen.found };
  }

  async #read(sinkId: string, backfillId: string): Promise<Backfill> {
    const { api, store } = this.#parts;
    const askedAt = this.#now();
    try {
      const backfill = await api.getBackfill(sinkId, backfillId, this.#reading);
      store.applyBackfill(backfill, this.#now(), askedAt);
      return backfill;
    } catch (error) {
      const failure = failureIn(error);
      if (failure.kind === 'notFound' && failure.what === 'backfill') {
        store.removeBackfill(sinkId, backfillId, this.#now());
      }
      throw error;
    }
  }

  get #reading(): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    return { signal: this.#parts.signal, timeoutMs };
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  #rest(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => void this.#parts.clock.after(ms, resolve));
  }
}

/** Why something failed; a defect of ours goes on. */
function failureIn(error: unknown): Failure {
  const failure = failureOf(error);
  if (failure === undefined) {
    throw error;
  }
  return failure;
}

/**
 * Whether the server may have done what it was asked although it did not say so. A gateway's 502 and a damaged
 * body may stand for an answer that got lost, and so may a 500: what is so is read in every case.
 */
function isLost(failure: Failure): boolean {
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
