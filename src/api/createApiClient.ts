import type { ClientRequest } from 'node:http';
import axios, {
  isAxiosError,
  type AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  type AxiosResponseHeaders,
  type InternalAxiosRequestConfig,
} from 'axios';
import axiosRetry, { exponentialDelay, retryAfter } from 'axios-retry';
import { encodePathSegment } from '../model/encodePathSegment.ts';
import { SequinError, type Failure } from '../model/failure.ts';
import { systemClock, type Clock } from '../shared/clock.ts';
import { classifyError, classifyNonJson } from './classify.ts';
import { createTokenRedaction } from './createTokenRedaction.ts';
import { parseLosslessJson } from './parseLosslessJson.ts';
import {
  decodeBackfill,
  decodeItem,
  decodeList,
  decodeServerTime,
  decodeSink,
  decodeVersion,
  ShapeError,
} from './schemas.ts';
import type { RequestLogEntry, Listing, RequestOptions, SequinApi, SinkWithBackfills } from './SequinApi.ts';
import { SinkDecodeCache } from './SinkDecodeCache.ts';

const defaultTimeoutMs = 60_000;
/**
 * After decompression. 5,000 backfills are 1.8 MB and take the server 5 s, so it can produce about 20 MB within the
 * time limit of a minute. A larger response isn't Sequin's and must not fill the editor's memory.
 */
const defaultMaxResponseBytes = 50_000_000;
/** If the server asks for a longer wait (Retry-After), the request fails instead of waiting. */
const maxRetryDelayMs = 10_000;

export interface ApiClientOptions {
  /** The server's URL without a trailing slash; `/api` is appended to it. */
  readonly address: string;
  readonly token: string;
  /** Called after every request, each retry included. */
  readonly onRequestFinished?: (entry: RequestLogEntry) => void;
  /** Called for every invalid item of a response, which is skipped. */
  readonly onItemSkipped?: (itemType: string, problem: string) => void;
  readonly maxResponseBytes?: number;
  /** The delay before the first retry; doubles with each further one. Default 200 ms. */
  readonly retryDelayMs?: number;
  /** Measures the time limits of requests. Default: the system clock. */
  readonly clock?: Clock;
}

interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly accept?: string;
}

