import type { Fields } from '../../src/sampleServer/fields.ts';
import { findRoute, type Route } from '../../src/sampleServer/findRoute.ts';
import { errorDetail, type JsonResponse } from '../../src/sampleServer/responses.ts';
import { isRecord } from '../../src/shared/guards.ts';
import { getBaselineMs } from './conditions.ts';
import { findConfigRoute } from './config/configControllers.ts';
import type { EmulatedWorld } from './EmulatedWorld.ts';
import { errorPage, html, type HttpResponse, json } from './httpResponse.ts';
import { decodeSegment, getErrorFormat, type HttpRequest, negotiateFormat } from './request.ts';

/** The server that receives a request. */
interface Server {
  readonly world: EmulatedWorld;
  readonly token: string;
  /** Null if the server doesn't report its version. */
  readonly version: string | null;
}

/** The maximum length of a body: in characters here, in bytes in Plug. */
const maxBodyLength = 8_000_000;
const writeMethods = ['POST', 'PUT', 'PATCH'];

/** Performs the checks of Sequin's endpoint and router in order (body, route, Accept, token, type), then responds. */
export function respond({ world, token, version }: Server, request: HttpRequest): HttpResponse {
  if (request.body.length > maxBodyLength) {
    return errorPage(413, getErrorFormat(request));
  }
  const fields = readFields(request);
  if (fields === undefined) {
    return errorPage(400, getErrorFormat(request));
  }
  const route = findApiRoute(world, request);
  if (route !== undefined) {
    return handleApiRequest(token, request, () => toHttpResponse(request, route(fields)));
  }
  return findPage(version, request) ?? errorPage(404, getErrorFormat(request));
}

function toHttpResponse({ segments }: HttpRequest, response: JsonResponse): HttpResponse {
  return json(response.status, response.body, getBaselineMs(segments.slice(1), response));
}

function findApiRoute(world: EmulatedWorld, { method, segments }: HttpRequest): Route | undefined {
  const [prefix, ...path] = segments;
  if (prefix !== 'api') {
    return undefined;
  }
  const decoded = path.map(decodeSegment);
  const names = decoded.map((segment) => segment ?? '');
  const changeMethod = method === 'PUT' ? 'PATCH' : method;
  const route = findRoute(world, changeMethod, names) ?? findConfigRoute(world, method, names);
  const hasUndecodableId = decoded.length > 1 && decoded[1] === undefined;
  if (route !== undefined && hasUndecodableId) {
    return () => errorDetail(400);
  }
  return changeMethod === 'PATCH' && isBackfillOfOtherSink(world, names) ? () => errorDetail(500) : route;
}

/** Whether the backfill in a path belongs to another sink. Sequin fails to change it (recordings e38, i10). */
function isBackfillOfOtherSink(
  world: EmulatedWorld,
  [, sinkId = '', , backfillId = '']: readonly string[],
): boolean {
  const backfill = world.findBackfill(backfillId);
  const sink = world.findSink(sinkId);
  return backfill !== undefined && sink?.backfills.includes(backfill) === false;
}

/** Finds the page of a path outside the API; undefined if there is none. */
function findPage(version: string | null, request: HttpRequest): HttpResponse | undefined {
  switch (`${request.method} /${request.segments.join('/')}`) {
    case 'GET /': {
      const { headers, ...page } = html(
        302,
        '<html><body>You are being <a href="/sinks">redirected</a>.</body></html>',
      );
      return { ...page, headers: { ...headers, location: '/sinks' } };
    }
    case 'GET /health':
      // Sequin sends only this response without a Content-Type.
      return { ...json(200, { ok: true, rev: version }), headers: {} };
    case 'GET /info':
      return version === null ? undefined : handlePageRequest(request, json(200, { version, nodes: [] }));
    case 'GET /info/version':
      return version === null ? undefined : handlePageRequest(request, json(200, { version }));
    default:
      return undefined;
  }
}

/** Runs Sequin's `:api` pipeline. */
function handleApiRequest(token: string, request: HttpRequest, route: () => HttpResponse): HttpResponse {
  if (negotiateFormat(request, ['json']) === undefined) {
    return errorPage(406, getErrorFormat(request));
  }
  return rejectToken(token, request) ?? rejectContentType(request) ?? route();
}

/** Runs the part of Sequin's `:browser` pipeline that also affects clients other than browsers. */
function handlePageRequest(request: HttpRequest, page: HttpResponse): HttpResponse {
  return negotiateFormat(request, ['html']) === undefined ? errorPage(406, getErrorFormat(request)) : page;
}

function rejectToken(token: string, request: HttpRequest): HttpResponse | undefined {
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

function rejectContentType(request: HttpRequest): HttpResponse | undefined {
  return writeMethods.includes(request.method) && !isJson(request) ? contentTypeRequired : undefined;
}

function isJson({ headers }: HttpRequest): boolean {
  return headers['content-type']?.[0]?.split(';', 1)[0]?.trim() === 'application/json';
}

/** Merges the fields of query and body as Plug does: the body takes precedence. Undefined for malformed JSON. */
function readFields(request: HttpRequest): Fields | undefined {
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

/** The response of Sequin's `VerifyContentType`. */
const contentTypeRequired = json(400, { summary: 'Content-Type: application/json is required' });

const tokenHelp = `
API tokens are generated in the Sequin console (console.sequin.io) and should be included in the Authorization header of your request. For example:

Authorization: Bearer <your-api-token>

`;

/** The responses of Sequin's `VerifyApiToken`. */
const unauthorized = {
  missing: rejection(`Please provide a valid API token in the Authorization header.\n${tokenHelp}`),
  malformed: rejection(
    `Please provide a valid API token in the Authorization header. Ensure your Authorization value is prefixed with "Bearer".\n${tokenHelp}`,
  ),
  repeated: rejection(`Please provide exactly one Authorization header in your request.\n${tokenHelp}`),
  wrong: rejection(
    'The API token you provided is invalid or has expired. Your token may have been revoked or deleted in the Sequin console.\n',
  ),
};

function rejection(summary: string): HttpResponse {
  return json(401, { summary });
}
