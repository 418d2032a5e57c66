import type { Failure } from '../api/failure.ts';
import type { Backfill } from '../model/Backfill.ts';
import { failureText } from './failureText.ts';
import { isNowText } from './writeText.ts';

/** Why something was not done, and how it is instead, as far as that is known. */
export interface NotDone {
  readonly failure: Failure;
  /** The backfill as it is now, or the one that stands in the way. */
  readonly found: Backfill | undefined;
}

/** Why something was not done, in a sentence or two. `now` is the server's time in ms. */
export function reasonText({ failure, found }: NotDone, server: string, now: number): string {
  const { sentence } = failureText(failure, server);
  if (found === undefined) {
    return sentence;
  }
  // That the state does not allow it follows from what the state is.
  return failure.kind === 'conflict' && failure.reason === 'transition'
    ? isNowText(found, now)
    : `${sentence} ${isNowText(found, now)}`;
}
