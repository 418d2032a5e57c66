import { t } from '@vscode/l10n';
import { endedAt, type Backfill } from '../model/Backfill.ts';
import { outcomeOf, type Estimate } from '../model/estimate.ts';
import type { Track } from '../model/track.ts';
import type { Fact } from './Fact.ts';
import { formatAgo, formatDuration, formatMinute } from './format.ts';
import { rateText, remainingText } from './progressText.ts';

/** What the figures of a backfill follow from. */
export interface FiguresFacts {
  readonly backfill: Backfill;
  readonly estimate: Estimate | undefined;
  /** What was observed of it; undefined for one that has ended. */
  readonly track: Track | undefined;
  /** The server's time, in milliseconds. */
  readonly now: number;
  /** The server's clock minus the editor's: an expected end is compared with the editor's. */
  readonly skewMs: number;
}

/** The few figures that are looked at first: how fast it is, how long it takes, when it will be done. */
export function figures(facts: FiguresFacts): Fact[] {
  const { backfill } = facts;
  const all = endedAt(backfill) === undefined ? openFigures(facts) : endedFigures(facts);
  return all.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
}

type Figure = readonly [label: string, value: string | undefined];

function openFigures({ backfill, estimate, track, now, skewMs }: FiguresFacts): Figure[] {
  const heldMs =
    track === undefined ? 0 : track.heldMs + (track.heldSince === null ? 0 : now - track.heldSince);
  const left = remainingText(estimate);
  const remainingMs = estimate?.shownRemainingMs ?? null;
  const localNow = now - skewMs;
  return [
    [t('Rate now'), rateText(estimate?.rowsPerSecond)],
    [t('Average rate'), rateText(estimate?.averageRowsPerSecond)],
    [t('Running for'), formatDuration(now - backfill.insertedAt - heldMs)],
    [t('Stood still for'), heldMs < 1_000 ? undefined : formatDuration(heldMs)],
    [t('Time left'), left],
    [
      t('Expected end'),
      left === undefined || remainingMs === null ? undefined : formatMinute(localNow + remainingMs, localNow),
    ],
  ];
}

function endedFigures({ backfill, now }: FiguresFacts): Figure[] {
  const outcome = outcomeOf(backfill);
  const ended = endedAt(backfill);
  return [
    [t('Average rate'), rateText(outcome?.averageRowsPerSecond ?? undefined)],
    [t('Duration'), outcome === undefined ? undefined : formatDuration(outcome.durationMs)],
    [t('Ended'), ended === undefined ? undefined : formatAgo(ended, now)],
  ];
}
