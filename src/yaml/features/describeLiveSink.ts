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

/**
 * Describes the state of a sink in one line, such as `2 running · 47% · 4 min left`. Puts stalls and their causes
 * before running backfills.
 */
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
  const lastToFinish = running.find((each) =>
    running.every((other) => getTimeLeft(other) <= getTimeLeft(each)),
  );
  return joinParts(
    sink.status === 'active' ? '' : formatSinkStatus(sink.status),
    formatShortCounts({ stalled: stalled.length }),
    ...new Set(causes),
    formatShortCounts({ running: running.length }),
    fraction === undefined ? '' : formatPercent(fraction),
    formatShortTimeLeft(lastToFinish?.estimate) ?? '',
    formatShortCounts({ queued, paused: paused.length - queued }),
    unfinished.length === 0 ? l10n.t('No backfills in progress') : '',
  );
}

/**
 * The time left in milliseconds; infinite if unknown. So if the time left of one of several backfills is unknown, none
 * is shown.
 */
function getTimeLeft({ estimate }: ReturnType<typeof getLiveStatus>): number {
  return estimate?.timeLeft?.ms ?? Infinity;
}
