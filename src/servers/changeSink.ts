import type { SinkWithBackfills } from '../api/SequinApi.ts';
import type { Sink } from '../model/Sink.ts';
import { isSinkActionAllowed, type SinkAction, sinkActionRules } from '../model/sinkActions.ts';
import type { MonitorContext } from './MonitorContext.ts';
import { type WriteOutcome, type WriteSender, writeTimeoutMs } from './WriteSender.ts';

/**
 * Changes the status of a sink. Reads the sink first, and doesn't send a status that the sink already has, because even
 * such a write may interrupt the backfills of the sink's database. Returns undefined, like {@link WriteSender.perform},
 * while another write blocks this one.
 */
export async function changeSink(
  { api, store, clock, signal }: MonitorContext,
  sender: WriteSender,
  sinkId: string,
  action: SinkAction,
): Promise<WriteOutcome<Sink> | undefined> {
  const { targetStatus } = sinkActionRules[action];
  const readSink = (): Promise<SinkWithBackfills> =>
    api.getSink(sinkId, { signal, timeoutMs: writeTimeoutMs });
  const write = { kind: 'changeSink', action, sinkId } as const;
  const outcome = await sender.perform<SinkWithBackfills>(
    write,
    {
      beforeSending: async () => {
        const current = await readSink();
        const { status } = current.sink;
        if (status === targetStatus) {
          return { kind: 'done', written: current };
        }
        return isSinkActionAllowed(action, status)
          ? undefined
          : {
              kind: 'failed',
              failure: { kind: 'conflict', reason: 'transition', serverMessages: [] },
              current,
            };
      },
      send: () => api.updateSink(sinkId, targetStatus, { timeoutMs: writeTimeoutMs }),
      afterLostResponse: async () => {
        const actual = await readSink();
        const { status } = actual.sink;
        return status === targetStatus
          ? { written: actual }
          : { actual, isStillPossible: isSinkActionAllowed(action, status) };
      },
    },
    (result) => {
      store.endSinkWrite(write, clock.now(), result);
    },
  );
  if (outcome === undefined) {
    return undefined;
  }
  return outcome.kind === 'done'
    ? { kind: 'done', written: outcome.written.sink }
    : { ...outcome, current: outcome.current?.sink };
}
