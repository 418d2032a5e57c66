import { isRecord } from '../shared/guards.ts';
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
import { type ApiRequest, decodeSegment, getErrorFormat, negotiateFormat } from './request.ts';
import { type ApiResponse, contentTypeRequired, errorPage, html, json, unauthorized } from './responses.ts';
import type { World } from './World.ts';

/** The server that the routes belong to. */
export interface Server {
  world: World;
  token: string;
  /** Finds the routes of configurations. They need a YAML parser, so the sample server has none. */
  findConfigRoute?: (method: string, path: readonly string[]) => Route | undefined;
  /** Null if the server doesn't report its version. */
  version: string | null;
}

/** The fields of a request's query and body. */
export type Parameters = Record<string, unknown>;

/** The maximum length of a body, as in Plug. Here in characters. */
const maxBodyLength = 8_000_000;
const writeMethods = ['POST', 'PUT', 'PATCH'];

/** Responds after the checks of Sequin's endpoint and router, in order: body, route, Accept, token, type. */
export function respond(server: Server, request: ApiRequest): ApiResponse {
  if (request.body.length > maxBodyLength) {
    return errorPage(413, getErrorFormat(request));
  }
  const fields = readFields(request);
  if (fields === undefined) {
    return errorPage(400, getErrorFormat(request));
  }

  const { method, segments } = request;
  const { version } = server;
  const [prefix, resource, ...path] = segments;
  if (prefix === 'api') {
    const route =
      resource === 'sinks'
        ? findSinkRoute(method, path)
        : resource === 'postgres_databases'
          ? findDatabaseRoute(method, path)
          : resource === 'config'
            ? server.findConfigRoute?.(method, path)
            : undefined;
    if (route) {
      return handleApiRequest(server, request, () => route(server.world, fields));
    }
  }
  if (method === 'GET') {
    switch (segments.join('/')) {
      case '':
        return { ...html(302, redirectPage), headers: { ...html(302, '').headers, location: '/sinks' } };
      case 'health':
        // Sequin sends only this response without a Content-Type.
        return { ...json(200, { ok: true, rev: version }), headers: {} };
      case 'info':
        if (version === null) {
          break;
        }
        return handlePageRequest(request, json(200, { version, nodes: [] }));
      case 'info/version':
        if (version === null) {
          break;
        }
        return handlePageRequest(request, json(200, { version }));
    }
  }
  return errorPage(404, getErrorFormat(request));
}

const redirectPage = '<html><body>You are being <a href="/sinks">redirected</a>.</body></html>';

/** Responds to a request whose method and path match. */
export type Route = (world: World, fields: Parameters) => ApiResponse;

function findSinkRoute(method: string, path: readonly string[]): Route | undefined {
  const [sink, backfills, id] = path.map(decodeSegment);
  const depth = path.length;
  if (depth > 1 && backfills !== 'backfills') {
    return undefined;
  }
  const route = createSinkRoute(`${method} ${depth}`, sink ?? '', id);
  return route && depth > 0 && sink === undefined ? () => errorPage(400, 'json') : route;
}

/** Creates the route of a method and a number of path segments. */
function createSinkRoute(key: string, sink: string, id: string | undefined): Route | undefined {
  switch (key) {
    case 'GET 0':
      return (world) => listSinks(world);
    case 'GET 1':
      return (world) => showSink(world, sink);
    case 'PUT 1':
    case 'PATCH 1':
      return (world, fields) => updateSink(world, sink, fields);
    case 'GET 2':
      return (world) => listBackfills(world, sink);
    case 'POST 2':
      return (world, fields) => createBackfill(world, sink, fields);
    case 'GET 3':
      return (world) => showBackfill(world, sink, id);
    case 'PUT 3':
    case 'PATCH 3':
      return (world, fields) => updateBackfill(world, sink, id, fields);
    default:
      return undefined;
  }
}

function findDatabaseRoute(method: string, path: readonly string[]): Route | undefined {
  const [database, action] = path.map(decodeSegment);
  if (path.length > 0 && database === undefined) {
    return () => errorPage(400, 'json');
  }
  switch ([method, path.length, action].join(' ').trim()) {
    case 'GET 0':
      return (world) => listDatabases(world);
    case 'GET 1':
      return (world) => showDatabase(world, database ?? '');
    case 'POST 2 test_connection':
      return (world) => testConnection(world, database ?? '');
    case 'POST 2 refresh_tables':
      return (world) => refreshTables(world, database ?? '');
    default:
      return undefined;
  }
}

/** Runs Sequin's `:api` pipeline. */
function handleApiRequest(server: Server, request: ApiRequest, route: () => ApiResponse): ApiResponse {
  if (negotiateFormat(request, ['json']) === undefined) {
    return errorPage(406, getErrorFormat(request));
  }
  return rejectToken(server.token, request) ?? rejectContentType(request) ?? route();
}

/** Runs the part of Sequin's `:browser` pipeline that affects requests of programs. */
function handlePageRequest(request: ApiRequest, page: ApiResponse): ApiResponse {
  return negotiateFormat(request, ['html']) === undefined ? errorPage(406, getErrorFormat(request)) : page;
}

function rejectToken(token: string, request: ApiRequest): ApiResponse | undefined {
  const values = request.headers['authorization'] ?? [];
  // Sequin has no function clause for three or more values.
  if (values.length > 2) {
    return errorPage(500, getErrorFormat(request));
  }
  if (values.length === 2) {
    return unauthorized.repeated;
  }
  const [value] = values;
  if (value === undefined) {
    return unauthorized.missing;
  }
  // Node.js trims header values, so "Bearer " arrives as "Bearer".
  if (value !== 'Bearer' && !value.startsWith('Bearer ')) {
    return unauthorized.malformed;
  }
  return value === `Bearer ${token}` ? undefined : unauthorized.wrong;
}

function rejectContentType(request: ApiRequest): ApiResponse | undefined {
  return writeMethods.includes(request.method) && !isJson(request) ? contentTypeRequired : undefined;
}

function isJson({ headers }: ApiRequest): boolean {
  return headers['content-type']?.[0]?.split(';', 1)[0]?.trim() === 'application/json';
}

/** Merges the fields of query and body as Plug does: the body takes precedence. Undefined for malformed JSON. */
function readFields(request: ApiRequest): Parameters | undefined {
  const query = Object.fromEntries(request.query);
  if (!writeMethods.includes(request.method) || !isJson(request) || request.body === '') {
    return query;
  }
  try {
    const body: unknown = JSON.parse(request.body);
    return { ...query, ...(isRecord(body) ? body : { _json: body }) };
  } catch {
    return undefined;
  }
}
