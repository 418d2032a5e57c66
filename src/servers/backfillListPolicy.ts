import { maxBackfillListFraction, type PollContext } from './pollPolicy.ts';

/** The shortest time between two requests for the same backfill list, in milliseconds. */
const minBackfillListGapMs = 25_000;
/**
 * The longest delay before a failed request for a backfill list is repeated, in milliseconds, unless the interval that
 * the user configured is longer.
 */
const maxBackfillListRetryMs = 10 * 60_000;
/** The time limit of a request for a backfill list, in milliseconds. */
export const backfillListTimeoutMs = 60_000;

/** The latest request for a backfill list. */
export interface BackfillListRequest {
  /**
   * How long a request for the list usually keeps the server busy, in milliseconds. After a failure, how long the
   * failed request kept the server busy: 0 in an outage, except if the request timed out.
   */
  readonly costMs: number;
  readonly hasFailed: boolean;
}

/**
 * Returns how long after its latest request each backfill list in a view is refreshed, in milliseconds. This is at
 * least the interval that the user configured. All lists together may keep the server busy for at most
 * {@link maxBackfillListFraction} of the time. An expensive list is refreshed less often than a cheap one: on average,
 * the lists are most up to date if their intervals are proportional to the square roots of their costs. A failed
 * request says little about the cost of the next one, so the retry of a list doesn't depend on the other lists.
 */
export function getBackfillListLifetimesMs(
  requests: readonly BackfillListRequest[],
  { intervalMs, windowCount }: Pick<PollContext, 'intervalMs' | 'windowCount'>,
): number[] {
  const sumOfRoots = requests.reduce(
    (sum, { costMs, hasFailed }) => (hasFailed ? sum : sum + Math.sqrt(costMs)),
    0,
  );
  const toGapMs = (busyMs: number): number => (busyMs * windowCount) / maxBackfillListFraction;
  return requests.map(({ costMs, hasFailed }) =>
    Math.max(
      minBackfillListGapMs,
      intervalMs,
      hasFailed ? Math.min(maxBackfillListRetryMs, toGapMs(costMs)) : toGapMs(Math.sqrt(costMs) * sumOfRoots),
    ),
  );
}
