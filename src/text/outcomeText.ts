import * as l10n from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import type { WriteAction } from '../model/backfillActions.ts';
import type { Failure } from '../model/failure.ts';
import type { Sink } from '../model/Sink.ts';
import type { SinkAction } from '../model/sinkActions.ts';
import { describeCurrentState } from './actionText.ts';
import { describeFailure } from './failureText.ts';
import { formatLimitedList } from './format.ts';
import { describeSinkState } from './sinkActionText.ts';
import { formatTargetCount, getWriteText } from './writeText.ts';

/** The reason why a write failed, and the current state if known. */
export interface WriteFailure {
  readonly failure: Failure;
  /** The backfill or the sink as it is now, or the unfinished backfill that prevents a new one. */
  readonly current: Backfill | Sink | undefined;
}

/** Explains why a write failed, and describes the current state if it is known. `now` is the server's time in ms. */
export function describeWriteFailure(
  { failure, current }: WriteFailure,
  connectionName: string,
  now: number,
): string {
  const { sentence } = describeFailure(failure, connectionName);
  if (current === undefined) {
    return sentence;
  }
  const state = 'state' in current ? describeCurrentState(current, now) : describeSinkState(current);
  // The current state already explains why the transition isn't allowed.
  return failure.kind === 'conflict' && failure.reason === 'transition' ? state : `${sentence} ${state}`;
}

/** A change that failed or wasn't confirmed: the name of the backfill (`table → sink`) or the sink, and the reason. */
interface TaskProblem {
  readonly name: string;
  readonly reason: string;
}

/** The result of an action on several backfills or sinks. */
export interface BulkResult {
  /** The number of changes that the server confirmed. */
  readonly confirmedCount: number;
  readonly failed: readonly TaskProblem[];
  /** The changes whose result is unknown, because the response was lost. */
  readonly unconfirmed: readonly TaskProblem[];
  /**
   * The names of the targets whose change wasn't sent, because the user canceled or an earlier failure would have
   * recurred.
   */
  readonly notTried: readonly string[];
}

/** The maximum number of names in a notification. */
const maxNamesShown = 3;

/** Summarizes the result: the number of successful changes, then the names of the other targets, grouped by reason. */
export function describeBulkResult(action: WriteAction | SinkAction, result: BulkResult): string {
  const { confirmedCount, failed, unconfirmed, notTried } = result;
  const total = confirmedCount + failed.length + unconfirmed.length + notTried.length;
  return [
    getWriteText(action).confirmed(formatTargetCount(action, total, confirmedCount)),
    ...groupByReason(failed).map(([reason, names]) =>
      l10n.t('Failed for {0}: {1}', formatNames(names), reason),
    ),
    ...groupByReason(unconfirmed).map(([reason, names]) =>
      l10n.t('Couldn’t confirm {0}: {1}', formatNames(names), reason),
    ),
    notTried.length === 0 ? '' : l10n.t('Skipped: {0}.', formatNames(notTried)),
  ]
    .filter(Boolean)
    .join(' ');
}

function groupByReason(problems: readonly TaskProblem[]): [reason: string, names: string[]][] {
  const groups = Map.groupBy(problems, ({ reason }) => reason);
  return [...groups].map(([reason, group]) => [reason, group.map(({ name }) => name)]);
}

function formatNames(names: readonly string[]): string {
  return formatLimitedList(names, maxNamesShown);
}
