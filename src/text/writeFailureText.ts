import type { Failure } from '../model/failure.ts';
import type { Backfill } from '../model/Backfill.ts';
import { describeFailure } from './failureText.ts';
import { describeCurrentState } from './actionText.ts';

/** Why something was not done, and how it is instead, as far as that is known. */
export interface WriteFailure {
  readonly failure: Failure;
  /** The backfill as it is now, or the one that stands in the way. */
  readonly currentBackfill: Backfill | undefined;
}

/** Why something was not done, in a sentence or two. `now` is the server's time in ms. */
export function describeWriteFailure(
  { failure, currentBackfill }: WriteFailure,
  server: string,
  now: number,
): string {
  const { sentence } = describeFailure(failure, server);
  if (currentBackfill === undefined) {
    return sentence;
  }
  // That the state does not allow it follows from what the state is.
  return failure.kind === 'conflict' && failure.reason === 'transition'
    ? describeCurrentState(currentBackfill, now)
    : `${sentence} ${describeCurrentState(currentBackfill, now)}`;
}
