import pMap from 'p-map';
import type { Failure } from '../model/failure.ts';
import type { WriteOutcome } from './BackfillWriter.ts';

/** How many writes are under way at once. */
const maxConcurrentWrites = 4;

/**
 * Writes many, a few at a time, in their order. What came of each is in the same order; undefined: it was not
 * begun, since `signal` aborted, or since what went wrong with another would go wrong with it too.
 */
export async function writeMany<T>(
  items: readonly T[],
  write: (item: T) => Promise<WriteOutcome | undefined>,
  { signal, onSettled }: { readonly signal: AbortSignal; readonly onSettled: () => void },
): Promise<(WriteOutcome | undefined)[]> {
  let stopped = false;
  return pMap(
    items,
    async (item) => {
      if (stopped || signal.aborted) {
        return undefined;
      }
      const outcome = await write(item);
      stopped ||= outcome !== undefined && outcome.kind !== 'done' && affectsAllWrites(outcome.failure);
      onSettled();
      return outcome;
    },
    { concurrency: maxConcurrentWrites },
  );
}

/** Whether the next request would meet the same: the server is away, or wants nothing more of us. */
function affectsAllWrites({ kind }: Failure): boolean {
  return ['unauthorized', 'rateLimited', 'network', 'tls', 'timeout'].includes(kind);
}
