import pMap from 'p-map';
import type { Failure } from '../api/failure.ts';
import type { WriteOutcome } from './Writer.ts';

/** How many writes are under way at once. */
const atOnce = 4;

/**
 * Writes many, a few at a time, in their order. What came of each is in the same order; undefined: it was not
 * begun, since `signal` aborted, or since what went wrong with another would go wrong with it too.
 */
export async function writeMany<T>(
  items: readonly T[],
  write: (item: T) => Promise<WriteOutcome | undefined>,
  { signal, onSettled }: { readonly signal: AbortSignal; readonly onSettled: () => void },
): Promise<(WriteOutcome | undefined)[]> {
  let hopeless = false;
  return pMap(
    items,
    async (item) => {
      if (hopeless || signal.aborted) {
        return undefined;
      }
      const outcome = await write(item);
      hopeless ||= outcome !== undefined && outcome.kind !== 'done' && isHopeless(outcome.failure);
      onSettled();
      return outcome;
    },
    { concurrency: atOnce },
  );
}

/** Whether the next request would meet the same: the server is away, or wants nothing more of us. */
function isHopeless({ kind }: Failure): boolean {
  return ['unauthorized', 'rateLimited', 'network', 'tls', 'timeout'].includes(kind);
}
