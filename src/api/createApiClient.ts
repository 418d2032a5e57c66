import axios, {
  isAxiosError,
  type AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import axiosRetry, { exponentialDelay, retryAfter } from 'axios-retry';
import { SequinError, type Failure } from '../model/failure.ts';
import { systemClock, type Clock } from '../shared/clock.ts';
import { classifyError, classifyNonJson } from './classify.ts';
import { parseLosslessJson } from './parseLosslessJson.ts';
import { decodeBackfill, decodeItem, decodeList, decodeSink, decodeVersion, ShapeError } from './schemas.ts';
import type { RequestLogEntry, Listing, RequestOptions, SequinApi, SinkWithBackfills } from './SequinApi.ts';
import { SinkDecodeCache } from './SinkDecodeCache.ts';

const defaultTimeoutMs = 60_000;
/**
 * After decompression. 5,000 backfills are 1.8 MB and take the server 5 s: within the minute that it has, it makes
 * some 20 MB of them. What is larger is no answer of Sequin's, and is not to fill the memory of the editor.
 */
const defaultMaxResponseBytes = 50_000_000;
/** A server that asks for a longer rest is told so as a failure, not waited for inside a request. */
const maxRetryDelayMs = 10_000;

export interface ApiClientOptions {
  /** Where the server is, without a slash at its end; `/api` follows it. */
  readonly address: string;
  readonly token: string;
  /** Told of every request, each retry included. */
  readonly onRequestFinished?: (entry: RequestLogEntry) => void;
  /** Told of every item of an answer that was left out because it could not be understood. */
  readonly onItemSkipped?: (itemType: string, problem: string) => void;
  readonly maxResponseBytes?: number;
  /** The shortest wait before a retry; it doubles with each. Default 200 ms. */
  readonly retryDelayMs?: number;
  /** Measures the time limits of requests. Default: the system's clock. */
  readonly clock?: Clock;
}

interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly accept?: string;
}

/**
 * Sequin's Management API over HTTP. This room alone knows axios, and this client holds the token, which
 * leaves it in the Authorization header only.
 */
