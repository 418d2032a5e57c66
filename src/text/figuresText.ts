import { t } from '@vscode/l10n';
import { getFinishTime, type Backfill } from '../model/Backfill.ts';
import { computeOutcome, type ProgressEstimate } from '../model/progress/estimate.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import type { Fact } from './Fact.ts';
import { formatRelativeTime, formatDuration, formatShortTime } from './format.ts';
import { formatRowsPerSecond, formatTimeLeftValue } from './estimateText.ts';

/** What the figures of a backfill follow from. */
export interface FiguresInput {
  readonly backfill: Backfill;
  readonly estimate: ProgressEstimate | undefined;
  /** What was observed of it; undefined for one that has ended. */
  readonly progressTrack: ProgressTrack | undefined;
  /** The server's time, in milliseconds. */
  readonly now: number;
  /** The server's clock minus the editor's: an expected end is compared with the editor's. */
  readonly clockSkewMs: number;
}

/** The few figures that are looked at first: how fast it is, how long it takes, when it will be done. */
export function toFigures(input: FiguresInput): Fact[] {
  const { backfill } = input;
  const entries =
    getFinishTime(backfill) === undefined ? listUnfinishedFigures(input) : listFinishedFigures(input);
  return entries.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

type Figure = readonly [label: string, value: string | undefined];

function listUnfinishedFigures({
  backfill,
  estimate,
  progressTrack,
  now,
  clockSkewMs,
}: FiguresInput): Figure[] {
  const pausedMs =
    progressTrack === undefined
      ? 0
      : progressTrack.pausedMs + (progressTrack.pausedSince === null ? 0 : now - progressTrack.pausedSince);
  const timeLeft = formatTimeLeftValue(estimate);
  const remainingMs = estimate?.displayedRemainingMs ?? null;
  const localNow = now - clockSkewMs;
  return [
    [t('Rate now'), formatRowsPerSecond(estimate?.rowsPerSecond)],
    [t('Average rate'), formatRowsPerSecond(estimate?.averageRowsPerSecond)],
    [t('Running for'), formatDuration(now - backfill.insertedAt - pausedMs)],
    [t('Stood still for'), pausedMs < 1_000 ? undefined : formatDuration(pausedMs)],
    [t('Time left'), timeLeft],
    [
      t('Expected end'),
      timeLeft === undefined || remainingMs === null
        ? undefined
        : formatShortTime(localNow + remainingMs, localNow),
    ],
  ];
}

function listFinishedFigures({ backfill, now }: FiguresInput): Figure[] {
  const outcome = computeOutcome(backfill);
  const finishTime = getFinishTime(backfill);
  return [
    [t('Average rate'), formatRowsPerSecond(outcome?.averageRowsPerSecond ?? undefined)],
    [t('Duration'), outcome === undefined ? undefined : formatDuration(outcome.durationMs)],
    [t('Ended'), finishTime === undefined ? undefined : formatRelativeTime(finishTime, now)],
  ];
}
