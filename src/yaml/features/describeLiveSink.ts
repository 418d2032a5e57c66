import * as l10n from '@vscode/l10n';
import { getFractionDone, isUnfinished } from '../../model/Backfill.ts';
import { countQueued } from '../../model/queue/BackfillQueue.ts';
import type { Sink } from '../../model/Sink.ts';
import { getLiveStatus } from '../../servers/liveStatus.ts';
import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { getBackfillsOfSink } from '../../servers/Snapshot.ts';
import { formatShortCounts } from '../../text/backfillCountsText.ts';
import { formatShortTimeLeft } from '../../text/estimateText.ts';
import { formatPercent, joinParts } from '../../text/format.ts';
import { formatSinkStatus } from '../../text/sinkText.ts';
import { formatStallCause } from '../../text/stallText.ts';

/** Describes the state of a sink in one line, with stalls and their causes first: `2 running · 47% · 4 min left`. */
export function describeLiveSink(
  sink: Sink,
  { snapshot, serverNow }: Pick<ServerMonitor, 'snapshot' | 'serverNow'>,
): string {
  const unfinished = getBackfillsOfSink(snapshot, sink.id)
    .filter(isUnfinished)
    .map((backfill) => ({ backfill, ...getLiveStatus(snapshot, backfill, serverNow) }));
  const paused = unfinished.filter(({ backfill }) => backfill.state === 'paused');
  const queued = countQueued(
    snapshot.queue,
    paused.map(({ backfill }) => backfill),
  );
  const stalled = unfinished.filter(({ status }) => status === 'stalled');
  const running = unfinished.filter((each) => !paused.includes(each) && !stalled.includes(each));
  const causes = stalled.map(({ stall }) => (stall === undefined ? '' : formatStallCause(stall.cause)));
  const fraction = getFractionDone(...running.map(({ backfill }) => backfill));
  const last = running.find((each) => running.every((other) => getTimeLeft(other) <= getTimeLeft(each)));
  return joinParts(
    sink.status === 'active' ? '' : formatSinkStatus(sink.status),
    formatShortCounts({ stalled: stalled.length }),
    ...new Set(causes),
    formatShortCounts({ running: running.length }),
    fraction === undefined ? '' : formatPercent(fraction),
    formatShortTimeLeft(last?.estimate) ?? '',
    formatShortCounts({ queued, paused: paused.length - queued }),
    unfinished.length === 0 ? l10n.t('No backfills in progress') : '',
  );
}

/**
 * The time left in milliseconds. Infinite if unknown, so that no time left is shown for several backfills if it is
 * unknown for one of them.
 */
function getTimeLeft({ estimate }: ReturnType<typeof getLiveStatus>): number {
  return estimate?.timeLeft?.ms ?? Infinity;
}
