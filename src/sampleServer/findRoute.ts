import type { Backfill } from './Backfill.ts';
import { createBackfill, listBackfills, showBackfill, updateBackfill } from './backfillControllers.ts';
import { listDatabases, refreshTables, testConnection } from './databaseControllers.ts';
import type { Fields } from './fields.ts';
import { errorDetail, type JsonResponse, notFound } from './responses.ts';
import { listSinks, showSink, updateSink } from './sinkControllers.ts';
import type { SourceDatabase } from './SourceDatabases.ts';
import type { Sink, World } from './World.ts';

const uuidPattern = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Creates the response to a request, from the fields of its query and body. */
export type Route = (fields: Fields) => JsonResponse;

/** Finds the route for a method and the segments of a path after `/api`; undefined if there is none. */
export function findRoute(world: World, method: string, path: readonly string[]): Route | undefined {
  const { withSink, withBackfill, withDatabase } = createLookups(world, path);
  const pattern = path.map((segment, index) => (index % 2 === 0 ? segment : ':id')).join('/');
  switch (`${method} ${pattern}`) {
    case 'GET sinks':
      return () => listSinks(world);
    case 'GET sinks/:id':
      return withSink(showSink);
    case 'PATCH sinks/:id':
      return withSink((sink, fields) => updateSink(world, sink, fields));
    case 'GET sinks/:id/backfills':
      return withSink(listBackfills);
    case 'POST sinks/:id/backfills':
      return withSink((sink, fields) => createBackfill(world, sink, fields));
    case 'GET sinks/:id/backfills/:id':
      return withBackfill(showBackfill);
    case 'PATCH sinks/:id/backfills/:id':
      return withBackfill((backfill, sink, fields) => updateBackfill(world, sink, backfill, fields));
    case 'GET postgres_databases':
      return () => listDatabases(world);
    case 'GET postgres_databases/:id':
      return withDatabase(({ json }) => ({ status: 200, body: json }));
    case 'POST postgres_databases/:id/test_connection':
      return withDatabase(testConnection);
    case 'POST postgres_databases/:id/refresh_tables':
      return withDatabase((database) => refreshTables(world, database));
    default:
      return undefined;
  }
}

/** Creates functions that pass the resource in a path to a controller, or respond that the resource doesn't exist. */
function createLookups(world: World, [, id = '', , backfillId = '']: readonly string[]) {
  const withSink = (respond: (sink: Sink, fields: Fields) => JsonResponse): Route => {
    const sink = world.findSink(id);
    return (fields) => (sink ? respond(sink, fields) : notFound('consumer'));
  };
  const withBackfill = (respond: (backfill: Backfill, sink: Sink, fields: Fields) => JsonResponse): Route =>
    withSink((sink, fields) => {
      if (!uuidPattern.test(backfillId)) {
        return errorDetail(400);
      }
      const backfill = sink.backfills.find(({ json }) => json.id === backfillId.toLowerCase());
      return backfill ? respond(backfill, sink, fields) : notFound('backfill');
    });
  const withDatabase = (respond: (database: SourceDatabase) => JsonResponse): Route => {
    const database = world.findDatabase(id);
    return () => (database ? respond(database) : notFound('postgres database'));
  };
  return { withSink, withBackfill, withDatabase };
}
