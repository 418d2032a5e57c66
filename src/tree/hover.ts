import { t } from '@vscode/l10n';
import { MarkdownString } from 'vscode';
import { fractionDone, type Backfill } from '../model/Backfill.ts';
import { nameOf } from '../model/Connection.ts';
import type { Sink } from '../model/Sink.ts';
import { backfillFacts, progressText, stateName } from '../text/backfillText.ts';
import type { Fact } from '../text/Fact.ts';
import { escapeMarkdown } from '../text/escapeMarkdown.ts';
import { statusOf } from '../monitor/connectionStatus.ts';
import type { Monitor } from '../monitor/Monitor.ts';
import type { Server } from '../monitor/Monitors.ts';
import { liveIn } from '../monitor/live.ts';
import { connectionFacts, connectionStatusText } from '../text/connectionText.ts';
import { formatPercent } from '../text/format.ts';
import { liveText, paceFacts } from '../text/liveText.ts';
import { diagnosisText } from '../text/stallText.ts';
import { backfillName } from '../text/statusText.ts';
import { checkFacts, sinkFacts, sinkName } from '../text/sinkText.ts';
import { missingText, versionText } from '../text/versionText.ts';

const barWidth = 320;
/** Between the columns of a table, which a hover draws without any. */
const gap = '&nbsp;'.repeat(3);

/** The hover of a backfill, with its pace, and why it does not move if it does not. */
export function backfillHover(backfill: Backfill, { snapshot, serverNow }: Monitor): MarkdownString {
  const fraction = fractionDone(backfill);
  const sink = snapshot.sinks.get(backfill.sinkId);
  const live = liveIn(snapshot, backfill, serverNow);
  return new MarkdownString(
    [
      `**${escapeMarkdown(backfillName(backfill, sink))}** · ${escapeMarkdown(stateName(backfill.state))}`,
      fraction === undefined ? '' : progressBar(fraction),
      escapeMarkdown([progressText(backfill), liveText(live)].filter(Boolean).join(' · ')),
      escapeMarkdown(diagnosisText(live) ?? ''),
      table([...paceFacts(live), ...backfillFacts(backfill, serverNow)]),
    ]
      .filter(Boolean)
      .join('\n\n'),
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

/** The hover of a server: how it stands, and what its version lacks. */
export function connectionHover(server: Server): MarkdownString {
  const { state, monitor } = server;
  const name = nameOf(state);
  const status = statusOf(server);
  const version = monitor?.snapshot.version;
  const facts = [
    ...('connection' in state ? connectionFacts(state.connection, status) : []),
    ...(version === undefined ? [] : [{ label: t('Version'), value: versionText(version) }]),
  ];
  return new MarkdownString(
    [
      `**${escapeMarkdown(name)}**`,
      escapeMarkdown(connectionStatusText(status, name)),
      facts.length > 0 ? table(facts) : '',
      ...missingText(version).map(escapeMarkdown),
    ]
      .filter(Boolean)
      .join('\n\n'),
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
