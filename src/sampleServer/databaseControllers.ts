import { type JsonResponse, notFound } from './responses.ts';
import type { World } from './World.ts';

/** Responds with all databases. */
export function listDatabases(world: World): JsonResponse {
  return { status: 200, body: { data: world.databases.map(({ json }) => json) } };
}

/** Responds with a database. */
export function showDatabase(world: World, idOrName: string): JsonResponse {
  const database = world.findDatabase(idOrName);
  return database ? { status: 200, body: database.json } : notFound('postgres database');
}

/** Tests a new connection to a database. */
export function testConnection(world: World, idOrName: string): JsonResponse {
  const database = world.findDatabase(idOrName);
  if (!database) {
    return notFound('postgres database');
  }
  const { error: reason } = database;
  return reason === undefined
    ? { status: 200, body: { success: true } }
    : { status: 422, body: { reason, success: false } };
}

/** Reads the tables of a database again. Sequin reports no reason for a failure. */
export function refreshTables(world: World, idOrName: string): JsonResponse {
  const database = world.findDatabase(idOrName);
  if (!database) {
    return notFound('postgres database');
  }
  const success = world.refreshTables(database);
  return { status: success ? 200 : 422, body: { success } };
}
