import pMap from 'p-map';
import type { Failure } from '../model/failure.ts';
import type { WriteOutcome } from './WriteSender.ts';

/** The number of concurrent writes. */
const maxConcurrentWrites = 4;

/**
 * Performs many writes in order, a few at a time. Returns the outcomes in the same order; undefined for a write that
 * sent nothing, or that wasn't started because `signal` was aborted or an earlier failure affects all writes.
 * `onSettled` is called after each write that was started.
 */
export async function writeMany<T, R>(
  items: readonly T[],
  write: (item: T) => Promise<WriteOutcome<R> | undefined>,
  { signal, onSettled }: { readonly signal: AbortSignal; readonly onSettled: () => void },
): Promise<(WriteOutcome<R> | undefined)[]> {
  let isStopped = false;
  return pMap(
    items,
    async (item) => {
      if (isStopped || signal.aborted) {
        return undefined;
      }
      const outcome = await write(item);
      isStopped ||= outcome !== undefined && outcome.kind !== 'done' && affectsAllWrites(outcome.failure);
      onSettled();
      return outcome;
    },
    { concurrency: maxConcurrentWrites },
  );
}

/** Whether every further write would fail, too: the server is unreachable or rejects all requests. */
export function affectsAllWrites({ kind }: Failure): boolean {
  return ['unauthorized', 'rateLimited', 'network', 'tls', 'timeout'].includes(kind);
}
