import * as l10n from '@vscode/l10n';
import { type Backfill, compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import type { Database } from '../model/Database.ts';
import type { BackfillStatus } from '../model/progress/backfillStatus.ts';
import { compareByName, type Sink } from '../model/Sink.ts';
import { filterStalled, getLiveStatus } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { getBackfillsOfSink, getSinksOfDatabase } from '../servers/Snapshot.ts';
import { describeBackfill, formatTableName } from '../text/backfillText.ts';
import { describeDatabase } from '../text/databaseText.ts';
import { joinParts } from '../text/format.ts';
import { getStatusIcon } from '../text/icons.ts';
import { describeSink, formatSinkName } from '../text/sinkText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import type { PickItem } from './Ui.ts';

/** A sink, and the monitor of its server. */
export interface TargetSink {
  readonly monitor: ServerMonitor;
  readonly sink: Sink;
}

/** A backfill, and the monitor of its server. */
export interface TargetBackfill {
  readonly monitor: ServerMonitor;
  readonly backfill: Backfill;
}

/** A source database, and the monitor of its server. */
export interface TargetDatabase {
  readonly monitor: ServerMonitor;
  readonly database: Database;
}

/** Creates an item for each sink of a server, sorted by name. */
export function createSinkItems(servers: ServerRegistry, monitor: ServerMonitor): PickItem<TargetSink>[] {
  const { snapshot, serverNow } = monitor;
  const group = formatConnectionPrefix(servers, monitor);
  return [...snapshot.sinks.values()].sort(compareByName).map((sink) => {
    const unfinished = getBackfillsOfSink(snapshot, sink.id).filter(isUnfinished);
    const stalled = filterStalled(snapshot, unfinished, serverNow);
    return {
      label: formatSinkName(sink),
      // Separators disappear while the user filters the list, so the description repeats the connection.
      description: joinParts(group, describeSink(sink, unfinished, { stalled, queue: snapshot.queue })),
      group,
      value: { monitor, sink },
    };
  });
}

/** Creates an item for each known backfill of a server, grouped by status, with the newest first in each group. */
export function createBackfillItems(
  servers: ServerRegistry,
  monitor: ServerMonitor,
): PickItem<TargetBackfill>[] {
  const { snapshot, serverNow } = monitor;
  const prefix = formatConnectionPrefix(servers, monitor);
  const groups = getStatusGroups();
  const groupOrder = [...new Set(Object.values(groups))];
  return [...snapshot.sinks.values()]
    .flatMap((sink) => getBackfillsOfSink(snapshot, sink.id).map((backfill) => ({ sink, backfill })))
    .map(({ sink, backfill }) => ({ sink, backfill, live: getLiveStatus(snapshot, backfill, serverNow) }))
    .sort(
      (a, b) =>
        groupOrder.indexOf(groups[a.live.status]) - groupOrder.indexOf(groups[b.live.status]) ||
        compareNewestFirst(a.backfill, b.backfill),
    )
    .map(({ sink, backfill, live }) => ({
      label: formatTableName(backfill),
      // Separators disappear while the user filters the list, so the description repeats the connection.
      description: joinParts(
        prefix,
        formatSinkName(sink),
        describeBackfill(backfill, serverNow, { live, withState: true }),
      ),
      icon: getStatusIcon(live.status),
      group: joinParts(prefix, groups[live.status]),
      value: { monitor, backfill },
    }));
}

/** Returns the group for each status of a backfill. The order of the keys is the order of the groups. */
function getStatusGroups(): Record<BackfillStatus, string> {
  return {
    stalled: l10n.t('Stalled'),
    counting: l10n.t('Running'),
    running: l10n.t('Running'),
    paused: l10n.t('Paused'),
    unknown: l10n.t('Unknown'),
    completed: l10n.t('Finished'),
    completedWithDeliveryErrors: l10n.t('Finished'),
    cancelled: l10n.t('Finished'),
    failed: l10n.t('Finished'),
  };
}

/** Creates an item for each database of a server, sorted by name. */
export function createDatabaseItems(
  servers: ServerRegistry,
  monitor: ServerMonitor,
): PickItem<TargetDatabase>[] {
  const { snapshot, serverNow } = monitor;
  const group = formatConnectionPrefix(servers, monitor);
  const databases = [...snapshot.databases.values()].sort(compareByName);
  return databases.map((database) => {
    const sinkCount = getSinksOfDatabase(snapshot, database).length;
    const test = snapshot.connectionTests.get(database.id);
    return {
      label: toDisplayText(database.name),
      description: joinParts(
        group,
        describeDatabase(database, sinkCount, test, serverNow - snapshot.clockSkewMs),
      ),
      group,
      value: { monitor, database },
    };
  });
}

/** Returns the name of a connection if there are several connections, else ''. */
function formatConnectionPrefix({ all }: ServerRegistry, { connection }: ServerMonitor): string {
  return all.length > 1 ? toDisplayText(connection.name) : '';
}
