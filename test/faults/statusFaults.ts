import { STATUS_CODES } from 'node:http';
import type { Failure } from '../../src/model/failure.ts';
import { bytesOf, type Fault, headOf, htmlAnswer } from './Fault.ts';

const errorStatuses = Object.keys(STATUS_CODES)
  .map(Number)
  .filter((status) => status >= 400);

/** What a status means that a gateway sends with a page of its own. */
function meaningOf(status: number): Failure {
  switch (status) {
    case 401:
      return { kind: 'unauthorized' };
    case 403:
    case 511:
      return { kind: 'badAnswer', reason: 'html', status };
    case 407:
      return { kind: 'network', reason: 'proxyLogin' };
    case 404:
      return { kind: 'notFound', what: 'page' };
    case 429:
      return { kind: 'rateLimited', retryAfterMs: undefined };
    default:
      return status >= 500
        ? { kind: 'server', status, retryAfterMs: undefined }
        : { kind: 'invalid', status, reasons: [] };
  }
}

/** An answer of a gateway in front of the server, which did not hear of the request. */
const refusal = (
  status: number,
  outcome: Failure,
  headers: Readonly<Record<string, string>> = {},
  name = `${status} with HTML`,
): Fault => ({
  name,
  outcome,
  at: 'request',
  strike: (socket) => socket.write(bytesOf(htmlAnswer(status, headers))),
});

/** An answer of a gateway that lost the server's own one. */
const loss = (status: number): Fault => ({
  name: `${status} with HTML, and done all the same`,
  outcome: meaningOf(status),
  at: 'answer',
  strike: (socket) => socket.write(bytesOf(htmlAnswer(status))),
});

/** An answer without a body, which has none by its status. */
const bodiless = (status: number): Fault => ({
  name: `${status} without a body`,
  outcome: { kind: 'badAnswer', reason: 'notJson', status },
  at: 'answer',
  strike: (socket) => socket.write(headOf(status, {})),
});

const redirect = (status: number): Fault =>
  refusal(
    status,
    { kind: 'badAnswer', reason: 'redirect', status, origin: 'http://login.invalid' },
    { location: 'http://login.invalid/' },
    `${status} to a login page`,
  );

/** Answers whose status says that something is wrong. */
export const statusFaults: readonly Fault[] = [
  bodiless(204),
  bodiless(304),
  ...[301, 302, 303, 307, 308].map(redirect),
  ...errorStatuses.map((status) => refusal(status, meaningOf(status))),
  ...[500, 502, 503, 504].map(loss),
  {
    name: '202 with the answer',
    outcome: 'harmless',
    at: 'answer',
    strike: (socket, answer) => socket.write(bytesOf({ ...answer, status: 202 })),
  },
  refusal(
    503,
    { kind: 'server', status: 503, retryAfterMs: 3_600_000 },
    { 'retry-after': '3600' },
    '503 for an hour',
  ),
  refusal(429, { kind: 'rateLimited', retryAfterMs: undefined }, { 'retry-after': '1e999' }, '429 for ever'),
  refusal(429, { kind: 'rateLimited', retryAfterMs: undefined }, { 'retry-after': 'soon' }, '429 until soon'),
  {
    name: '500 whose body breaks off',
    outcome: { kind: 'server', status: 500, retryAfterMs: undefined },
    at: 'answer',
    strike: (socket) => socket.end(headOf(500, { 'content-length': '1000' }) + '<html>'),
  },
  {
    name: '500 with gzip that is not',
    outcome: { kind: 'server', status: 500, retryAfterMs: undefined },
    at: 'answer',
    strike: (socket) => socket.write(bytesOf(htmlAnswer(500, { 'content-encoding': 'gzip' }))),
  },
];
