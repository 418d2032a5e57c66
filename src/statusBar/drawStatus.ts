import { t } from '@vscode/l10n';
import type { Backfill } from '../model/Backfill.ts';
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

/** What is told of a server. */
type Watched = Pick<Monitor, 'connection' | 'snapshot' | 'serverNow'>;

/** What the status bar says of all servers; undefined: nothing that would be worth its place. `now` is the editor's time. */
export function drawStatus(monitors: readonly Watched[], lookedAt: number, now: number): Status | undefined {
  const servers = monitors
    .map(({ connection, snapshot, serverNow }) => {
      const stale = staleText({ load: snapshot.sinksLoad, server: connection.name, now });
      return { connection, snapshot, concerns: concernsOf(snapshot, serverNow, lookedAt), stale };
    })
    .filter(({ concerns }) => concerns.running.length + concerns.failed.length > 0);
  if (servers.length === 0) {
    return undefined;
  }
  const running = servers.flatMap(({ concerns }) => concerns.running);
  const counts = {
    stalled: servers.flatMap(({ concerns }) => concerns.stalled).length,
    failed: servers.flatMap(({ concerns }) => concerns.failed).length,
  };
  const stale = servers.map((server) => server.stale).filter(Boolean);
  const runs = running.length === 0 ? '' : runningText(running);
  const needs = runs === '' ? countsText(counts) : shortCountsText(counts);
  return {
    text: [
      runs && `${stale.length === 0 ? '$(sync)' : '$(sync-ignored)'} ${runs}`,
      needs && `$(warning) ${needs}`,
    ]
      .filter(Boolean)
      .join(' '),
    hover: servers
      .flatMap(({ connection, snapshot, concerns, stale: old }) => [
        // Of one server there is nothing to tell it from.
        monitors.length > 1 ? `*${escapeMarkdown(connection.name)}*` : '',
        escapeMarkdown(old),
        ...lines(snapshot, concerns),
      ])
      .filter(Boolean)
      .join('\n\n'),
    spoken: t('Sequin: {0}', formatList([runs, needs, ...stale].filter(Boolean))),
    urgency: counts.failed > 0 ? 'error' : counts.stalled > 0 ? 'warning' : 'none',
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
