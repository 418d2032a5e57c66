import axios, {
  isAxiosError,
  type AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import axiosRetry, { exponentialDelay, retryAfter } from 'axios-retry';
import { systemClock, type Clock } from '../shared/clock.ts';
import { classifyError, classifyNotJson } from './classify.ts';
import { SequinError, type Failure } from './failure.ts';
import { parseJson } from './parseJson.ts';
import { decodeBackfill, decodeItem, decodeList, decodeSink, decodeVersion, ShapeError } from './schemas.ts';
import type { Exchange, Listing, RequestOptions, SequinApi, SinkAnswer } from './SequinApi.ts';
import { SinkTexts } from './SinkTexts.ts';

const defaultTimeoutMs = 60_000;
/**
 * After decompression. 5,000 backfills are 1.8 MB and take the server 5 s: within the minute that it has, it makes
 * some 20 MB of them. What is larger is no answer of Sequin's, and is not to fill the memory of the editor.
 */
const defaultMaxAnswerBytes = 50_000_000;
/** A server that asks for a longer rest is told so as a failure, not waited for inside a request. */
const maxRetryDelayMs = 10_000;

export interface SequinApiSettings {
  /** Where the server is, without a slash at its end; `/api` follows it. */
  readonly address: string;
  readonly token: string;
  /** Told of every request, each retry included. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** Told of every item of an answer that was left out because it could not be understood. */
  readonly onLeftOut?: (what: string, problem: string) => void;
  readonly maxAnswerBytes?: number;
  /** The shortest wait before a retry; it doubles with each. Default 200 ms. */
  readonly retryDelayMs?: number;
  /** Measures the time limits of requests. Default: the system's clock. */
  readonly clock?: Clock;
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly accept?: string;
}

/**
 * Sequin's Management API over HTTP. This room alone knows axios, and this client holds the token, which
 * leaves it in the Authorization header only.
 */
export function createSequinApi(settings: SequinApiSettings): SequinApi {
  const { address, token, onLeftOut = () => undefined, clock = systemClock } = settings;
  const client = createClient(settings);

  async function ask<T>(
    { method, path, body, accept = 'application/json' }: Request,
    { signal, retries = 2, timeoutMs = defaultTimeoutMs }: RequestOptions,
    read: (text: string, serverTime: number | undefined) => T,
  ): Promise<T> {
    const deadline = new AbortController();
    const timer = clock.after(timeoutMs, () => {
      deadline.abort();
    });
    try {
      const response = await client.request<string>({
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
        signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
        'axios-retry': { retries },
      });
      try {
        return read(response.data, serverTimeOf(response));
      } catch (error) {
        throw toSequinError(error, response);
      }
    } catch (error) {
      if (signal?.aborted) {
        throw new SequinError({ kind: 'cancelled' });
      }
      if (deadline.signal.aborted) {
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

  const decodeOne = (item: unknown): SinkAnswer => decodeSink(item, onLeftOut);
  const sinkTexts = new SinkTexts();

  /** The sinks of a list, most of which say what they said before; undefined where it must be read as a whole. */
  function readTexts(text: string): Listing<SinkAnswer> | undefined {
    try {
      const answers = sinkTexts.read(text, (item) =>
        decodeItem(parseJson(item), 'sink', onLeftOut, decodeOne),
      );
      const items = answers?.filter((answer) => answer !== undefined);
      return items && { items, leftOut: (answers?.length ?? 0) - items.length };
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
      ask({ method: 'GET', path: '/api/sinks' }, options, (text, serverTime) => ({
        ...understood(readTexts(text) ?? decodeList(parseJson(text), 'sink', onLeftOut, decodeOne)),
        serverTime,
      })),
    getSink: (sinkId, options = {}) =>
      ask({ method: 'GET', path: sinkPath(sinkId) }, options, (text) => decodeOne(parseJson(text))),
    listBackfills: (sinkId, options = {}) =>
      ask({ method: 'GET', path: `${sinkPath(sinkId)}/backfills` }, options, (text) =>
        understood(
          decodeList(parseJson(text), 'backfill', onLeftOut, (item) => decodeBackfill(sinkId, item)),
        ),
      ),
    getBackfill: (sinkId, backfillId, options = {}) =>
      ask({ method: 'GET', path: backfillPath(sinkId, backfillId) }, options, (text) =>
        decodeBackfill(sinkId, parseJson(text)),
      ),
    createBackfill: (sinkId, backfill, options = {}) =>
      ask({ method: 'POST', path: `${sinkPath(sinkId)}/backfills`, body: backfill }, options, (text) =>
        decodeBackfill(sinkId, parseJson(text)),
      ),
    updateBackfill: (sinkId, backfillId, state, options = {}) =>
      ask({ method: 'PATCH', path: backfillPath(sinkId, backfillId), body: { state } }, options, (text) =>
        decodeBackfill(sinkId, parseJson(text)),
      ),
    version: async (options = {}) => {
      try {
        // This route refuses `application/json` with 406 (recording a24).
        return await ask({ method: 'GET', path: '/info/version', accept: '*/*' }, options, (text) =>
          decodeVersion(parseJson(text)),
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
    return new SequinError(classifyNotJson(response));
  }
  return error instanceof ShapeError
    ? new SequinError({ kind: 'badAnswer', reason: 'shape', status: response.status }, error)
    : error;
}

/**
 * A list as it is, unless nothing in it was understood: that is not an empty one.
 * @throws ShapeError
 */
function understood<T>(listing: Listing<T>): Listing<T> {
  if (listing.items.length === 0 && listing.leftOut > 0) {
    throw new ShapeError('none of its items');
  }
  return listing;
}

/** When the server answered by its own clock: the Date header, whole seconds. */
function serverTimeOf(response: AxiosResponse): number | undefined {
  const time = Date.parse(String(response.headers['date']));
  return Number.isNaN(time) ? undefined : time;
}

function createClient({
  onExchange,
  maxAnswerBytes = defaultMaxAnswerBytes,
  retryDelayMs = 200,
}: SequinApiSettings): AxiosInstance {
  const client = axios.create({
    // Sequin's deflate lacks the trailer that decoders ask for (recording f24), and it has no br.
    headers: { 'Accept-Encoding': 'gzip', 'User-Agent': 'sequin-vscode' },
    // VS Code's proxy and certificate support works below axios, in Node's own http module.
    proxy: false,
    // A redirect would carry the token to wherever it points.
    maxRedirects: 0,
    maxContentLength: maxAnswerBytes,
    // The text is read here, so that a body that is no JSON becomes an answer with a reason.
    responseType: 'text',
    transformResponse: [],
  });
  if (onExchange !== undefined) {
    reportExchanges(client, onExchange);
  }
  axiosRetry(client, {
    retryCondition: (error) => {
      if (error.config?.method?.toUpperCase() !== 'GET' || retryAfter(error) > maxRetryDelayMs) {
        return false;
      }
      // Also one whose answer broke off after a good status.
      return error.code !== 'ERR_CANCELED' && isPassing(classifyError(error as AxiosError<string>));
    },
    retryDelay: (retry, error) => exponentialDelay(retry, error, retryDelayMs / 2),
  });
  return client;
}

/** Whether the same request may well be answered in a moment. */
function isPassing(failure: Failure): boolean {
  return (
    failure.kind === 'network' ||
    failure.kind === 'rateLimited' ||
    (failure.kind === 'server' && [502, 503, 504].includes(failure.status))
  );
}

/** Registered before the retries, so that each try is reported as a request of its own. */
function reportExchanges(client: AxiosInstance, onExchange: (exchange: Exchange) => void): void {
  const startedAt = new WeakMap<InternalAxiosRequestConfig, number>();
  const report = (
    config: InternalAxiosRequestConfig,
    response: { readonly status: number; readonly data: unknown } | undefined,
    problem?: string,
  ): void => {
    onExchange({
      method: config.method?.toUpperCase() ?? 'GET',
      path: new URL(config.url ?? '').pathname,
      status: response?.status,
      durationMs: Math.round(performance.now() - (startedAt.get(config) ?? Number.NaN)),
      size: typeof response?.data === 'string' ? response.data.length : 0,
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
