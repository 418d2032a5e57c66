import * as l10n from '@vscode/l10n';
import type { BackfillQueue, QueueItem } from '../model/queue/BackfillQueue.ts';
import type { QueueProgress } from '../model/queue/queueProgress.ts';
import { featureMinimumVersions } from '../model/serverVersion.ts';
import { formatBackfillCounts } from './backfillCountsText.ts';
import type { Fact } from './facts.ts';
import { formatCount, formatOrdinal, formatPercent, formatRoughDuration, joinParts } from './format.ts';
import { toDisplayText } from './toDisplayText.ts';

/** The description of a waiting backfill: `Queued · 3rd`. */
export function describeQueuePosition(position: number): string {
  return l10n.t('Queued · {0}', formatOrdinal(position));
}

/** The position of a waiting backfill in the queue, for a hover; empty for other backfills. */
export function toQueueFacts(queue: BackfillQueue | undefined, position: number | undefined): Fact[] {
  return queue === undefined || position === undefined
    ? []
    : [{ label: l10n.t('Queue'), value: `${formatOrdinal(position)} · ${formatLimit(queue.limit)}` }];
}

/** `2 at a time`. */
function formatLimit(limit: number): string {
  return l10n.t('{0} at a time', formatCount(limit));
}

/**
 * The progress of a queue: `Queue: 3 of 12 finished · 1 failed · 47% · about 14 min left · 2 at a time`. Deleted
 * backfills count as finished. Backfills that someone paused, or that the server refuses to resume, don't count as
 * finished.
 */
export function describeQueueProgress(
  { total, counts, fraction, remainingMs }: QueueProgress,
  { limit }: BackfillQueue,
): string {
  const finished = counts.completed + counts.cancelled + counts.failed + counts.removed;
  return joinParts(
    l10n.t('Queue: {0} of {1} finished', formatCount(finished), formatCount(total)),
    counts.failed === 0 ? '' : l10n.t('{0} failed', formatCount(counts.failed)),
    fraction === undefined ? '' : formatPercent(fraction),
    remainingMs === undefined
      ? ''
      : l10n.t('about {0} left', formatRoughDuration(Math.max(60_000, remainingMs))),
    formatLimit(limit),
  );
}

/** Explains why backfills of an old server can't run a few at a time. */
export function describeMissingQueue(): string {
  return l10n.t(
    'All backfills start at once. Running a few at a time requires Sequin {0} or later, which can pause backfills.',
    featureMinimumVersions.paused,
  );
}

/** Reports that the queue was stopped, and how many waiting backfills stay paused. */
export function describeStoppedQueue(waitingCount: number): string {
  switch (waitingCount) {
    case 0:
      return l10n.t('The queue was stopped.');
    case 1:
      return l10n.t('The queue was stopped. 1 backfill stays paused.');
    default:
      return l10n.t('The queue was stopped. {0} backfills stay paused.', formatCount(waitingCount));
  }
}

/** The label of the button that lets the user choose how many backfills run at a time. */
export function getQueueLabel(): string {
  return l10n.t('Run a Few at a Time…');
}

/**
 * The result of a finished queue: `The queue has finished: 11 backfills completed, 1 failed.`
 * @param connectionName undefined if there is only one connection
 */
export function describeQueueEnd({ items }: BackfillQueue, connectionName: string | undefined): string {
  const count = (phase: QueueItem['phase']): number => items.filter((item) => item.phase === phase).length;
  const result = formatBackfillCounts({
    completed: count('completed'),
    cancelled: count('cancelled'),
    deleted: count('removed'),
    failed: count('failed'),
    // When a queue ends, a backfill is still in the phase `started` only if someone paused it.
    paused: count('rejected') + count('started'),
  });
  return connectionName === undefined
    ? l10n.t('The queue has finished: {0}.', result)
    : l10n.t('The queue of {0} has finished: {1}.', toDisplayText(connectionName), result);
}
