import type { AxiosError, AxiosResponse } from 'axios';
import type { Failure } from '../model/failure.ts';
import { classifyTls } from './classifyTls.ts';
import { decodeError, type ErrorBody } from './decodeError.ts';
import { parseLosslessJson } from './parseLosslessJson.ts';

type NetworkReason = Extract<Failure, { kind: 'network' }>['reason'];

const networkReasons: ReadonlyMap<string, NetworkReason> = new Map([
  ['ECONNREFUSED', 'refused'],
  ['ENOTFOUND', 'hostUnknown'],
  ['EAI_AGAIN', 'hostUnknown'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['ECONNRESET', 'interrupted'],
  ['EPIPE', 'interrupted'],
  ['ERR_STREAM_PREMATURE_CLOSE', 'interrupted'],
]);

/** Classifies the error of a failed request. The caller handles timeouts and cancellation. */
export function classifyError(error: AxiosError<string | undefined>): Failure {
  const { response } = error;
  // If the status is 2xx, the error is about the body: it was interrupted, is too large or can't be decompressed. With
  // any other status, the error is about the status, and the body is undefined if it was interrupted.
  if (response !== undefined && (response.status < 200 || response.status >= 300)) {
    return classifyStatus({ ...response, data: response.data ?? '' });
  }
  const code = error.code ?? '';
  if (
    code === 'HPE_HEADER_OVERFLOW' ||
    (code === 'ERR_BAD_RESPONSE' && error.message.includes('maxContentLength'))
  ) {
    return { kind: 'invalidResponse', reason: 'tooLarge', status: response?.status };
  }
  if (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE') {
    return { kind: 'invalidResponse', reason: 'compression', status: response?.status };
  }
  // Node's HTTP parser rejected the response: it is in another protocol, or its head or a chunk is damaged.
  if (code.startsWith('HPE_')) {
    return { kind: 'invalidResponse', reason: 'notHttp', status: response?.status };
  }
  const tls = classifyTls(error);
  if (tls !== undefined) {
    return tls;
  }
  // If the proxy is unreachable, VS Code's proxy agent reports only this message, without an error code.
  if (error.message.startsWith('Failed to establish a socket connection to proxies')) {
    return { kind: 'network', reason: 'proxy' };
  }
  // An aborted body has the code ECONNRESET, or is recognizable only by the message of axios or Node.js.
  const isInterrupted = error.message === 'stream has been aborted' || error.message === 'aborted';
  return { kind: 'network', reason: networkReasons.get(code) ?? (isInterrupted ? 'interrupted' : 'other') };
}

/**
 * Converts the Retry-After header, which is a number of seconds or a date by the server's clock, to a delay in
 * milliseconds. Returns undefined if the header is missing, invalid or not in the future.
 */
function parseRetryAfterMs({ headers }: AxiosResponse): number | undefined {
  const value = String(headers['retry-after'] ?? '');
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - Date.parse(String(headers['date'] ?? ''));
  return ms > 0 && Number.isFinite(ms) ? ms : undefined;
}

/** Classifies a response with a status other than 2xx. A gateway in front of Sequin may send any status and body. */
function classifyStatus(response: AxiosResponse<string>): Failure {
  const { status } = response;
  if ([301, 302, 303, 307, 308].includes(status)) {
    const origin = parseRedirectOrigin(response);
    return { kind: 'invalidResponse', reason: 'redirect', status, ...(origin && { origin }) };
  }
  const error = decodeError(tryParseJson(response.data));
  switch (status) {
    case 401:
      return { kind: 'unauthorized' };
    case 403:
      // Some gateways request a token with this status. An HTML page has another cause, such as a firewall, and an empty
      // or interrupted body has an unknown cause.
      return /^\s*[^\s<]/.test(response.data) ? { kind: 'unauthorized' } : classifyForeignResponse(response);
    case 407:
      return { kind: 'network', reason: 'proxyLogin' };
    case 429:
      return { kind: 'rateLimited', retryAfterMs: parseRetryAfterMs(response) };
    case 511:
      // The login page of a network (captive portal).
      return { kind: 'invalidResponse', reason: 'html', status };
  }
  if (status >= 500) {
    const serverMessages = error.summary === undefined ? {} : { serverMessages: [error.summary] };
    return { kind: 'server', status, retryAfterMs: parseRetryAfterMs(response), ...serverMessages };
  }
  // Any other status below 400, such as 304 for an unconditional request, isn't from Sequin.
  return status < 400 ? classifyForeignResponse(response) : classifyRejection(status, error);
}

/** Classifies the rejection of a request by the error in Sequin's response. */
function classifyRejection(status: number, { summary, fields }: ErrorBody): Failure {
  if (status === 404) {
    const resource = findMissingResource(summary);
    return resource === undefined
      ? { kind: 'invalid', status, serverMessages: [summary ?? ''] }
      : { kind: 'notFound', resource };
  }
  const serverMessages = [...fields.values()].flat();
  if (fields.get('sink_consumer_id')?.includes('already has an active backfill')) {
    return { kind: 'conflict', reason: 'alreadyActive', serverMessages };
  }
  if (fields.get('state')?.some((message) => message.startsWith('Invalid state transition'))) {
    return { kind: 'conflict', reason: 'transition', serverMessages };
  }
  // A message such as `is invalid` is useless without the name of its field.
  const fieldErrors = [...fields].flatMap(([field, messages]) =>
    messages.map((message) => `${field} ${message}`),
  );
  return {
    kind: 'invalid',
    status,
    serverMessages: fieldErrors.length > 0 || summary === undefined ? fieldErrors : [summary],
  };
}

/**
 * Finds the missing resource in the summary of a 404 response, in which Sequin calls a sink a consumer. Returns `api`
 * if the summary names no resource, and undefined for any other resource, such as the `database` that an applied
 * `sequin.yaml` refers to (recording k06d).
 */
function findMissingResource(
  summary: string | undefined,
): 'sink' | 'backfill' | 'database' | 'api' | undefined {
  const name = /No `([\w ]+)` found/.exec(summary ?? '')?.[1];
  switch (name) {
    case 'consumer':
      return 'sink';
    case 'backfill':
      return 'backfill';
    case 'postgres database':
      return 'database';
    case undefined:
      return 'api';
    default:
      return undefined;
  }
}

/**
 * Classifies a response that isn't from Sequin. Usually, such a response is a gateway's HTML page, such as a login
 * page.
 */
export function classifyForeignResponse({ data, status }: AxiosResponse<string>): Failure {
  if (/^\s*</.test(data)) {
    return { kind: 'invalidResponse', reason: 'html', status };
  }
  const reason = tryParseJson(data) === undefined ? 'notJson' : 'shape';
  return { kind: 'invalidResponse', reason, status };
}

/** Returns the origin that a redirect points to. Leaves out the path, because it may contain secrets. */
function parseRedirectOrigin({ headers, config }: AxiosResponse<string>): string | undefined {
  const location: unknown = headers['location'];
  const url = typeof location === 'string' ? URL.parse(location, config.url) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.host.length <= 255 ? url.origin : undefined;
}

function tryParseJson(text: string): unknown {
  try {
    return parseLosslessJson(text);
  } catch {
    return undefined;
  }
}
