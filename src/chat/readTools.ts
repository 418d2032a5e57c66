import * as l10n from '@vscode/l10n';
import type { TargetBackfill } from '../commands/targetItems.ts';
import { type Backfill, compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import { compareByName, type Sink } from '../model/Sink.ts';
import { getConnectionStatus } from '../servers/connectionStatus.ts';
import { getLiveStatus } from '../servers/liveStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { Server } from '../servers/ServerRegistry.ts';
import { getBackfillsOfSink, getShownLoad } from '../servers/Snapshot.ts';
import { describeBackfill, formatProgress, formatStatus, formatTableName } from '../text/backfillText.ts';
import {
  describeConnectionStatus,
  formatConnectionStatus,
  formatServerVersion,
} from '../text/connectionText.ts';
import { describeFailure } from '../text/failureText.ts';
import { toFigures } from '../text/figuresText.ts';
import { describeHistoryEvent, formatEventTime } from '../text/historyText.ts';
import { describeStaleness } from '../text/listMessageText.ts';
import { formatDestination, formatSinkName, formatSinkStatus, groupChecks } from '../text/sinkText.ts';
import { describeDiagnosis, formatDiagnosisTitle } from '../text/stallText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import {
  createMissingError,
  describeMissingSink,
  findBackfillById,
  findServers,
  findSinksOfServer,
} from './findTargets.ts';
import type { Tool, ToolContext } from './Tool.ts';

// The maximum number of items of each kind. The result for the language model must stay short.
const maxSinksOfConnection = 40;
const maxBackfillsOfSink = 20;
const maxEvents = 10;

/**
 * Lists connections with their sinks and loaded backfills. If the input names a sink, lists only that sink, and first
 * loads its finished backfills.
 */
export const listSinks: Tool = {
  describeProgress: () => l10n.t('Listing Sequin sinks'),
  run: async (context, input) => {
    const servers = await findServers(context, input);
    const { sink: name } = input;
    if (name === undefined) {
      return {
        connections: servers.map((server) => toConnectionResult(server, listAllSinks(server), context)),
      };
    }
    const results = await Promise.all(
      servers.map(async (server) => ({ server, sinks: await loadNamedSinks(server, name) })),
    );
    const matches = results.filter(({ sinks }) => sinks.length > 0);
    if (matches.length === 0) {
      throw createMissingError(describeMissingSink(name), servers);
    }
    return { connections: matches.map(({ server, sinks }) => toConnectionResult(server, sinks, context)) };
  },
};

/** Returns the state, the progress and the figures of a backfill. */
export const getBackfill: Tool = {
  describeProgress: () => l10n.t('Reading a Sequin backfill'),
  run: async (context, input) => describeTarget(await findBackfillById(context, input), context),
};

/**
 * Explains why a backfill has stalled or failed: the problem, its remedy, the sink's health checks and the latest
 * events.
 */
export const explainBackfill: Tool = {
  describeProgress: () => l10n.t('Diagnosing a Sequin backfill'),
  run: async (context, input) => {
    const target = await findBackfillById(context, input);
    const { monitor, backfill } = target;
    const { snapshot, serverNow } = monitor;
    const sink = snapshot.sinks.get(backfill.sinkId);
    const liveStatus = getLiveStatus(snapshot, backfill, serverNow);
    const explanation = describeDiagnosis(liveStatus);
    const { knownUntil } = liveStatus;
    return {
      ...describeTarget(target, context),
      problem:
        explanation === undefined
          ? l10n.t('No problem is known.')
          : `${formatDiagnosisTitle(backfill, liveStatus, knownUntil, snapshot.clockSkewMs)}. ${explanation}`,
      sinkStatus: sink && formatSinkStatus(sink.status),
      sinkHealth: groupChecks(sink?.health ?? null).map(({ status, text }) =>
        status === 'healthy' ? `${formatSinkStatus(status)}: ${text}` : text,
      ),
      latestEvents: (snapshot.progressHistories.get(backfill.id)?.events ?? [])
        .slice(-maxEvents)
        .reverse()
        .map(
          (event) =>
            `${formatEventTime(event, { now: serverNow, clockSkewMs: snapshot.clockSkewMs })}: ${describeHistoryEvent(event)}`,
        ),
    };
  },
};

