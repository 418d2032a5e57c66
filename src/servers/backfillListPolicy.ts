import { maxBackfillListFraction, type PollContext } from './pollPolicy.ts';

/** The shortest time between two requests for the same backfill list. */
const minBackfillListGapMs = 25_000;
/** The longest delay before a failed request for a backfill list is repeated. */
const maxBackfillListRetryMs = 10 * 60_000;
/** The time limit of a request for a backfill list. */
export const backfillListTimeoutMs = 60_000;

/** The latest request for a backfill list. */
export interface BackfillListRequest {
  /**
   * How long a request for the list usually keeps the server busy, in milliseconds. After a failure, how long the failed
   * request kept the server busy; 0 in an outage, except for a timeout.
   */
  readonly costMs: number;
  readonly hasFailed: boolean;
}

/**
 * Returns, for each backfill list in a view, how long after its latest request it is refreshed, in milliseconds: at least
 * the interval that the user configured. All lists together may keep the server busy for {@link maxBackfillListFraction}
 * of the time. Times proportional to the square root of the cost give the most recent data on average: an expensive list
 * is refreshed less often than a cheap one. A failed request says little about the cost of the next one, so its retry
 * depends on no other list.
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