/**
 * Creates a client for Sequin's Management API over HTTP. Only the `api` module uses axios. The client sends the token
 * in the Authorization header only.
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
          // VS Code's patched http module asks for a connection per request otherwise. The header makes Node.js keep the
          // connection in its global agent, which closes it after 5 s without a request; Sequin does so after 60 s
          // (recording l01). An agent of our own would bypass `http.proxy` with `"http.proxySupport": "on"`.
          Connection: 'keep-alive',
          // Sequin requires exactly one space, and nothing after the token (recordings a04 to a14).
          Authorization: `Bearer ${token}`,
          // With a list of types, which is axios's default, errors are plain text (recordings a29, f29).
          Accept: accept,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        data: body === undefined ? undefined : JSON.stringify(body),
        signal: signal === undefined ? timeoutSignal.signal : AbortSignal.any([signal, timeoutSignal.signal]),
        // The last retry is reserved for a kept connection that was closed; see `isClosedWhileIdle`.
        'axios-retry': { retries: retries + 1 },
      });
      try {
        return decodeBody(response.data, decodeServerTime(response.headers['date']));
      } catch (error) {
        throw classifyDecodeError(error, response);
      }
    } catch (error) {
      if (signal?.aborted) {
        throw new SequinError({ kind: 'cancelled' });
      }
      if (timeoutSignal.signal.aborted) {
        throw new SequinError({ kind: 'timeout', afterMs: timeoutMs });
      }
      if (isAxiosError<string>(error)) {
        // Only the code and the message are passed on: the error itself holds the request with the token.
        throw new SequinError(classifyError(error), { code: error.code, message: error.message });
      }
      throw error;
    } finally {
      timer.dispose();
    }
  }

  const decodeSinkItem = (item: unknown): SinkWithBackfills => decodeSink(item, onItemSkipped);
  const sinkCache = new SinkDecodeCache();

  /** Decodes only the changed sinks of a list; undefined if the list must be decoded as a whole. */
  function decodeCachedSinks(text: string): Listing<SinkWithBackfills> | undefined {
    try {
      const sinks = sinkCache.decodeList(text, (item) =>
        decodeItem(parseLosslessJson(item), 'sink', onItemSkipped, decodeSinkItem),
      );
      const items = sinks?.filter((sink) => sink !== undefined) ?? [];
      // Without a valid sink, it may be a list of something else.
      return sinks === undefined || items.length === 0
        ? undefined
        : { items, skipped: sinks.length - items.length };
    } catch (error) {
      if (error instanceof SyntaxError) {
        return undefined;
      }
      throw error;
    }
  }

  const sinkPath = (sinkId: string): string => `/api/sinks/${encodeId(sinkId, 'sink')}`;
  const backfillPath = (sinkId: string, backfillId: string): string =>
    `${sinkPath(sinkId)}/backfills/${encodeId(backfillId, 'backfill')}`;

  return {
    listSinks: (options = {}) =>
      sendRequest({ method: 'GET', path: '/api/sinks' }, options, (text, serverTime) => ({
        ...(decodeCachedSinks(text) ??
          decodeList(parseLosslessJson(text), 'sink', onItemSkipped, decodeSinkItem)),
        serverTime,
      })),
    getSink: async (sinkId, options = {}) =>
      sendRequest({ method: 'GET', path: sinkPath(sinkId) }, options, (text) =>
        decodeSinkItem(parseLosslessJson(text)),
      ),
    listBackfills: async (sinkId, options = {}) =>
      sendRequest({ method: 'GET', path: `${sinkPath(sinkId)}/backfills` }, options, (text) =>
        decodeList(parseLosslessJson(text), 'backfill', onItemSkipped, (item) =>
          decodeBackfill(sinkId, item),
        ),
      ),
    getBackfill: async (sinkId, backfillId, options = {}) =>
      sendRequest({ method: 'GET', path: backfillPath(sinkId, backfillId) }, options, (text) =>
        decodeBackfill(sinkId, parseLosslessJson(text)),
      ),
    createBackfill: async (sinkId, backfill, options = {}) =>
      sendRequest(
        { method: 'POST', path: `${sinkPath(sinkId)}/backfills`, body: backfill },
        options,
        (text) => decodeBackfill(sinkId, parseLosslessJson(text)),
      ),
    updateBackfill: async (sinkId, backfillId, state, options = {}) =>
      sendRequest(
        { method: 'PATCH', path: backfillPath(sinkId, backfillId), body: { state } },
        options,
        (text) => decodeBackfill(sinkId, parseLosslessJson(text)),
      ),
    getVersion: async (options = {}) => {
      try {
        // This route rejects `application/json` with 406 (recording a24).
        return await sendRequest({ method: 'GET', path: '/info/version', accept: '*/*' }, options, (text) =>
          decodeVersion(parseLosslessJson(text)),
        );
      } catch (error) {
        if (
          error instanceof SequinError &&
          ['notFound', 'invalid', 'invalidResponse'].includes(error.failure.kind)
        ) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

/**
 * Encodes an id for a path.
 * @throws SequinError for an id that no URL can contain: its request would go to another resource
 */
function encodeId(id: string, what: 'sink' | 'backfill'): string {
  const segment = encodePathSegment(id);
  if (segment === undefined) {
    throw new SequinError({ kind: 'notFound', what });
  }
  return segment;
}

/** Classifies the error of a response that can't be decoded; other errors are returned unchanged. */
function classifyDecodeError(error: unknown, response: AxiosResponse<string>): unknown {
  if (error instanceof SyntaxError) {
    return new SequinError(classifyNonJson(response));
  }
  return error instanceof ShapeError
    ? new SequinError({ kind: 'invalidResponse', reason: 'shape', status: response.status }, error)
    : error;
}

function createHttpClient({
  token,
  onRequestFinished,
  maxResponseBytes = defaultMaxResponseBytes,
  retryDelayMs = 200,
}: ApiClientOptions): AxiosInstance {
  const redact = createTokenRedaction(token);
  const client = axios.create({
    // Sequin's deflate lacks the trailer that decoders require (recording f24), and Sequin has no brotli.
    headers: { 'Accept-Encoding': 'gzip', 'User-Agent': 'sequin-vscode' },
    // VS Code's proxy and certificate support works below axios, in Node's http module.
    proxy: false,
    // Following a redirect would send the token to its target.
    maxRedirects: 0,
    maxContentLength: maxResponseBytes,
    // The body is parsed in this module, so that a body that isn't JSON becomes a failure with a reason.
    responseType: 'text',
    transformResponse: (body: string | undefined, headers: AxiosResponseHeaders) => {
      if (typeof headers['location'] === 'string') {
        headers['location'] = redact(headers['location']);
      }
      // There is no body if it was interrupted.
      return body === undefined ? undefined : redact(body);
    },
  });
  if (onRequestFinished !== undefined) {
    reportRequests(client, onRequestFinished);
  }
  axiosRetry(client, {
    retryCondition: (error) => {
      if (error.config?.method?.toUpperCase() !== 'GET' || retryAfter(error) > maxRetryDelayMs) {
        return false;
      }
      const { retryCount = 0, retries = 0 } = error.config['axios-retry'] ?? {};
      if (retryCount === retries - 1) {
        return isClosedWhileIdle(error);
      }
      // Includes a response that was interrupted after a 2xx status.
      return error.code !== 'ERR_CANCELED' && isTransient(classifyError(error as AxiosError<string>));
    },
    retryDelay: (retryCount, error) => exponentialDelay(retryCount, error, retryDelayMs / 2),
  });
  return client;
}

/** Whether a retry of the same request is likely to succeed. */
function isTransient(failure: Failure): boolean {
  return (
    failure.kind === 'network' ||
    failure.kind === 'rateLimited' ||
    (failure.kind === 'server' && [502, 503, 504].includes(failure.status))
  );
}

/** Whether the server closed a kept connection at the moment of its next request, and so didn't process that. */
function isClosedWhileIdle({ code, request }: AxiosError): boolean {
  const isReused = (request as Partial<ClientRequest> | undefined)?.reusedSocket === true;
  return isReused && (code === 'ECONNRESET' || code === 'EPIPE');
}

/** Must be registered before the retries, so that each attempt is reported as a separate request. */
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
