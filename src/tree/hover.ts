import { MarkdownString } from 'vscode';
import { fractionDone, type Backfill } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';
import { backfillFacts, progressText, stateName, tableName } from '../text/backfillText.ts';
import type { Fact } from '../text/Fact.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { checkFacts, sinkFacts, sinkName } from '../text/sinkText.ts';

const barCells = 24;
/** Between the columns of a table, which a hover draws without any. */
const gap = '&nbsp;'.repeat(3);

/** The hover of a backfill. `now` is the editor's time. */
export function backfillHover(backfill: Backfill, sink: Sink | undefined, now: number): MarkdownString {
  const fraction = fractionDone(backfill);
  const bar = fraction === undefined ? '' : `\`${progressBar(fraction)}\`\n\n`;
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

function progressBar(fraction: number): string {
  const done = Math.floor(fraction * barCells);
  return '█'.repeat(done) + '░'.repeat(barCells - done);
}

function table(facts: readonly Fact[]): string {
  const rows = facts.map(
    ({ label, value }) => `| ${escapeMarkdown(label)}${gap} | ${escapeMarkdown(value)} |`,
  );
  return ['| | |', '|:--|:--|', ...rows].join('\n');
}
