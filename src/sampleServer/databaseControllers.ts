import type { JsonResponse } from './responses.ts';
import type { SourceDatabase } from './SourceDatabases.ts';
import type { World } from './World.ts';

/** Responds with all databases. */
export function listDatabases(world: World): JsonResponse {
  return { status: 200, body: { data: world.databases.map(({ json }) => json) } };
}

/** Tests whether Sequin can open a new connection to a database. */
export function testConnection({ error: reason }: SourceDatabase): JsonResponse {
  return reason === undefined
    ? { status: 200, body: { success: true } }
    : { status: 422, body: { reason, success: false } };
}

/** Reads the tables of a database again. Sequin reports no reason for a failure. */
export function refreshTables(world: World, database: SourceDatabase): JsonResponse {
  const success = world.refreshTables(database);
  return { status: success ? 200 : 422, body: { success } };
}
