import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import { type ActionRule, actionRules, type ChangeAction } from '../model/backfillActions.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { type WriteOutcome, type WriteSender, writeTimeoutMs } from './WriteSender.ts';

/**
 * How long before the request the created backfill's `inserted_at` may be, in milliseconds. The server truncates times
 * to whole seconds, and the measured clock difference is inexact.
 */
const clockToleranceMs = 3_000;

/**
 * Pauses, resumes or cancels a backfill. Returns undefined, like {@link WriteSender.perform}, while another write
 * blocks this one.
 */
export async function changeBackfill(
  { api, store, clock, signal }: MonitorContext,
  sender: WriteSender,
  { sinkId, id }: Backfill,
  change: ChangeAction,
): Promise<WriteOutcome | undefined> {
  const { targetState, allowedStates }: ActionRule = actionRules[change];
  const readBackfill = (): Promise<Backfill> =>
    api.getBackfill(sinkId, id, { signal, timeoutMs: writeTimeoutMs });
  const write = { kind: 'change', change, sinkId, backfillId: id } as const;
  return sender.perform(
    write,
    {
      send: () => api.updateBackfill(sinkId, id, targetState, { timeoutMs: writeTimeoutMs }),
      afterLostResponse: async () => {
        const actual = await readBackfill();
        const isStillPossible = allowedStates.some((state) => state === actual.state);
        return actual.state === targetState ? { written: actual } : { actual, isStillPossible };
      },
      readConflict: readBackfill,
    },
    (outcome) => {
      store.endWrite(write, clock.now(), outcome);
    },
  );
}

/**
 * Creates a backfill of a table. Returns undefined, like {@link WriteSender.perform}, while another write blocks this
 * one.
 */
export async function createBackfill(
  { api, store, clock, signal }: MonitorContext,
  sender: WriteSender,
  sinkId: string,
  table: string,
  state: 'active' | 'paused',
): Promise<WriteOutcome | undefined> {
  const readOptions = { signal, timeoutMs: writeTimeoutMs };
  const knownIds = new Set(store.snapshot.backfills.get(sinkId)?.keys());
  const earliestInsertedAt = clock.now() + store.snapshot.clockSkewMs - clockToleranceMs;
  const matchesRequest = (backfill: Backfill): boolean =>
    backfill.table === table && !knownIds.has(backfill.id) && backfill.insertedAt >= earliestInsertedAt;
  const listAll = async (): Promise<readonly Backfill[]> =>
    (await api.listBackfills(sinkId, readOptions)).items;
  const listUnfinished = async (): Promise<readonly Backfill[]> => {
    const response = await api.getSink(sinkId, readOptions);
    // Old servers omit unfinished backfills from the sink, but not from its backfill list.
    return response.unfinishedBackfills ?? (await listAll()).filter(isUnfinished);
  };
  const write = { kind: 'create', sinkId, table } as const;
  return sender.perform(
    write,
    {
      send: () =>
        api.createBackfill(
          sinkId,
          { table, ...(state === 'paused' && { state }) },
          { timeoutMs: writeTimeoutMs },
        ),
      afterLostResponse: async (isLastAttempt) => {
        // The backfill of a small table may already have finished. Then only the full list contains it. That list is
        // expensive, so only the last attempt requests it.
        const created =
          (await listUnfinished()).find(matchesRequest) ??
          (isLastAttempt ? (await listAll()).find(matchesRequest) : undefined);
        return created === undefined ? { actual: undefined, isStillPossible: true } : { written: created };
      },
      readConflict: async () => (await listUnfinished()).find((backfill) => backfill.table === table),
    },
    (outcome) => {
      store.endWrite(write, clock.now(), outcome);
    },
  );
}
