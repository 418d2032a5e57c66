import type { ClientRequest } from 'node:http';
import axios, {
  type AxiosError,
  type AxiosInstance,
  type AxiosResponseHeaders,
  type InternalAxiosRequestConfig,
  isAxiosError,
} from 'axios';
import axiosRetry, { exponentialDelay, retryAfter } from 'axios-retry';
import type { Failure } from '../model/failure.ts';
import { classifyError } from './classifyError.ts';
import { createSecretRedaction } from './createSecretRedaction.ts';
import { removeCredentials } from './removeCredentials.ts';
import type { RequestLogEntry } from './SequinApi.ts';

/**
 * The size limit of a response after decompression, in bytes. The server takes at least 4.5 s to list 5,000 backfills
 * (1.8 MB), so it can produce at most 24 MB within the time limit of a minute. A response over the limit isn't from
 * Sequin, and must not fill the editor's memory.
 */
const defaultMaxResponseBytes = 50_000_000;
/**
 * The longest delay before a retry that the server may request (Retry-After), in milliseconds. If the server requests a
 * longer delay, the request isn't retried.
 */
const maxRetryDelayMs = 10_000;

export interface HttpClientOptions {
  readonly token: string;
  /** The Authorization header. Default: the token as a Bearer token, or no header if the token is empty. */
  readonly authorization?: string;
  /** Further secrets to remove from responses, such as a password. Secrets under 8 characters aren't removed. */
  readonly secrets?: readonly string[];
  /** Called after each attempt of a request. */
  readonly onRequestFinished?: (entry: RequestLogEntry) => void;
  readonly maxResponseBytes?: number;
  /** The delay before the first retry in milliseconds; it doubles with each further retry. Default: 200. */
  readonly retryDelayMs?: number;
}

/** Creates an axios client that retries reads, removes secrets from responses and reports each request. */
export function createHttpClient({
  token,
  // Sequin requires exactly one space, and nothing after the token (recordings a04 to a14).
  authorization = token === '' ? undefined : `Bearer ${token}`,
  secrets = [],
  onRequestFinished,
  maxResponseBytes = defaultMaxResponseBytes,
  retryDelayMs = 200,
}: HttpClientOptions): AxiosInstance {
  const redactions = [token, ...secrets].map(createSecretRedaction);
  const redact = (text: string): string => redactions.reduce((redacted, replace) => replace(redacted), text);
  const client = axios.create({
    headers: {
      'User-Agent': 'sequin-vscode',
      // Sequin doesn't support brotli, and its deflate lacks the trailer that decoders require (recording f24).
      'Accept-Encoding': 'gzip',
      // Without this header, VS Code's patched http module opens a connection for each request. With it, Node.js keeps
      // the connection in its global agent, and closes it after 5 s without a request; Sequin 0.14.6 would close it
      // after 60 s. A separate agent would bypass `http.proxy` with `"http.proxySupport": "on"`.
      Connection: 'keep-alive',
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    },
    // VS Code's proxy and certificate support works below axios, in Node's http module.
    proxy: false,
    // Following a redirect would send the token to another address.
    maxRedirects: 0,
    maxContentLength: maxResponseBytes,
    // Not parsed by axios, so that a body that isn't JSON becomes a failure with a reason.
    responseType: 'text',
    transformResponse: (body: string | undefined, headers: AxiosResponseHeaders) => {
      if (typeof headers['location'] === 'string') {
        headers['location'] = redact(headers['location']);
      }
      // The body is undefined if the response was interrupted.
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
      // The last retry, added by the request sender, is only for a connection that was closed while it was idle.
      if (retryCount === retries - 1) {
        return isClosedWhileIdle(error);
      }
      // Even an error with a 2xx status may be a network error: the connection broke in the middle of the response.
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

/**
 * Whether a request failed because the server closed an idle kept-alive connection just as the request was sent. The
 * server then hasn't processed the request.
 */
function isClosedWhileIdle({ code, request }: AxiosError): boolean {
  const isReused = (request as Partial<ClientRequest> | undefined)?.reusedSocket === true;
  return isReused && (code === 'ECONNRESET' || code === 'EPIPE');
}

/** Reports each request. Must be called before `axiosRetry`, so that each retry is reported as a request of its own. */
function reportRequests(client: AxiosInstance, onRequestFinished: (entry: RequestLogEntry) => void): void {
  const startTimes = new WeakMap<InternalAxiosRequestConfig, number>();
  const report = (
    config: InternalAxiosRequestConfig,
    response: { readonly status: number; readonly data: unknown } | undefined,
    problem?: string,
  ): void => {
    onRequestFinished({
      method: config.method?.toUpperCase() ?? 'GET',
      path: new URL(config.url ?? '').pathname,
      status: response?.status,
      durationMs: Math.round(performance.now() - (startTimes.get(config) ?? Number.NaN)),
      bodyLength: typeof response?.data === 'string' ? response.data.length : 0,
      ...(problem === undefined ? {} : { problem }),
    });
  };
  client.interceptors.request.use((config) => {
    startTimes.set(config, performance.now());
    return config;
  });
  client.interceptors.response.use(
    (response) => {
      report(response.config, response);
      return response;
    },
    (error: unknown) => {
      if (isAxiosError(error) && error.config !== undefined) {
        report(error.config, error.response, error.code ?? removeCredentials(error.message));
      }
      throw error;
    },
  );
}
