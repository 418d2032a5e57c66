import { type ApiResponse, json, notFound } from './responses.ts';
import type { World } from './World.ts';

export function listDatabases(world: World): ApiResponse {
  return json(200, { data: world.databases.map((database) => database.json) });
}

export function showDatabase(world: World, idOrName: string): ApiResponse {
  const database = world.findDatabase(idOrName);
  return database ? json(200, database.json) : notFound('postgres database');
}

/**
 * Responds with the database's connection error, if any, even while `hasOpenPool`: Sequin tests with a new connection.
 */
export function testConnection(world: World, idOrName: string): ApiResponse {
  const database = world.findDatabase(idOrName);
  if (!database) {
    return notFound('postgres database');
  }
  const { error: reason } = database;
  return reason === undefined ? json(200, { success: true }) : json(422, { reason, success: false });
}

/**
 * Adds the new tables. Works despite a connection error while `hasOpenPool`, because Sequin uses its pool. Sequin
 * reports no reason for a failure.
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
