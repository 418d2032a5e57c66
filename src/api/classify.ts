import type { AxiosError, AxiosResponse } from 'axios';
import { retryAfter } from 'axios-retry';
import type { Failure } from '../model/failure.ts';
import { classifyTls } from './classifyTls.ts';
import { parseLosslessJson } from './parseLosslessJson.ts';
import { decodeError } from './schemas.ts';

type NetworkReason = Extract<Failure, { kind: 'network' }>['reason'];

const networkReasons: Readonly<Record<string, NetworkReason>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'hostUnknown',
  EAI_AGAIN: 'hostUnknown',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EHOSTDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'unreachable',
  ECONNRESET: 'interrupted',
  EPIPE: 'interrupted',
  ERR_STREAM_PREMATURE_CLOSE: 'interrupted',
};

/** The statuses that name another address. */
const redirectStatuses = [301, 302, 303, 307, 308];

/** What a failed request means. Deadlines and cancelling are told apart by the caller. */
export function classifyError(error: AxiosError<string>): Failure {
  const { response } = error;
  // An answer whose body broke off or would not unpack has a status of 2xx and is none.
  if (response !== undefined && (response.status < 200 || response.status >= 300)) {
    const retryAfterMs = retryAfter(error);
    return classifyStatus(
      response,
      retryAfterMs > 0 && Number.isFinite(retryAfterMs) ? retryAfterMs : undefined,
    );
  }
  const code = error.code ?? '';
  if (
    code === 'HPE_HEADER_OVERFLOW' ||
    (code === 'ERR_BAD_RESPONSE' && error.message.includes('maxContentLength'))
  ) {
    return { kind: 'badAnswer', reason: 'tooLarge', status: response?.status };
  }
  if (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE') {
    return { kind: 'badAnswer', reason: 'compression', status: response?.status };
  }
  // What Node's parser of HTTP does not take: another protocol, or a head or chunk that is damaged.
  if (code.startsWith('HPE_')) {
    return { kind: 'badAnswer', reason: 'notHttp', status: response?.status };
  }
  const tls = classifyTls({ code, message: error.message, cause: error.cause });
  if (tls !== undefined) {
    return tls;
  }
  // VS Code's agent says no more than that; what its proxy said or did not say is lost there.
  if (error.message.startsWith('Failed to establish a socket connection to proxies')) {
    return { kind: 'network', reason: 'proxy' };
  }
  // An aborted body has the code ECONNRESET, or none and axios's own message.
  const isInterrupted = error.message === 'stream has been aborted' || error.message === 'aborted';
  return { kind: 'network', reason: networkReasons[code] ?? (isInterrupted ? 'interrupted' : 'other') };
}

/**
 * What an answer other than 2xx means. Bodies are `{summary, validation_errors}`, `{errors: {detail}}`
 * or plain text; something else that answers in place of Sequin may send anything.
 */
function classifyStatus(response: AxiosResponse<string>, retryAfterMs: number | undefined): Failure {
  const { status } = response;
  if (redirectStatuses.includes(status)) {
    const origin = redirectOriginOf(response);
    return { kind: 'badAnswer', reason: 'redirect', status, ...(origin && { origin }) };
  }
  if (status < 400) {
    // Such as a 304, which nobody asked for.
    return classifyNonJson(response);
  }
  if (status === 401 || (status === 403 && !isHtml(response))) {
    return { kind: 'unauthorized' };
  }
  if (status === 407) {
    return { kind: 'network', reason: 'proxyLogin' };
  }
  if (status === 403 || status === 511) {
    // The page of something before the server, which knows nothing of the token: 511 wants a login first.
    return { kind: 'badAnswer', reason: 'html', status };
  }
  const { summary, fields } = decodeError(tryParseJson(response.data));
  if (status === 404) {
    const missingEntity = /No `(\w+)` found/.exec(summary ?? '')?.[1];
    return {
      kind: 'notFound',
      what: missingEntity === 'consumer' ? 'sink' : missingEntity === 'backfill' ? 'backfill' : 'page',
    };
  }
  if (status === 429) {
    return { kind: 'rateLimited', retryAfterMs };
  }
  if (status >= 500) {
    return { kind: 'server', status, retryAfterMs };
  }
  const reasons = [...fields.values()].flat();
  if (fields.get('sink_consumer_id')?.includes('already has an active backfill')) {
    return { kind: 'conflict', reason: 'alreadyActive', reasons };
  }
  if (fields.get('state')?.some((message) => message.startsWith('Invalid state transition'))) {
    return { kind: 'conflict', reason: 'transition', reasons };
  }
  // `is invalid` says nothing without the name of its field.
  const fieldErrors = [...fields].flatMap(([field, messages]) =>
    messages.map((message) => `${field} ${message}`),
  );
  return {
    kind: 'invalid',
    status,
    reasons: fieldErrors.length > 0 || summary === undefined ? fieldErrors : [summary],
  };
}

/** What an answer means that is no error by its status, and no JSON: a login page in place of Sequin, most often. */
export function classifyNonJson(response: AxiosResponse<string>): Failure {
  return { kind: 'badAnswer', reason: isHtml(response) ? 'html' : 'notJson', status: response.status };
}

function isHtml({ data }: AxiosResponse<string>): boolean {
  return /^\s*</.test(data);
}

/** Where a redirect points, without the path: a path may hold what is secret. */
function redirectOriginOf({ headers, config }: AxiosResponse<string>): string | undefined {
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
