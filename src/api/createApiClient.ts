import { encodePathSegment } from '../model/encodePathSegment.ts';
import { type Failure, SequinError, toFailure } from '../model/failure.ts';
import { createRequestSender, type RequestSenderOptions, type SendRequest } from './createRequestSender.ts';
import { parseLosslessJson } from './parseLosslessJson.ts';
import {
  checkActionSucceeded,
  checkConfigApplied,
  decodeBackfill,
  decodeBackfills,
  decodeConfigExport,
  decodeConfigPlan,
  decodeDatabase,
  decodeItem,
  decodeList,
  decodeSink,
  decodeVersion,
  type OnItemSkipped,
} from './schemas.ts';
import type { Listing, RequestOptions, SequinApi, SinkWithBackfills } from './SequinApi.ts';
import { SinkDecodeCache } from './SinkDecodeCache.ts';

// Loaded together, because both need the HTTP client.
export { createMetricsFetch } from './createMetricsFetch.ts';

export interface ApiClientOptions extends RequestSenderOptions {
  /** Called for each invalid item, which is skipped; not again for a backfill of a sink that is unchanged in the next list. */
  readonly onItemSkipped?: OnItemSkipped;
}

/** Creates a client for Sequin's Management API over HTTP. The client sends the token in the Authorization header only. */
export function createApiClient(options: ApiClientOptions): SequinApi {
  const { onItemSkipped = () => undefined } = options;
  const sendRequest = createRequestSender(options);
  const decodeSinkList = createSinkListDecoder(onItemSkipped);
  const decodeSinkText = (text: string): SinkWithBackfills =>
    decodeSink(parseLosslessJson(text), onItemSkipped);
  const createBackfillDecoder = (sinkId: string) => (text: string) =>
    decodeBackfill(sinkId, parseLosslessJson(text));
  // Methods with an id in their path are async, so that they reject instead of throwing.
  return {
    listSinks: (options = {}) =>
      sendRequest({ method: 'GET', path: '/api/sinks' }, options, (text, serverTime) => ({
        ...decodeSinkList(text),
        serverTime,
      })),
    getSink: async (sinkId, options = {}) =>
      sendRequest({ method: 'GET', path: toSinkPath(sinkId) }, options, decodeSinkText),
    updateSink: async (sinkId, status, options = {}) =>
      sendRequest({ method: 'PATCH', path: toSinkPath(sinkId), body: { status } }, options, decodeSinkText),
    listBackfills: async (sinkId, options = {}) =>
      sendRequest({ method: 'GET', path: toBackfillPath(sinkId) }, options, (text) =>
        decodeList(parseLosslessJson(text), 'backfill', onItemSkipped, (item) =>
          decodeBackfill(sinkId, item),
        ),
      ),
    getBackfill: async (sinkId, backfillId, options = {}) =>
      sendRequest(
        { method: 'GET', path: toBackfillPath(sinkId, backfillId) },
        options,
        createBackfillDecoder(sinkId),
      ),
    createBackfill: async (sinkId, body, options = {}) =>
      sendRequest(
        { method: 'POST', path: toBackfillPath(sinkId), body },
        options,
        createBackfillDecoder(sinkId),
      ),
    updateBackfill: async (sinkId, backfillId, state, options = {}) =>
      sendRequest(
        { method: 'PATCH', path: toBackfillPath(sinkId, backfillId), body: { state } },
        options,
        createBackfillDecoder(sinkId),
      ),
    ...createDatabaseMethods(sendRequest, onItemSkipped),
    ...createConfigMethods(sendRequest),
    getVersion: (options = {}) => requestVersion(sendRequest, options),
  };
}

