import type { Backfill } from '../model/Backfill.ts';
import { encodePathSegment } from '../model/encodePathSegment.ts';
import { type Failure, SequinError, toFailure } from '../model/failure.ts';
import { type ApiRequest, createRequestSender, type RequestSenderOptions } from './createRequestSender.ts';
import { createSinkListDecoder } from './createSinkListDecoder.ts';
import { decodeBackfill } from './decodeBackfill.ts';
import { checkConfigApplied, decodeConfigExport, decodeConfigPlan } from './decodeConfig.ts';
import { checkActionSucceeded, decodeDatabase } from './decodeDatabase.ts';
import { decodeList, type OnItemSkipped } from './decodeList.ts';
import { decodeVersion } from './decodeServerInfo.ts';
import { decodeSink } from './decodeSink.ts';
import { parseLosslessJson } from './parseLosslessJson.ts';
import type { RequestOptions, SequinApi, SinkWithBackfills } from './SequinApi.ts';

// Re-exported so that one import loads the code of the API client and of the metrics. Both need the HTTP client.
export { createMetricsFetch } from './createMetricsFetch.ts';

export interface ApiClientOptions extends RequestSenderOptions {
  /**
   * Called for each invalid item, which is skipped. The next lists of sinks report an invalid backfill again only after
   * its sink or the backfill has changed.
   */
  readonly onItemSkipped?: OnItemSkipped;
}

/** Creates a client for Sequin's Management API over HTTP. It sends the token only in the Authorization header. */
export function createApiClient(options: ApiClientOptions): SequinApi {
  const { onItemSkipped = () => undefined } = options;
  const sendRequest = createRequestSender(options);
  const requestJson: RequestJson = (request, options, decode) =>
    sendRequest(request, options, (text) => decode(parseLosslessJson(text)));
  const decodeSinkList = createSinkListDecoder(onItemSkipped);
  return {
    listSinks: (options) =>
      sendRequest({ path: '/api/sinks' }, options, (text, serverTime) => ({
        ...decodeSinkList(text),
        serverTime,
      })),
    ...createSinkMethods(requestJson, onItemSkipped),
    ...createBackfillMethods(requestJson, onItemSkipped),
    ...createDatabaseMethods(requestJson, onItemSkipped),
    ...createConfigMethods(requestJson),
    getVersion: (options) => requestVersion(requestJson, options),
  };
}

/** Sends a request, and decodes the parsed JSON of its response. */
type RequestJson = <T>(
  request: ApiRequest,
  options: RequestOptions | undefined,
  decode: (json: unknown) => T,
) => Promise<T>;

// Methods with an id in their path are async, so that they reject instead of throwing.

function createSinkMethods(
  requestJson: RequestJson,
  onItemSkipped: OnItemSkipped,
): Pick<SequinApi, 'getSink' | 'updateSink'> {
  const decode = (json: unknown): SinkWithBackfills => decodeSink(json, onItemSkipped);
  return {
    getSink: async (sinkId, options) => requestJson({ path: toSinkPath(sinkId) }, options, decode),
    updateSink: async (sinkId, status, options) =>
      requestJson({ method: 'PATCH', path: toSinkPath(sinkId), body: { status } }, options, decode),
  };
}

function createBackfillMethods(
  requestJson: RequestJson,
  onItemSkipped: OnItemSkipped,
): Pick<SequinApi, 'listBackfills' | 'getBackfill' | 'createBackfill' | 'updateBackfill'> {
  const requestBackfill = (
    sinkId: string,
    request: ApiRequest,
    options?: RequestOptions,
  ): Promise<Backfill> => requestJson(request, options, (json) => decodeBackfill(sinkId, json));
  return {
    listBackfills: async (sinkId, options) =>
      requestJson({ path: toBackfillPath(sinkId) }, options, (json) =>
        decodeList(json, 'backfill', onItemSkipped, (item) => decodeBackfill(sinkId, item)),
      ),
    getBackfill: async (sinkId, backfillId, options) =>
      requestBackfill(sinkId, { path: toBackfillPath(sinkId, backfillId) }, options),
    createBackfill: async (sinkId, body, options) =>
      requestBackfill(sinkId, { method: 'POST', path: toBackfillPath(sinkId), body }, options),
    updateBackfill: async (sinkId, backfillId, state, options) =>
      requestBackfill(
        sinkId,
        { method: 'PATCH', path: toBackfillPath(sinkId, backfillId), body: { state } },
        options,
      ),
  };
}

