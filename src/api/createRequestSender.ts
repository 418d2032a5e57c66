import { type AxiosResponse, isAxiosError } from 'axios';
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

/** Sends a request, and decodes the text of its response. */
export type SendRequest = <T>(
  request: ApiRequest,
  options: RequestOptions | undefined,
  decodeBody: (text: string, serverTime: number | undefined) => T,
) => Promise<T>;

/**
 * Creates a function that sends requests. It throws a `SequinError` for every failure of a request or its response, and
 * any other error for a defect.
 */
export function createRequestSender(options: RequestSenderOptions): SendRequest {
  const { address, clock = systemClock } = options;
  const httpClient = createHttpClient(options);

  return async (
    { method = 'GET', path, body, accept = 'application/json' },
    { signal, retries = 2, timeoutMs = defaultTimeoutMs } = {},
    decodeBody,
  ) => {
    const timeoutController = new AbortController();
    const timer = clock.schedule(timeoutMs, () => {
      timeoutController.abort();
    });
    try {
      const response = await httpClient.request<string>({
        method,
        url: address + path,
        // With a list of types, which is axios's default, errors are plain text (recordings a29, f29).
        headers: { Accept: accept },
        data: body,
        signal: AbortSignal.any([...(signal ? [signal] : []), timeoutController.signal]),
        // One more than requested, for a connection that was closed while it was idle: see `isClosedWhileIdle`.
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
      if (timeoutController.signal.aborted) {
        throw new SequinError({ kind: 'timeout', afterMs: timeoutMs });
      }
      if (isAxiosError<string>(error)) {
        // The error itself is not the cause: it holds the request with the token.
        throw new SequinError(classifyError(error), {
          code: error.code,
          message: removeCredentials(error.message),
        });
      }
      throw error;
    } finally {
      timer.dispose();
    }
  };
}

/** Classifies the error of a response that can't be decoded; other errors are returned unchanged. */
function classifyDecodeError(error: unknown, response: AxiosResponse<string>): unknown {
  if (error instanceof SyntaxError) {
    return new SequinError(classifyForeignResponse(response));
  }
  return error instanceof ShapeError
    ? new SequinError({ kind: 'invalidResponse', reason: 'shape', status: response.status }, error)
    : error;
}
