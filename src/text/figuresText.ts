import * as l10n from '@vscode/l10n';
import { type Backfill, exceedsRowCount, getFinishTime, isUnfinished } from '../model/Backfill.ts';
import type { LiveStatus } from '../model/progress/backfillStatus.ts';
import { computeOutcome, type ProgressEstimate } from '../model/progress/estimate.ts';
import {
  getPausedMs,
  getRereadRows,
  getRunningMs,
  type ProgressTrack,
} from '../model/progress/ProgressTrack.ts';
import { formatRowsPerSecond, formatTimeLeftValue } from './estimateText.ts';
import { type Fact, toFacts } from './facts.ts';
import { formatCount, formatDuration, formatRelativeTime, formatShortTime } from './format.ts';

/** The parts of a snapshot that figures are computed from. */
interface FiguresSnapshot {
  /** The observed progress of unfinished backfills, by id. */
  readonly progressTracks: ReadonlyMap<string, ProgressTrack>;
  /** The server's clock minus the local clock, in ms. The expected finish is shown in local time. */
  readonly clockSkewMs: number;
}

interface FiguresInput extends LiveStatus {
  readonly backfill: Backfill;
  readonly progressTrack: ProgressTrack | undefined;
  readonly clockSkewMs: number;
}

/** The key figures of a backfill: rates, elapsed time, time left and expected finish. */
export function toFigures(
  backfill: Backfill,
  status: LiveStatus,
  { progressTracks, clockSkewMs }: FiguresSnapshot,
): Fact[] {
  const progressTrack = progressTracks.get(backfill.id);
  const rereadRows = getRereadRows(backfill, progressTrack);
  return toFacts([
    ...listFiguresOfState({ ...status, backfill, progressTrack, clockSkewMs }),
    [l10n.t('Rows read again'), rereadRows === 0 ? undefined : formatCount(rereadRows)],
  ]);
}

type Figure = readonly [label: string, value: string | undefined];

/**
 * Lists the figures for the state of a backfill. None for an unknown state of a newer server, because the backfill
 * could be finished.
 */
function listFiguresOfState(input: FiguresInput): Figure[] {
  if (input.status === 'unknown') {
    return [];
  }
  return isUnfinished(input.backfill) ? listUnfinishedFigures(input) : listFinishedFigures(input);
}

function listUnfinishedFigures(input: FiguresInput): Figure[] {
  const { backfill, status, estimate, progressTrack, stall, knownUntil: now } = input;
  // While a sink is paused, *Stalled for* includes this pause, so *Paused for* includes only earlier pauses.
  const pausedMs = status === 'stalled' ? (progressTrack?.pausedMs ?? 0) : getPausedMs(progressTrack, now);
  const runningTime = formatDuration(getRunningMs(backfill, progressTrack, now));
  return [
    [l10n.t('Current rate'), formatRowsPerSecond(estimate?.rowsPerSecond)],
    [l10n.t('Average rate'), formatRowsPerSecond(estimate?.averageRowsPerSecond)],
    [status === 'paused' ? l10n.t('Ran for') : l10n.t('Elapsed'), runningTime],
    [l10n.t('Paused for'), pausedMs < 1_000 ? undefined : formatDuration(pausedMs)],
    [
      l10n.t('Stalled for'),
      status === 'stalled' && stall !== undefined ? formatDuration(now - stall.idleSince) : undefined,
    ],
    [l10n.t('Time left'), formatTimeLeftFigure(backfill, estimate)],
    [l10n.t('Expected finish'), formatExpectedFinish(input)],
  ];
}

/** The time left, or why it is unknown; undefined while the backfill has no estimate. */
function formatTimeLeftFigure(
  backfill: Backfill,
  estimate: ProgressEstimate | undefined,
): string | undefined {
  const timeLeft = formatTimeLeftValue(estimate);
  if (estimate === undefined || timeLeft !== undefined) {
    return timeLeft;
  }
  return backfill.rowsInitial === null
    ? l10n.t('counting rows…')
    : exceedsRowCount(backfill)
      ? l10n.t('unknown')
      : l10n.t('estimating…');
}

/** `3:43 PM`, or `3:43 PM – 3:47 PM` if the time is less certain; undefined while there is no reliable estimate. */
function formatExpectedFinish({ estimate, knownUntil, clockSkewMs }: FiguresInput): string | undefined {
  if (!estimate?.timeLeft) {
    return undefined;
  }
  const localNow = knownUntil - clockSkewMs;
  const { minMs, maxMs } = estimate.timeLeft;
  const times = [minMs, maxMs].map((ms) => formatShortTime(localNow + ms, localNow));
  return [...new Set(times)].join(' – ');
}

function listFinishedFigures({ backfill, knownUntil }: FiguresInput): Figure[] {
  const outcome = computeOutcome(backfill);
  const finishTime = getFinishTime(backfill);
  return [
    [l10n.t('Average rate'), formatRowsPerSecond(outcome?.averageRowsPerSecond)],
    [l10n.t('Duration'), outcome === undefined ? undefined : formatDuration(outcome.durationMs)],
    [l10n.t('Finished'), finishTime === undefined ? undefined : formatRelativeTime(finishTime, knownUntil)],
  ];
}
