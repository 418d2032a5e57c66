import { MarkdownString } from 'vscode';
import { fractionDone, type Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { backfillFacts, progressText, stateName, tableName } from '../text/backfillText.ts';
import type { Fact } from '../text/Fact.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { formatPercent } from '../text/format.ts';
import { checkFacts, sinkFacts, sinkName } from '../text/sinkText.ts';

const barWidth = 320;
/** Between the columns of a table, which a hover draws without any. */
const gap = '&nbsp;'.repeat(3);

/** The hover of a backfill. `now` is the editor's time. */
export function backfillHover(backfill: Backfill, sink: Sink | undefined, now: number): MarkdownString {
  const fraction = fractionDone(backfill);
  const bar = fraction === undefined ? '' : `${progressBar(fraction)}\n\n`;
  const title = sink === undefined ? tableName(backfill) : `${tableName(backfill)} → ${sinkName(sink)}`;
  return new MarkdownString(
    `**${escapeMarkdown(title)}** · ${escapeMarkdown(stateName(backfill.state))}\n\n` +
      `${bar}${escapeMarkdown(progressText(backfill))}\n\n${table(backfillFacts(backfill, now))}`,
  );
}

/** The hover of a sink, with each check of its health. */
export function sinkHover(sink: Sink): MarkdownString {
  const checks = checkFacts(sink.health);
  return new MarkdownString(
    `**${escapeMarkdown(sinkName(sink))}**\n\n${table(sinkFacts(sink))}` +
      (checks.length > 0 ? `\n\n---\n\n${table(checks)}` : ''),
  );
}

/** A picture, since letters make a ragged bar in most fonts. It cannot know the theme: one blue for all. */
function progressBar(fraction: number): string {
  const done = Math.round(fraction * barWidth);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${barWidth}" height="6">` +
    `<rect width="${barWidth}" height="6" rx="3" fill="#808080" fill-opacity=".35"/>` +
    `<rect width="${done}" height="6" rx="3" fill="#3b8eea"/></svg>`;
  return `![${formatPercent(fraction)}](data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`;
}

function table(facts: readonly Fact[]): string {
  const rows = facts.map(
    ({ label, value }) => `| ${escapeMarkdown(label)}${gap} | ${escapeMarkdown(value)} |`,
  );
  return ['| | |', '|:--|:--|', ...rows].join('\n');
}
