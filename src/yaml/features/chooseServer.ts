import type { ServerMonitor } from '../../servers/ServerMonitor.ts';
import { getAllBackfills } from '../../servers/Snapshot.ts';
import type { YamlFile } from '../YamlFile.ts';

/** The parts of a monitor that a file is compared with. */
export type ComparedServer = Pick<ServerMonitor, 'connection' | 'snapshot'>;

/**
 * Chooses the server that a file describes: the server that the user chose, or otherwise the only server, or the server
 * with the most of the file's sinks and databases. Returns undefined if there is no server, or if there are several and
 * none has a sink or a database of the file. Also returns undefined if the server that the user chose is missing, such as
 * after a sign-out, because another server may be a production server.
 */
export function chooseServer<T extends ComparedServer>(
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
  const countMatches = ({ snapshot }: ComparedServer): number => {
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
export function listDatabases({ snapshot }: ComparedServer): string[] {
  const databases = [...snapshot.sinks.values()].map(({ database }) => database);
  return [...new Set(databases)].filter((database) => database !== null);
}

/** The tables that the sinks and backfills of a server mention, in the form `schema.table`. */
export function listTables({ snapshot }: ComparedServer): string[] {
  const included = [...snapshot.sinks.values()].flatMap(({ source }) => source?.includeTables ?? []);
  const backfilled = getAllBackfills(snapshot).map(({ table }) => table);
  return [...new Set([...included, ...backfilled])].filter((table) => table !== null);
}
