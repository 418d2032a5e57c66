import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { getAllBackfills } from '../../servers/Snapshot.ts';
import type { YamlFile } from '../YamlFile.ts';

/** The parts of a monitor that a file is compared with. */
export type ServerView = Pick<ServerMonitor, 'connection' | 'snapshot'>;

/**
 * Chooses the server that a file describes: the one that the user chose, or otherwise the only one, or the one with the
 * most sinks and databases of the file. Returns undefined if there are no servers, if none of several has any of them, or
 * if the chosen one is missing, for example because it is signed out: another one may be production.
 */
export function chooseServer<T extends ServerView>(
  { symbols }: YamlFile,
  servers: readonly T[],
  chosenConnectionId: string | undefined,
): T | undefined {
  if (chosenConnectionId !== undefined) {
    return servers.find(({ connection }) => connection.id === chosenConnectionId);
  }
  const [first, ...others] = servers;
  if (others.length === 0) {
    return first;
  }
  const names = new Set(symbols.definitions.map(({ kind, name }) => `${kind} ${name}`));
  const countMatches = ({ snapshot }: ServerView): number => {
    const sinks = [...snapshot.sinks.values()];
    const databases = new Set(sinks.map(({ database }) => database));
    return (
      sinks.filter(({ name }) => names.has(`sink ${name}`)).length +
      [...databases].filter((database) => names.has(`database ${String(database)}`)).length
    );
  };
  const matches = servers.map((server) => ({ server, count: countMatches(server) }));
  const [best] = matches.sort((a, b) => b.count - a.count);
  return best === undefined || best.count === 0 ? undefined : best.server;
}

/** The names of the databases that the sinks of a server use. */
export function listDatabases({ snapshot }: ServerView): string[] {
  const databases = [...snapshot.sinks.values()].map(({ database }) => database);
  return [...new Set(databases)].filter((database) => database !== null);
}

/** The tables that the sinks and backfills of a server mention, as `schema.table`. */
export function listTables({ snapshot }: ServerView): string[] {
  const included = [...snapshot.sinks.values()].flatMap(({ source }) => source?.includeTables ?? []);
  const backfilled = getAllBackfills(snapshot).map(({ table }) => table);
  return [...new Set([...included, ...backfilled])].filter((table) => table !== null);
}
