import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import { type ActionRule, actionRules, type ChangeAction } from '../model/backfillActions.ts';
import type { RequestContext } from './RequestContext.ts';
import type { PendingWrite } from './Snapshot.ts';
import { type OrderedOutcome, type WriteOutcome, type WriteSender, writeTimeoutMs } from './WriteSender.ts';

/**
 * How much earlier than its request the `inserted_at` of a created backfill may be: the server truncates to whole
 * seconds, and the measured difference of the clocks is inexact.
 */
const clockToleranceMs = 3_000;

/** Changes and creates backfills of one server. */
export class BackfillWriter {
  readonly #context: RequestContext;
  readonly #sender: WriteSender;

  constructor(context: RequestContext, sender: WriteSender) {
    this.#context = context;
    this.#sender = sender;
  }

  /** Pauses, resumes or cancels a backfill. Returns undefined if {@link WriteSender.perform} sends nothing. */
  async change(backfill: Backfill, change: ChangeAction): Promise<WriteOutcome | undefined> {
    const { api } = this.#context;
    const { sinkId, id } = backfill;
    const { targetState, allowedStates }: ActionRule = actionRules[change];
    const readBackfill = (): Promise<Backfill> => api.getBackfill(sinkId, id, this.#readOptions);
    const write = { kind: 'change', change, sinkId, backfillId: id } as const;
    return this.#sender.perform(
      write,
      {
        send: () => api.updateBackfill(sinkId, id, targetState, { timeoutMs: writeTimeoutMs }),
        afterLostResponse: async () => {
          const actual = await readBackfill();
          const isStillPossible = allowedStates.some((state) => state === actual.state);
          return actual.state === targetState ? { written: actual } : { actual, isStillPossible };
        },
        afterRejection: async ({ kind }) => (kind === 'conflict' ? readBackfill() : undefined),
      },
      (outcome) => {
        this.#endWrite(write, outcome);
      },
    );
  }

  /** Creates a backfill of a table. Returns undefined if {@link WriteSender.perform} sends nothing. */
  async create(sinkId: string, table: string, state: 'active' | 'paused'): Promise<WriteOutcome | undefined> {
    const { api, store, clock } = this.#context;
    const knownIds = new Set(store.snapshot.backfills.get(sinkId)?.keys());
    const earliestInsertedAt = clock.now() + store.snapshot.clockSkewMs - clockToleranceMs;
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
    const write = { kind: 'create', sinkId, table } as const;
    return this.#sender.perform(
      write,
      {
        send: () =>
          api.createBackfill(
            sinkId,
            { table, ...(state === 'paused' && { state }) },
            { timeoutMs: writeTimeoutMs },
          ),
        afterLostResponse: async (isLastAttempt) => {
          // The backfill of a small table may already have finished. Only the full list, an expensive request, has it.
          const created =
            (await fetchUnfinished()).find(matchesRequest) ??
            (isLastAttempt
              ? (await api.listBackfills(sinkId, this.#readOptions)).items.find(matchesRequest)
              : undefined);
          return created === undefined ? { actual: undefined, isStillPossible: true } : { written: created };
        },
        afterRejection: async (failure) =>
          failure.kind === 'conflict'
            ? (await fetchUnfinished()).find((backfill) => backfill.table === table)
            : undefined,
      },
      (outcome) => {
        this.#endWrite(write, outcome);
      },
    );
  }

  /** Ends a pending write in the store, and applies its outcome. */
  #endWrite(write: PendingWrite, { outcome, order }: OrderedOutcome<Backfill>): void {
    const { store, clock } = this.#context;
    if (outcome.kind === 'done') {
      store.endWrite(write, clock.now(), { written: outcome.written, order });
    } else {
      const { failure, current } = outcome;
      store.endWrite(write, clock.now(), {
        current,
        order,
        isRemoved: failure.kind === 'notFound' && failure.resource === 'backfill',
      });
    }
  }

  get #readOptions(): { readonly signal: AbortSignal; readonly timeoutMs: number } {
    return { signal: this.#context.signal, timeoutMs: writeTimeoutMs };
  }
}
