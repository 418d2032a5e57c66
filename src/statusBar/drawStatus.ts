import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
import { connectionName } from '../model/Connection.ts';
import { concernsOf, type Concerns } from '../monitor/attention.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Snapshot } from '../monitor/Snapshot.ts';
import { progressText, stateName } from '../text/backfillText.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { formatCount, formatList } from '../text/format.ts';
import { staleText } from '../text/messageText.ts';
import { stallText } from '../text/stallText.ts';
import { runningText } from '../text/sinkText.ts';
import { backfillName, countsText, shortCountsText } from '../text/statusText.ts';

/** How many backfills the hover names. */
const mostNamed = 10;

/** All of the status bar's item that is drawn: two that are equal here look the same. */
export interface Status {
  readonly text: string;
  /** The hover, in Markdown. */
  readonly hover: string;
  /** What a screen reader says: the icons in words too. */
  readonly spoken: string;
  readonly urgency: 'none' | 'warning' | 'error';
}

/** What the status bar says of a server; undefined: nothing that would be worth its place. `now` is the editor's time. */
export function drawStatus(
  monitor: Pick<Monitor, 'connection' | 'snapshot' | 'serverNow'>,
  lookedAt: number,
  now: number,
): Status | undefined {
  const { connection, snapshot, serverNow } = monitor;
  const concerns = concernsOf(snapshot, serverNow, lookedAt);
  const { running, stalled, failed } = concerns;
  if (running.length + failed.length === 0) {
    return undefined;
  }
  const stale = staleText({ load: snapshot.sinksLoad, server: connectionName(connection), now });
  const counts = { stalled: stalled.length, failed: failed.length };
  const runs = running.length === 0 ? '' : runningText(running);
  const needs = runs === '' ? countsText(counts) : shortCountsText(counts);
  return {
    text: [runs && `${stale === '' ? '$(sync)' : '$(sync-ignored)'} ${runs}`, needs && `$(warning) ${needs}`]
      .filter(Boolean)
      .join(' '),
    hover: [stale && escapeMarkdown(stale), ...lines(snapshot, concerns)].filter(Boolean).join('\n\n'),
    spoken: t('Sequin: {0}', formatList([runs, needs, stale].filter(Boolean))),
    urgency: failed.length > 0 ? 'error' : stalled.length > 0 ? 'warning' : 'none',
  };
}

/** A line for each backfill: first what needs somebody. */
function lines(snapshot: Snapshot, { running, stalled, failed }: Concerns): string[] {
  const line = (backfill: Backfill, text: string): string => {
    const name = backfillName(backfill, snapshot.sinks.get(backfill.sinkId));
    return `**${escapeMarkdown(name)}** · ${escapeMarkdown(text)}`;
  };
  const still = new Set(stalled.map(({ backfill }) => backfill));
  const all = [
    ...failed.map((backfill) => line(backfill, `${stateName(backfill.state)} · ${progressText(backfill)}`)),
    ...stalled.map(({ backfill, stall }) => line(backfill, stallText(stall))),
    ...running
      .filter((backfill) => !still.has(backfill))
      .map((backfill) => line(backfill, progressText(backfill))),
  ];
  const more = all.length - mostNamed;
  return more > 0 ? [...all.slice(0, mostNamed), t('and {0} more', formatCount(more))] : all;
}