function createDatabaseMethods(
  sendRequest: SendRequest,
  onItemSkipped: OnItemSkipped,
): Pick<SequinApi, 'listDatabases' | 'testDatabase' | 'refreshTables'> {
  /** Runs an action on a database. Returns Sequin's rejection (status 422) instead of throwing it. */
  const runAction = async (
    databaseId: string,
    action: 'test_connection' | 'refresh_tables',
    options: RequestOptions,
  ): Promise<Extract<Failure, { kind: 'invalid' }> | undefined> => {
    try {
      const path = `/api/postgres_databases/${encodeId(databaseId, 'database')}/${action}`;
      await sendRequest({ method: 'POST', path, body: {} }, options, (text) => {
        checkActionSucceeded(parseLosslessJson(text));
      });
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
    listDatabases: (options = {}) =>
      sendRequest({ method: 'GET', path: '/api/postgres_databases' }, options, (text) =>
        decodeList(parseLosslessJson(text), 'database', onItemSkipped, decodeDatabase),
      ),
    testDatabase: async (databaseId, options = {}) => {
      const failure = await runAction(databaseId, 'test_connection', options);
      return failure === undefined
        ? { isPassed: true }
        : { isPassed: false, reason: failure.reasons.join('; ') || null };
    },
    refreshTables: async (databaseId, options = {}) =>
      (await runAction(databaseId, 'refresh_tables', options)) === undefined,
  };
}

function createConfigMethods(
  sendRequest: SendRequest,
): Pick<SequinApi, 'planConfig' | 'applyConfig' | 'exportConfig'> {
  return {
    planConfig: (yaml, options = {}) =>
      sendRequest({ method: 'POST', path: '/api/config/plan', body: { yaml } }, options, (text) =>
        decodeConfigPlan(parseLosslessJson(text)),
      ),
    applyConfig: (yaml, options = {}) =>
      sendRequest({ method: 'POST', path: '/api/config/apply', body: { yaml } }, options, (text) => {
        checkConfigApplied(parseLosslessJson(text));
      }),
    exportConfig: (options = {}) =>
      sendRequest({ method: 'GET', path: '/api/config/export' }, options, (text) =>
        decodeConfigExport(parseLosslessJson(text)),
      ),
  };
}

/**
 * Requests the server's version; undefined if the server is too old or returns something else than a version. Sequin
 * requires no token for it, so a gateway that rejects the request doesn't mean that the token is invalid.
 */
async function requestVersion(
  sendRequest: SendRequest,
  options: RequestOptions,
): Promise<string | undefined> {
  try {
    // This route rejects `application/json` with 406 (recording a24 in test/recordings).
    return await sendRequest({ method: 'GET', path: '/info/version', accept: '*/*' }, options, (text) =>
      decodeVersion(parseLosslessJson(text)),
    );
  } catch (error) {
    if (
      error instanceof SequinError &&
      ['notFound', 'invalid', 'invalidResponse', 'unauthorized'].includes(error.failure.kind)
    ) {
      return undefined;
    }
    throw error;
  }
}

/** Creates a function that decodes lists of sinks, and reuses what is unchanged since the last list. */
function createSinkListDecoder(onItemSkipped: OnItemSkipped): (text: string) => Listing<SinkWithBackfills> {
  // Reported only if the cache decodes the whole list. If not, the second decoding finds and reports the same items.
  let skippedItems: Parameters<OnItemSkipped>[] = [];
  const collectSkippedItem: OnItemSkipped = (...skipped) => {
    skippedItems.push(skipped);
  };
  const cache = new SinkDecodeCache({
    decodeSink: (json) =>
      decodeItem(json, 'sink', collectSkippedItem, (item) => decodeSink(item, collectSkippedItem)),
    decodeBackfills: (sink, backfills) => decodeBackfills(sink, backfills, collectSkippedItem),
  });

  return (text) => {
    skippedItems = [];
    const sinks = cache.decodeList(text);
    const items = sinks?.filter((sink) => sink !== undefined) ?? [];
    // Without a valid sink, it may be a list of something else.
    if (sinks === undefined || items.length === 0) {
      return decodeList(parseLosslessJson(text), 'sink', onItemSkipped, (item) =>
        decodeSink(item, onItemSkipped),
      );
    }
    skippedItems.forEach((skipped) => {
      onItemSkipped(...skipped);
    });
    return { items, skipped: sinks.length - items.length };
  };
}

function toSinkPath(sinkId: string): string {
  return `/api/sinks/${encodeId(sinkId, 'sink')}`;
}

/** The path of a backfill, or of all backfills of a sink. */
function toBackfillPath(sinkId: string, backfillId?: string): string {
  const path = `${toSinkPath(sinkId)}/backfills`;
  return backfillId === undefined ? path : `${path}/${encodeId(backfillId, 'backfill')}`;
}

/**
 * Encodes an id for a path.
 * @throws SequinError for an id that no URL can contain: its request would go to another resource
 */
function encodeId(id: string, resource: 'sink' | 'backfill' | 'database'): string {
  const segment = encodePathSegment(id);
  if (segment === undefined) {
    throw new SequinError({ kind: 'notFound', resource });
  }
  return segment;
}
