import { type AxiosInstance, type AxiosRequestConfig, isAxiosError } from 'axios';
import { SequinError } from '../model/failure.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { classifyError, classifyForeignResponse } from './classifyError.ts';
import { createHttpClient, type HttpClientOptions } from './createHttpClient.ts';
import { decodeServerTime } from './decodeServerInfo.ts';
import { removeCredentials } from './removeCredentials.ts';
import { ShapeError } from './schema.ts';
import type { RequestOptions } from './SequinApi.ts';

const defaultTimeoutMs = 60_000;

export interface RequestSenderOptions extends HttpClientOptions {
  /** The server's URL without a trailing slash; the path of a request is appended to it. */
  readonly address: string;
  /** Measures the time limits of requests. Default: the system clock. */
  readonly clock?: Clock;
}

export interface ApiRequest {
  /** Default: `GET`. */
  readonly method?: 'POST' | 'PATCH';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  /** The Accept header. Default: `application/json`. */
  readonly accept?: string;
}

type DecodeBody<T> = (text: string, serverTime: number | undefined) => T;

/** Sends a request, and decodes the text of its response. */
export type SendRequest = <T>(
  request: ApiRequest,
  options: RequestOptions | undefined,
  decodeBody: DecodeBody<T>,
) => Promise<T>;

/**
 * Creates a function that sends requests. If a request fails or its response is invalid, the function throws a
 * `SequinError`; any other error is a defect.
 */
export function createRequestSender(options: RequestSenderOptions): SendRequest {
  const { address, clock = systemClock } = options;
  const httpClient = createHttpClient(options);

  return async (request, { signal, retries = 2, timeoutMs = defaultTimeoutMs } = {}, decodeBody) => {
    const timeoutController = new AbortController();
    const timer = clock.schedule(timeoutMs, () => {
      timeoutController.abort();
    });
    const { method = 'GET', path, body, accept = 'application/json' } = request;
    const config: AxiosRequestConfig = {
      method,
      url: address + path,
      // With axios's default, which is a list of types, Sequin sends errors as plain text (recordings a29, f29).
      headers: { Accept: accept },
      data: body,
      signal: AbortSignal.any([...(signal ? [signal] : []), timeoutController.signal]),
      // One retry more than requested, for a connection that was closed while it was idle: see `isClosedWhileIdle`.
      'axios-retry': { retries: retries + 1 },
    };
    try {
      return await sendAndDecode(httpClient, config, decodeBody);
    } catch (error) {
      if (signal?.aborted) {
        throw new SequinError({ kind: 'cancelled' });
      }
      if (timeoutController.signal.aborted) {
        throw new SequinError({ kind: 'timeout', afterMs: timeoutMs });
      }
      throw error;
    } finally {
      timer.dispose();
    }
  };
}

async function sendAndDecode<T>(
  httpClient: AxiosInstance,
  config: AxiosRequestConfig,
  decodeBody: DecodeBody<T>,
): Promise<T> {
  const response = await httpClient.request<string>(config).catch((error: unknown) => {
    // axios's error isn't passed on as the cause, because it contains the request with the token.
    throw isAxiosError<string>(error)
      ? new SequinError(classifyError(error), { code: error.code, message: removeCredentials(error.message) })
      : error;
  });
  try {
    return decodeBody(response.data, decodeServerTime(response.headers['date']));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new SequinError(classifyForeignResponse(response));
    }
    throw error instanceof ShapeError
      ? new SequinError({ kind: 'invalidResponse', reason: 'shape', status: response.status }, error)
      : error;
  }
}
