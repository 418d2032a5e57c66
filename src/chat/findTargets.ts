import * as l10n from '@vscode/l10n';
import type { TargetBackfill, TargetSink } from '../commands/targetItems.ts';
import type { Sink } from '../model/Sink.ts';
import { getConnectionStatus } from '../servers/connectionStatus.ts';
import type { ServerMonitor } from '../servers/ServerMonitor.ts';
import type { Server, ServerRegistry } from '../servers/ServerRegistry.ts';
import { findBackfill } from '../servers/Snapshot.ts';
import { describeConnectionStatus } from '../text/connectionText.ts';
import { formatCount } from '../text/format.ts';
import { formatSinkName } from '../text/sinkText.ts';
import { toDisplayText } from '../text/toDisplayText.ts';
import { type ToolContext, ToolError, type ToolInput } from './Tool.ts';

/** How long a tool waits for the sinks of several connections, in milliseconds. */
const maxWaitMs = 10_000;

/**
 * Finds the connection whose id is in the input. If no connection has that id, finds all connections with that name or
 * address. If the input names no connection, finds all connections. Loads their sinks, unless the sinks are current or
 * the last attempt to load them failed. With several connections, stops waiting after {@link maxWaitMs}, so that a slow
 * connection doesn't delay the data of the other connections.
 * @throws ToolError if there is no such connection
 * @throws AbortError if the user stops the tool
 */
export async function findServers(
  { servers, clock, signal }: ToolContext,
  { connection }: Pick<ToolInput, 'connection'>,
): Promise<readonly Server[]> {
  const matches = connection === undefined ? servers.all : findMatchingServers(servers, connection);
  if (matches.length === 0) {
    throw new ToolError(
      connection === undefined
        ? l10n.t('There is no connection to a Sequin server. Add one with the command “Sequin: Connect…”.')
        : l10n.t('There is no connection named {0}.', toDisplayText(connection)),
    );
  }
  const waitLimit = Promise.withResolvers<undefined>();
  const stopWaiting = (): void => {
    waitLimit.resolve(undefined);
  };
  const timer = matches.length > 1 ? clock.schedule(maxWaitMs, stopWaiting) : undefined;
  signal.addEventListener('abort', stopWaiting);
  const loaded = Promise.all(matches.map(async ({ monitor }) => monitor?.ensureCurrentSinks()));
  try {
    await Promise.race([loaded, waitLimit.promise]);
  } finally {
    timer?.dispose();
  }
  signal.throwIfAborted();
  return matches;
}

function findMatchingServers(servers: ServerRegistry, text: string): readonly Server[] {
  const serverWithId = servers.getServer(text);
  return serverWithId === undefined
    ? servers.all.filter(
        ({ state }) => matchesName(text, state.connection.name) || text === state.connection.address,
      )
    : [serverWithId];
}

/**
 * Finds the sink that the input names. Searches the named connection, or all connections if the input names none.
 * @throws ToolError if no sink or more than one sink matches
 */
export async function findSink(context: ToolContext, input: ToolInput): Promise<TargetSink> {
  const { sink: name } = input;
  if (name === undefined) {
    throw new ToolError(l10n.t('The input has no sink.'));
  }
  const servers = await findServers(context, input);
  const sinks = listMonitors(servers).flatMap((monitor) =>
    findSinksOfServer(monitor, name).map((sink) => ({ monitor, sink })),
  );
  return getOnlyMatch(sinks, servers, {
    missing: describeMissingSink(name),
    ambiguous: (count) =>
      l10n.t('{0} sinks match {1}. Specify the connection and the sink by ID.', count, toDisplayText(name)),
  });
}

/**
 * Finds the loaded backfill whose id is in the input. Searches the named connection, or all connections if the input
 * names none.
 * @throws ToolError if no backfill or more than one backfill has that id
 */
export async function findBackfillById(context: ToolContext, input: ToolInput): Promise<TargetBackfill> {
  const { backfillId } = input;
  if (backfillId === undefined) {
    throw new ToolError(l10n.t('The input has no backfill ID.'));
  }
  const servers = await findServers(context, input);
  const backfills = listMonitors(servers).flatMap((monitor) =>
    [...monitor.snapshot.backfills.keys()].flatMap((sinkId) => {
      const backfill = findBackfill(monitor.snapshot, sinkId, backfillId);
      return backfill === undefined ? [] : [{ monitor, backfill }];
    }),
  );
  return getOnlyMatch(backfills, servers, {
    missing: l10n.t(
      'There is no loaded backfill with the ID {0}. To load a finished backfill, list its sink by name.',
      toDisplayText(backfillId),
    ),
    ambiguous: (count) =>
      l10n.t(
        '{0} connections have a backfill with the ID {1}. Specify the connection by ID.',
        count,
        toDisplayText(backfillId),
      ),
  });
}

/**
 * Finds a server's sink by its id. If no sink has that id, finds all sinks with that name. Displayed names match too,
 * because language models know only those.
 */
export function findSinksOfServer({ snapshot }: ServerMonitor, idOrName: string): readonly Sink[] {
  const sinkWithId = snapshot.sinks.get(idOrName);
  return sinkWithId === undefined
    ? [...snapshot.sinks.values()].filter(
        (sink) => matchesName(idOrName, sink.name) || idOrName === formatSinkName(sink),
      )
    : [sinkWithId];
}

function matchesName(text: string, name: string): boolean {
  return text === name.trim() || text === toDisplayText(name.trim());
}

function listMonitors(servers: readonly Server[]): readonly ServerMonitor[] {
  return servers.flatMap(({ monitor }) => monitor ?? []);
}

/**
 * Returns the only item.
 * @throws ToolError if there is no item or more than one
 */
function getOnlyMatch<T>(
  items: readonly T[],
  servers: readonly Server[],
  texts: { readonly missing: string; readonly ambiguous: (count: string) => string },
): T {
  const [first, ...others] = items;
  if (first === undefined) {
    throw createMissingError(texts.missing, servers);
  }
  if (others.length > 0) {
    throw new ToolError(texts.ambiguous(formatCount(items.length)));
  }
  return first;
}

/** Explains that no sink has the given name or id. */
export function describeMissingSink(name: string): string {
  return l10n.t('There is no sink named {0}.', toDisplayText(name));
}

/** Creates the error for a missing target. Appends the problems of the connections, because they may be the reason. */
export function createMissingError(message: string, servers: readonly Server[]): ToolError {
  return new ToolError([message, ...describeProblems(servers)].join(' '));
}

/** Lists the reasons why sinks of these connections may be missing or stale; empty if all connections work. */
function describeProblems(servers: readonly Server[]): string[] {
  return servers
    .map((server) => {
      const name = server.state.connection.name;
      const status = getConnectionStatus(server);
      if (status.kind === 'signedOut') {
        return l10n.t('{0} is signed out. Enter its API token in VS Code.', toDisplayText(name));
      }
      return status.kind === 'connecting'
        ? l10n.t('{0} hasn’t responded yet.', toDisplayText(name))
        : describeConnectionStatus(status, name);
    })
    .filter(Boolean);
}
