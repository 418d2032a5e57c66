import type { Failure } from '../model/failure.ts';
import type { Backfill } from '../model/Backfill.ts';
import { describeFailure } from './failureText.ts';
import { describeCurrentState } from './actionText.ts';

/** The reason why a write failed, and the backfill's current state if known. */
export interface WriteFailure {
  readonly failure: Failure;
  /** The backfill's current state, or the unfinished backfill that prevents a new one. */
  readonly currentBackfill: Backfill | undefined;
}

/** Explains why a write failed, in one or two sentences. `now` is the server's time in ms. */
export function describeWriteFailure(
  { failure, currentBackfill }: WriteFailure,
  server: string,
  now: number,
): string {
  const { sentence } = describeFailure(failure, server);
  if (currentBackfill === undefined) {
    return sentence;
  }
  // The current state already explains why the transition isn't allowed.
  return failure.kind === 'conflict' && failure.reason === 'transition'
    ? describeCurrentState(currentBackfill, now)
    : `${sentence} ${describeCurrentState(currentBackfill, now)}`;
}