function createDatabaseMethods(
  requestJson: RequestJson,
  onItemSkipped: OnItemSkipped,
): Pick<SequinApi, 'listDatabases' | 'testDatabase' | 'refreshTables'> {
  /** Runs an action on a database. Returns Sequin's rejection (status 422) instead of throwing it. */
  const runAction = async (
    databaseId: string,
    action: 'test_connection' | 'refresh_tables',
    options?: RequestOptions,
  ): Promise<Extract<Failure, { kind: 'invalid' }> | undefined> => {
    try {
      const path = `/api/postgres_databases/${encodeId(databaseId, 'database')}/${action}`;
      await requestJson({ method: 'POST', path, body: {} }, options, checkActionSucceeded);
      return undefined;
    } catch (error) {
      const failure = toFailure(error);
      if (failure.kind === 'invalid' && failure.status === 422) {
        return failure;
      }
      throw error;
    }
  };
  return {
    listDatabases: (options) =>
      requestJson({ path: '/api/postgres_databases' }, options, (json) =>
        decodeList(json, 'database', onItemSkipped, decodeDatabase),
      ),
    testDatabase: async (databaseId, options) => {
      const failure = await runAction(databaseId, 'test_connection', options);
      return failure === undefined
        ? { isPassed: true }
        : { isPassed: false, reason: failure.serverMessages.join('; ') || null };
    },
    refreshTables: async (databaseId, options) =>
      (await runAction(databaseId, 'refresh_tables', options)) === undefined,
  };
}

function createConfigMethods(
  requestJson: RequestJson,
): Pick<SequinApi, 'planConfig' | 'applyConfig' | 'exportConfig'> {
  return {
    planConfig: (yaml, options) =>
      requestJson({ method: 'POST', path: '/api/config/plan', body: { yaml } }, options, decodeConfigPlan),
    applyConfig: (yaml, options) =>
      requestJson({ method: 'POST', path: '/api/config/apply', body: { yaml } }, options, checkConfigApplied),
    exportConfig: (options) => requestJson({ path: '/api/config/export' }, options, decodeConfigExport),
  };
}

/**
 * Requests the server's version. Returns undefined if the server is too old to report it, or a gateway responds
 * instead. Sequin requires no token for this request, so the token may be valid even if a gateway rejects the request.
 */
async function requestVersion(
  requestJson: RequestJson,
  options: RequestOptions | undefined,
): Promise<string | undefined> {
  try {
    // This route rejects `application/json` with 406 (recording a24 in test/recordings).
    return await requestJson({ path: '/info/version', accept: '*/*' }, options, decodeVersion);
  } catch (error) {
    if (['notFound', 'invalid', 'invalidResponse', 'unauthorized'].includes(toFailure(error).kind)) {
      return undefined;
    }
    throw error;
  }
}

function toSinkPath(sinkId: string): string {
  return `/api/sinks/${encodeId(sinkId, 'sink')}`;
}

/** Returns the path of a backfill or, without `backfillId`, of all backfills of a sink. */
function toBackfillPath(sinkId: string, backfillId?: string): string {
  const path = `${toSinkPath(sinkId)}/backfills`;
  return backfillId === undefined ? path : `${path}/${encodeId(backfillId, 'backfill')}`;
}

/**
 * Encodes an id for a path.
 * @throws SequinError if no URL can contain the id, because a request for it would go to another resource
 */
function encodeId(id: string, resource: 'sink' | 'backfill' | 'database'): string {
  const segment = encodePathSegment(id);
  if (segment === undefined) {
    throw new SequinError({ kind: 'notFound', resource });
  }
  return segment;
}
