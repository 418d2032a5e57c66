import { type ApiResponse, json, notFound } from './responses.ts';
import type { World } from './World.ts';

/** Responds with all databases. */
export function listDatabases(world: World): ApiResponse {
  return json(200, { data: world.databases.map((database) => database.json) });
}

/** Responds with a database. */
export function showDatabase(world: World, idOrName: string): ApiResponse {
  const database = world.findDatabase(idOrName);
  return database ? json(200, database.json) : notFound('postgres database');
}

/** Responds with the connection error of a database, if any. Sequin tests a new connection, whether it has a pool or not. */
export function testConnection(world: World, idOrName: string): ApiResponse {
  const database = world.findDatabase(idOrName);
  if (!database) {
    return notFound('postgres database');
  }
  const { error: reason } = database;
  return reason === undefined ? json(200, { success: true }) : json(422, { reason, success: false });
}

/**
 * Adds the new tables of a database. A connection error matters only without an open pool, because Sequin uses its pool.
 * Sequin reports no reason for a failure.
 */
export function refreshTables(world: World, idOrName: string): ApiResponse {
  const database = world.findDatabase(idOrName);
  if (!database) {
    return notFound('postgres database');
  }
  if (database.error !== undefined && !database.hasOpenPool) {
    return json(422, { success: false });
  }
  world.refreshTables(database);
  return json(200, { success: true });
}
