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

/** Creates an item for each sink of a server, by name. */
export function createSinkItems(servers: ServerRegistry, monitor: ServerMonitor): PickItem<TargetSink>[] {
  const group = formatConnectionPrefix(servers, monitor);
  return [...monitor.snapshot.sinks.values()]
    .sort(compareByName)
    .map((sink) => createSinkItem({ monitor, sink }, group));
}

function createSinkItem({ monitor, sink }: TargetSink, group: string): PickItem<TargetSink> {
  const { snapshot, serverNow } = monitor;
  const unfinished = getBackfillsOfSink(snapshot, sink.id).filter(isUnfinished);
  const stalled = filterStalled(snapshot, unfinished, serverNow);
  return {
    label: formatSinkName(sink),
    // Separators disappear while the user filters the list, so the description repeats the connection.
    description: joinParts(group, describeSink(sink, unfinished, { stalled, queue: snapshot.queue })),
    group,
    value: { monitor, sink },
  };
}

/** The groups of backfills in a picker, in their order. */
const statusGroups = ['stalled', 'running', 'paused', 'unknown', 'finished'] as const;
type StatusGroup = (typeof statusGroups)[number];

function getStatusGroup(status: BackfillStatus): StatusGroup {
  switch (status) {
    case 'stalled':
    case 'paused':
    case 'unknown':
      return status;
    case 'counting':
    case 'running':
      return 'running';
    case 'completed':
    case 'completedWithDeliveryErrors':
    case 'cancelled':
    case 'failed':
      return 'finished';
  }
}

/** Creates an item for each known backfill of a server, by status, then newest first. */
export function createBackfillItems(
  servers: ServerRegistry,
  monitor: ServerMonitor,
): PickItem<TargetBackfill>[] {
  const groupNames: Record<StatusGroup, string> = {
    stalled: l10n.t('Stalled'),
    running: l10n.t('Running'),
    paused: l10n.t('Paused'),
    unknown: l10n.t('Unknown'),
    finished: l10n.t('Finished'),
  };
  const prefix = formatConnectionPrefix(servers, monitor);
  return [...monitor.snapshot.sinks.values()]
    .flatMap((sink) =>
      getBackfillsOfSink(monitor.snapshot, sink.id).map((backfill) =>
        createBackfillItem(monitor, sink, backfill),
      ),
    )
    .sort(
      (a, b) =>
        statusGroups.indexOf(a.group) - statusGroups.indexOf(b.group) ||
        compareNewestFirst(a.value.backfill, b.value.backfill),
    )
    .map((item) => ({
      ...item,
      // Separators disappear while the user filters the list, so the description repeats the connection.
      description: joinParts(prefix, item.description),
      group: joinParts(prefix, groupNames[item.group]),
    }));
}

function createBackfillItem(
  monitor: ServerMonitor,
  sink: Sink,
  backfill: Backfill,
): PickItem<TargetBackfill> & { readonly group: StatusGroup } {
  const live = getLiveStatus(monitor.snapshot, backfill, monitor.serverNow);
  return {
    label: formatTableName(backfill),
    description: joinParts(
      formatSinkName(sink),
      describeBackfill(backfill, monitor.serverNow, { live, withState: true }),
    ),
    icon: getStatusIcon(live.status),
    group: getStatusGroup(live.status),
    value: { monitor, backfill },
  };
}

/** Creates an item for each database of a server, by name. */
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

/** The name of a connection if there are several, else ''. */
function formatConnectionPrefix({ all }: ServerRegistry, { connection }: ServerMonitor): string {
  return all.length > 1 ? toDisplayText(connection.name) : '';
}
