import type { AxiosError, AxiosResponse } from 'axios';
import { retryAfter } from 'axios-retry';
import type { Failure } from './failure.ts';
import { parseJson } from './parseJson.ts';
import { decodeError } from './schemas.ts';

type NetworkReason = Extract<Failure, { kind: 'network' }>['reason'];
type TlsReason = Extract<Failure, { kind: 'tls' }>['reason'];

const networkReasons: Readonly<Record<string, NetworkReason>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'hostUnknown',
  EAI_AGAIN: 'hostUnknown',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ETIMEDOUT: 'unreachable',
  ECONNRESET: 'interrupted',
  EPIPE: 'interrupted',
  ERR_STREAM_PREMATURE_CLOSE: 'interrupted',
};

/** OpenSSL's and Node's codes for what can be wrong with a certificate. */
const tlsReasons: Readonly<Record<string, TlsReason>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'authority',
  UNABLE_TO_GET_ISSUER_CERT: 'authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'authority',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'notTls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'notTls',
  EPROTO: 'notTls',
};

/** What a failed request means. Deadlines and cancelling are told apart by the caller. */
export function classifyError(error: AxiosError<string>): Failure {
  const { response } = error;
  // An answer whose body broke off or would not unpack has a status of 2xx and is none.
  if (response !== undefined && (response.status < 200 || response.status >= 300)) {
    return classifyStatus(response, retryAfter(error) || undefined);
  }
  const code = error.code ?? '';
  if (code === 'ERR_BAD_RESPONSE' && error.message.includes('maxContentLength')) {
    return { kind: 'badAnswer', reason: 'tooLarge', status: response?.status };
  }
  if (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE') {
    return { kind: 'badAnswer', reason: 'compression', status: response?.status };
  }
  const tls = tlsReasons[code] ?? (/^(CERT_|ERR_TLS_|ERR_SSL_)/.test(code) ? 'other' : undefined);
  if (tls !== undefined) {
    return { kind: 'tls', reason: tls };
  }
  // An aborted body has the code ECONNRESET, or none and axios's own message.
  const interrupted = error.message === 'stream has been aborted' || error.message === 'aborted';
  return { kind: 'network', reason: networkReasons[code] ?? (interrupted ? 'interrupted' : 'other') };
}

/**
 * What an answer other than 2xx means. Bodies are `{summary, validation_errors}`, `{errors: {detail}}`
 * or plain text; something else that answers in place of Sequin may send anything.
 */
function classifyStatus(response: AxiosResponse<string>, retryAfterMs: number | undefined): Failure {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return { kind: 'badAnswer', reason: 'redirect', status };
  }
  if (status === 401 || status === 403) {
    return { kind: 'unauthorized' };
  }
  const { summary, fields } = decodeError(jsonOrUndefined(response.data));
  if (status === 404) {
    const what = /No `(\w+)` found/.exec(summary ?? '')?.[1];
    return {
      kind: 'notFound',
      what: what === 'consumer' ? 'sink' : what === 'backfill' ? 'backfill' : 'page',
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
  const named = [...fields].flatMap(([field, messages]) => messages.map((message) => `${field} ${message}`));
  return { kind: 'invalid', status, reasons: named.length > 0 || summary === undefined ? named : [summary] };
}

/** What a 2xx answer means whose body is no JSON: a login page in place of Sequin, most often. */
export function classifyNotJson(response: AxiosResponse<string>): Failure {
  const html = /^\s*</.test(response.data);
  return { kind: 'badAnswer', reason: html ? 'html' : 'notJson', status: response.status };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
