import { t } from '@vscode/l10n';
import { type Backfill, getFinishTime } from '../model/Backfill.ts';
import { computeOutcome, type ProgressEstimate } from '../model/progress/estimate.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import { getRereadRows } from '../model/progress/rereadRows.ts';
import { getPausedMs, getRunningMs } from '../model/progress/runningTime.ts';
import { formatRowsPerSecond, formatTimeLeftValue } from './estimateText.ts';
import type { Fact } from './facts.ts';
import { formatCount, formatDuration, formatRelativeTime, formatShortTime } from './format.ts';

/** The data that a backfill's figures are computed from. */
export interface FiguresInput {
  readonly backfill: Backfill;
  readonly estimate: ProgressEstimate | undefined;
  /** The observed progress; undefined for a finished backfill. */
  readonly progressTrack: ProgressTrack | undefined;
  /** The server's time, in milliseconds. */
  readonly now: number;
  /** The server's clock minus the editor's, in ms. The expected finish is shown in the editor's time. */
  readonly clockSkewMs: number;
}

/** The key figures of a backfill: rates, elapsed time, time left and expected finish. */
export function toFigures(input: FiguresInput): Fact[] {
  const { backfill } = input;
  const rereadRows = getRereadRows(backfill, input.progressTrack);
  const entries: Figure[] = [
    ...(getFinishTime(backfill) === undefined ? listUnfinishedFigures(input) : listFinishedFigures(input)),
    [t('Rows read again'), rereadRows === 0 ? undefined : formatCount(rereadRows)],
  ];
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
  const pausedMs = getPausedMs(progressTrack, now);
  const timeLeft = formatTimeLeftValue(estimate);
  const localNow = now - clockSkewMs;
  const finishTimes = (timeLeft === undefined ? [] : (estimate?.displayedRangeMs ?? [])).map((ms) =>
    formatShortTime(localNow + ms, localNow),
  );
  return [
    [t('Current rate'), formatRowsPerSecond(estimate?.rowsPerSecond)],
    [t('Average rate'), formatRowsPerSecond(estimate?.averageRowsPerSecond)],
    [t('Elapsed'), formatDuration(getRunningMs(backfill, progressTrack, now))],
    [t('Paused for'), pausedMs < 1_000 ? undefined : formatDuration(pausedMs)],
    [t('Time left'), timeLeft],
    [t('Expected finish'), finishTimes.length === 0 ? undefined : [...new Set(finishTimes)].join(' – ')],
  ];
}

function listFinishedFigures({ backfill, now }: FiguresInput): Figure[] {
  const outcome = computeOutcome(backfill);
  const finishTime = getFinishTime(backfill);
  return [
    [t('Average rate'), formatRowsPerSecond(outcome?.averageRowsPerSecond)],
    [t('Duration'), outcome === undefined ? undefined : formatDuration(outcome.durationMs)],
    [t('Finished'), finishTime === undefined ? undefined : formatRelativeTime(finishTime, now)],
  ];
}
