import {
  createBackfill,
  listBackfills,
  listSinks,
  showBackfill,
  showSink,
  updateBackfill,
  updateSink,
} from './controllers.ts';
import { listDatabases, refreshTables, showDatabase, testConnection } from './databaseControllers.ts';
import type { JsonResponse } from './responses.ts';
import type { World } from './World.ts';

/** The fields of a request's query and body. */
export type Parameters = Record<string, unknown>;

/** Responds to a request whose method and path match. */
export type Route = (fields: Parameters) => JsonResponse;

/** Finds the route of a method and the segments of a path behind `/api`; undefined if there is none. */
export function findRoute(world: World, method: string, path: readonly string[]): Route | undefined {
  const [, id = '', , backfillId = ''] = path;
  const pattern = path.map((segment, index) => (index % 2 === 0 ? segment : ':id')).join('/');
  switch (`${method} ${pattern}`) {
    case 'GET sinks':
      return () => listSinks(world);
    case 'GET sinks/:id':
      return () => showSink(world, id);
    case 'PATCH sinks/:id':
      return (fields) => updateSink(world, id, fields);
    case 'GET sinks/:id/backfills':
      return () => listBackfills(world, id);
    case 'POST sinks/:id/backfills':
      return (fields) => createBackfill(world, id, fields);
    case 'GET sinks/:id/backfills/:id':
      return () => showBackfill(world, id, backfillId);
    case 'PATCH sinks/:id/backfills/:id':
      return (fields) => updateBackfill(world, id, backfillId, fields);
    case 'GET postgres_databases':
      return () => listDatabases(world);
    case 'GET postgres_databases/:id':
      return () => showDatabase(world, id);
    case 'POST postgres_databases/:id/test_connection':
      return () => testConnection(world, id);
    case 'POST postgres_databases/:id/refresh_tables':
      return () => refreshTables(world, id);
    default:
      return undefined;
  }
}