/** Describes a backfill in the words of its page. */
function describeTarget({ monitor, backfill }: TargetBackfill, { clock }: ToolContext): object {
  const { connection, snapshot, serverNow } = monitor;
  const sink = snapshot.sinks.get(backfill.sinkId);
  const liveStatus = getLiveStatus(snapshot, backfill, serverNow);
  const figures = toFigures(backfill, liveStatus, snapshot);
  return {
    id: backfill.id,
    table: formatTableName(backfill),
    sink: sink && formatSinkName(sink),
    connection: toDisplayText(connection.name),
    production: connection.production,
    status: formatStatus(liveStatus.status, backfill),
    progress: formatProgress(backfill),
    ...Object.fromEntries(figures.map(({ label, value }) => [label, value])),
    problem: describeDiagnosis(liveStatus),
    stale: describeStaleness(getShownLoad(snapshot, backfill), connection.name, clock.now()) || undefined,
  };
}

function toConnectionResult(server: Server, sinks: readonly Sink[], { clock }: ToolContext): object {
  const { state, monitor } = server;
  const status = getConnectionStatus(server);
  const name = state.connection.name;
  return {
    id: state.connection.id,
    name: toDisplayText(name),
    address: toDisplayText(state.connection.address),
    production: state.connection.production,
    status: describeConnectionStatus(status, name) || formatConnectionStatus(status),
    ...(monitor && {
      version: formatServerVersion(monitor.snapshot.version),
      stale: describeStaleness(getShownLoad(monitor.snapshot), name, clock.now()) || undefined,
      sinkCount: monitor.snapshot.sinks.size,
      sinks: sinks.slice(0, maxSinksOfConnection).map((sink) => toSinkResult(sink, monitor)),
      omittedSinks: sinks.length > maxSinksOfConnection ? sinks.length - maxSinksOfConnection : undefined,
    }),
  };
}

function toSinkResult(sink: Sink, monitor: ServerMonitor): object {
  const backfills = listBackfills(monitor, sink);
  const listFailure = monitor.snapshot.backfillListLoads.get(sink.id)?.failure;
  return {
    id: sink.id,
    name: formatSinkName(sink),
    status: formatSinkStatus(sink.status),
    health: sink.health === null ? undefined : formatSinkStatus(sink.health.status),
    destination: formatDestination(sink),
    finishedBackfills: listFailure && describeFailure(listFailure, monitor.connection.name).sentence,
    backfills: backfills.slice(0, maxBackfillsOfSink).map((backfill) => ({
      id: backfill.id,
      table: formatTableName(backfill),
      description: describeBackfill(backfill, monitor.serverNow, {
        live: getLiveStatus(monitor.snapshot, backfill, monitor.serverNow),
        withState: true,
      }),
    })),
    omittedBackfills:
      backfills.length > maxBackfillsOfSink ? backfills.length - maxBackfillsOfSink : undefined,
  };
}

/** Lists a sink's backfills in the snapshot: unfinished ones first, each group from newest to oldest. */
function listBackfills({ snapshot }: ServerMonitor, { id }: Sink): Backfill[] {
  return getBackfillsOfSink(snapshot, id).sort(
    (a, b) => Number(isUnfinished(b)) - Number(isUnfinished(a)) || compareNewestFirst(a, b),
  );
}

/** Lists all sinks of a connection: those with unfinished backfills first, each group by name. */
function listAllSinks({ monitor }: Server): Sink[] {
  if (monitor === undefined) {
    return [];
  }
  const { snapshot } = monitor;
  const hasUnfinished = ({ id }: Sink): boolean => getBackfillsOfSink(snapshot, id).some(isUnfinished);
  return [...snapshot.sinks.values()].sort(
    (a, b) => Number(hasUnfinished(b)) - Number(hasUnfinished(a)) || compareByName(a, b),
  );
}

/** Finds the sinks of a connection by name or id, and loads their finished backfills. */
async function loadNamedSinks({ monitor }: Server, idOrName: string): Promise<readonly Sink[]> {
  if (monitor === undefined) {
    return [];
  }
  const sinks = findSinksOfServer(monitor, idOrName);
  await Promise.all(sinks.map(({ id }) => monitor.backfillLists.load(id)));
  return sinks;
}