export function createApiClient(options: ApiClientOptions): SequinApi {
  const { address, token, onItemSkipped = () => undefined, clock = systemClock } = options;
  const httpClient = createHttpClient(options);

  async function sendRequest<T>(
    { method, path, body, accept = 'application/json' }: ApiRequest,
    { signal, retries = 2, timeoutMs = defaultTimeoutMs }: RequestOptions,
    decodeBody: (text: string, serverTime: number | undefined) => T,
  ): Promise<T> {
    const timeoutSignal = new AbortController();
    const timer = clock.schedule(timeoutMs, () => {
      timeoutSignal.abort();
    });
    try {
      const response = await httpClient.request<string>({
        method,
        url: address + path,
        headers: {
          // Sequin wants exactly one space, and nothing behind the token (recordings a04 to a14).
          Authorization: `Bearer ${token}`,
          // With a list of types, as axios sends of itself, errors come as plain text (a29, f29).
          Accept: accept,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        data: body === undefined ? undefined : JSON.stringify(body),
        signal: signal === undefined ? timeoutSignal.signal : AbortSignal.any([signal, timeoutSignal.signal]),
        'axios-retry': { retries },
      });
      try {
        return decodeBody(response.data, parseServerTime(response));
      } catch (error) {
        throw toSequinError(error, response);
      }
    } catch (error) {
      if (signal?.aborted) {
        throw new SequinError({ kind: 'cancelled' });
      }
      if (timeoutSignal.signal.aborted) {
        throw new SequinError({ kind: 'timeout', afterMs: timeoutMs });
      }
      if (isAxiosError<string>(error)) {
        // Only code and message go on: the error itself holds the request, and so the token.
        throw new SequinError(classifyError(error), { code: error.code, message: error.message });
      }
      throw error;
    } finally {
      timer.dispose();
    }
  }

  const decodeSinkItem = (item: unknown): SinkWithBackfills => decodeSink(item, onItemSkipped);
  const sinkCache = new SinkDecodeCache();

  /** The sinks of a list, most of which say what they said before; undefined where it must be read as a whole. */
  function decodeCachedSinks(text: string): Listing<SinkWithBackfills> | undefined {
    try {
      const sinks = sinkCache.decodeList(text, (item) =>
        decodeItem(parseLosslessJson(item), 'sink', onItemSkipped, decodeSinkItem),
      );
      const items = sinks?.filter((sink) => sink !== undefined);
      return items && { items, skipped: (sinks?.length ?? 0) - items.length };
    } catch (error) {
      if (error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  const sinkPath = (sinkId: string): string => `/api/sinks/${encodeURIComponent(sinkId)}`;
  const backfillPath = (sinkId: string, backfillId: string): string =>
    `${sinkPath(sinkId)}/backfills/${encodeURIComponent(backfillId)}`;

  return {
    listSinks: (options = {}) =>
      sendRequest({ method: 'GET', path: '/api/sinks' }, options, (text, serverTime) => ({
        ...rejectIfAllSkipped(
          decodeCachedSinks(text) ??
            decodeList(parseLosslessJson(text), 'sink', onItemSkipped, decodeSinkItem),
        ),
        serverTime,
      })),
    getSink: (sinkId, options = {}) =>
      sendRequest({ method: 'GET', path: sinkPath(sinkId) }, options, (text) =>
        decodeSinkItem(parseLosslessJson(text)),
      ),
    listBackfills: (sinkId, options = {}) =>
      sendRequest({ method: 'GET', path: `${sinkPath(sinkId)}/backfills` }, options, (text) =>
        rejectIfAllSkipped(
          decodeList(parseLosslessJson(text), 'backfill', onItemSkipped, (item) =>
            decodeBackfill(sinkId, item),
          ),
        ),
      ),
    getBackfill: (sinkId, backfillId, options = {}) =>
      sendRequest({ method: 'GET', path: backfillPath(sinkId, backfillId) }, options, (text) =>
        decodeBackfill(sinkId, parseLosslessJson(text)),
      ),
    createBackfill: (sinkId, backfill, options = {}) =>
      sendRequest(
        { method: 'POST', path: `${sinkPath(sinkId)}/backfills`, body: backfill },
        options,
        (text) => decodeBackfill(sinkId, parseLosslessJson(text)),
      ),
    updateBackfill: (sinkId, backfillId, state, options = {}) =>
      sendRequest(
        { method: 'PATCH', path: backfillPath(sinkId, backfillId), body: { state } },
        options,
        (text) => decodeBackfill(sinkId, parseLosslessJson(text)),
      ),
    getVersion: async (options = {}) => {
      try {
        // This route refuses `application/json` with 406 (recording a24).
        return await sendRequest({ method: 'GET', path: '/info/version', accept: '*/*' }, options, (text) =>
          decodeVersion(parseLosslessJson(text)),
        );
      } catch (error) {
        if (
          error instanceof SequinError &&
          ['notFound', 'invalid', 'badAnswer'].includes(error.failure.kind)
        ) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

/** Why an answer could not be read. */
function toSequinError(error: unknown, response: AxiosResponse<string>): unknown {
  if (error instanceof SyntaxError) {
    return new SequinError(classifyNonJson(response));
  }
  return error instanceof ShapeError
    ? new SequinError({ kind: 'badAnswer', reason: 'shape', status: response.status }, error)
    : error;
}

/**
 * A list as it is, unless nothing in it was understood: that is not an empty one.
 * @throws ShapeError
 */
function rejectIfAllSkipped<T>(listing: Listing<T>): Listing<T> {
  if (listing.items.length === 0 && listing.skipped > 0) {
    throw new ShapeError('none of its items');
  }
  return listing;
}

/** When the server answered by its own clock: the Date header, whole seconds. */
function parseServerTime(response: AxiosResponse): number | undefined {
  const time = Date.parse(String(response.headers['date']));
  return Number.isNaN(time) ? undefined : time;
}

function createHttpClient({
  onRequestFinished,
  maxResponseBytes = defaultMaxResponseBytes,
  retryDelayMs = 200,
}: ApiClientOptions): AxiosInstance {
  const client = axios.create({
    // Sequin's deflate lacks the trailer that decoders ask for (recording f24), and it has no br.
    headers: { 'Accept-Encoding': 'gzip', 'User-Agent': 'sequin-vscode' },
    // VS Code's proxy and certificate support works below axios, in Node's own http module.
    proxy: false,
    // A redirect would carry the token to wherever it points.
    maxRedirects: 0,
    maxContentLength: maxResponseBytes,
    // The text is read here, so that a body that is no JSON becomes an answer with a reason.
    responseType: 'text',
    transformResponse: [],
  });
  if (onRequestFinished !== undefined) {
    reportRequests(client, onRequestFinished);
  }
  axiosRetry(client, {
    retryCondition: (error) => {
      if (error.config?.method?.toUpperCase() !== 'GET' || retryAfter(error) > maxRetryDelayMs) {
        return false;
      }
      // Also one whose answer broke off after a good status.
      return error.code !== 'ERR_CANCELED' && isTransient(classifyError(error as AxiosError<string>));
    },
    retryDelay: (retryCount, error) => exponentialDelay(retryCount, error, retryDelayMs / 2),
  });
  return client;
}

/** Whether the same request may well be answered in a moment. */
function isTransient(failure: Failure): boolean {
  return (
    failure.kind === 'network' ||
    failure.kind === 'rateLimited' ||
    (failure.kind === 'server' && [502, 503, 504].includes(failure.status))
  );
}

/** Registered before the retries, so that each try is reported as a request of its own. */
function reportRequests(client: AxiosInstance, onRequestFinished: (entry: RequestLogEntry) => void): void {
  const startedAt = new WeakMap<InternalAxiosRequestConfig, number>();
  const report = (
    config: InternalAxiosRequestConfig,
    response: { readonly status: number; readonly data: unknown } | undefined,
    problem?: string,
  ): void => {
    onRequestFinished({
      method: config.method?.toUpperCase() ?? 'GET',
      path: new URL(config.url ?? '').pathname,
      status: response?.status,
      durationMs: Math.round(performance.now() - (startedAt.get(config) ?? Number.NaN)),
      bodyLength: typeof response?.data === 'string' ? response.data.length : 0,
      ...(problem === undefined ? {} : { problem }),
    });
  };
  client.interceptors.request.use((config) => {
    startedAt.set(config, performance.now());
    return config;
  });
  client.interceptors.response.use(
    (response) => {
      report(response.config, response);
      return response;
    },
    (error: unknown) => {
      if (isAxiosError(error) && error.config !== undefined) {
        report(error.config, error.response, error.code ?? error.message);
      }
      throw error;
    },
  );
}
