import * as l10n from '@vscode/l10n';
import { type Backfill, compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import type { Database } from '../model/Database.ts';
import type { BackfillStatus } from '../model/progress/backfillStatus.ts';
import { compareSinksByName, type Sink } from '../model/Sink.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { ServerRegistry } from '../servers/ServerRegistry.ts';
import { getBackfillsOfSink, getSinksOfDatabase } from '../servers/Snapshot.ts';
import { describeBackfill, formatTableName } from '../text/backfillText.ts';
import { describeDatabase } from '../text/databaseText.ts';
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

/** The sinks of all servers, or of one connection if its id is given, by server and name. */
export function createSinkItems(servers: ServerRegistry, connectionId?: string): PickItem<TargetSink>[] {
  return servers.monitors
    .filter(({ connection }) => connectionId === undefined || connection.id === connectionId)
    .flatMap((monitor) => {
      const sinks = [...monitor.snapshot.sinks.values()].sort(compareSinksByName);
      return sinks.map((sink) => createSinkItem({ monitor, sink }, formatServerPrefix(servers, monitor)));
    });
}

function createSinkItem({ monitor, sink }: TargetSink, group: string): PickItem<TargetSink> {
  const unfinished = getBackfillsOfSink(monitor.snapshot, sink.id).filter(isUnfinished);
  return {
    label: formatSinkName(sink),
    // Separators disappear while the user filters the list.
    description: joinTexts(group, describeSink(sink, unfinished, { queue: monitor.snapshot.queue })),
    group,
    value: { monitor, sink },
  };
}

/** The groups of backfills in a picker, in their order. */
const statusGroups = ['stalled', 'running', 'paused', 'finished'] as const;
type StatusGroup = (typeof statusGroups)[number];

function getStatusGroup(status: BackfillStatus): StatusGroup {
  switch (status) {
    case 'stalled':
    case 'paused':
      return status;
    case 'counting':
    case 'running':
      return 'running';
    default:
      return 'finished';
  }
}

/** An item for each known backfill: by server, then by status, with the newest first. */
export function createBackfillItems(servers: ServerRegistry): PickItem<TargetBackfill>[] {
  const groupNames: Record<StatusGroup, string> = {
    stalled: l10n.t('Stalled'),
    running: l10n.t('Running'),
    paused: l10n.t('Paused'),
    finished: l10n.t('Finished'),
  };
  return servers.monitors.flatMap((monitor) => {
    const prefix = formatServerPrefix(servers, monitor);
    const items = [...monitor.snapshot.sinks.values()].flatMap((sink) =>
      getBackfillsOfSink(monitor.snapshot, sink.id).map((backfill) =>
        createBackfillItem(monitor, sink, backfill),
      ),
    );
    return items
      .sort(
        (a, b) =>
          statusGroups.indexOf(a.group) - statusGroups.indexOf(b.group) ||
          compareNewestFirst(a.value.backfill, b.value.backfill),
      )
      .map((item) => ({
        ...item,
        // Separators disappear while the user filters the list.
        description: joinTexts(prefix, item.description),
        group: joinTexts(prefix, groupNames[item.group]),
      }));
  });
}

function createBackfillItem(
  monitor: ServerMonitor,
  sink: Sink,
  backfill: Backfill,
): PickItem<TargetBackfill> & { readonly group: StatusGroup } {
  const live = getLiveStatus(monitor.snapshot, backfill, monitor.serverNow);
  return {
    label: formatTableName(backfill),
    description: joinTexts(
      formatSinkName(sink),
      describeBackfill(backfill, monitor.serverNow, { live, withState: true }),
    ),
    icon: getStatusIcon(live.status),
    group: getStatusGroup(live.status),
    value: { monitor, backfill },
  };
}

function joinTexts(...texts: readonly string[]): string {
  return texts.filter(Boolean).join(' · ');
}

/** The databases of all servers. */
export function createDatabaseItems(servers: ServerRegistry): PickItem<TargetDatabase>[] {
  return servers.monitors.flatMap((monitor) =>
    [...monitor.snapshot.databases.values()].map((database) => ({
      label: toDisplayText(database.name),
      description: joinTexts(
        formatServerPrefix(servers, monitor),
        describeDatabase(
          database,
          getSinksOfDatabase(monitor.snapshot, database).length,
          monitor.snapshot.connectionTests.get(database.id),
          monitor.serverNow - monitor.snapshot.clockSkewMs,
        ),
      ),
      value: { monitor, database },
    })),
  );
}

/** The name of a server if there are several, else ''. */
function formatServerPrefix({ all }: ServerRegistry, { connection }: ServerMonitor): string {
  return all.length > 1 ? toDisplayText(connection.name) : '';
}
