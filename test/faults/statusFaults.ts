import { STATUS_CODES } from 'node:http';
import type { Failure } from '../../src/model/failure.ts';
import { createFaults, createHtmlResponse, type Fault, formatHead, toBytes } from './Fault.ts';

const errorStatuses = Object.keys(STATUS_CODES)
  .map(Number)
  .filter((status) => status >= 400);

/** Returns the expected failure for a status that a gateway sends with an HTML page. */
function toExpectedFailure(status: number): Failure {
  switch (status) {
    case 401:
      return { kind: 'unauthorized' };
    case 403:
    case 511:
      return { kind: 'invalidResponse', reason: 'html', status };
    case 407:
      return { kind: 'network', reason: 'proxyLogin' };
    case 404:
      return { kind: 'notFound', resource: 'api' };
    case 429:
      return { kind: 'rateLimited', retryAfterMs: undefined };
    default:
      return status >= 500
        ? { kind: 'server', status, retryAfterMs: undefined }
        : { kind: 'invalid', status, serverMessages: [] };
  }
}

/** Creates a fault: a gateway in front of the server rejects requests without forwarding them. */
const createRejection = (
  status: number,
  outcome: Failure,
  headers: Readonly<Record<string, string>> = {},
  name = `${status} with HTML`,
): Fault => ({
  name,
  outcome,
  stage: 'request',
  inject: (socket) => socket.write(toBytes(createHtmlResponse(status, headers))),
});

/** Creates a fault: a gateway loses the server's response and sends an error page. */
const createLostResponse = (status: number): Fault => ({
  name: `${status} with HTML after the request was processed`,
  outcome: toExpectedFailure(status),
  stage: 'response',
  inject: (socket) => socket.write(toBytes(createHtmlResponse(status))),
});

/** Creates a fault: a response whose status allows no body. */
const createBodiless = (status: number): Fault => ({
  name: `${status} without a body`,
  outcome: { kind: 'invalidResponse', reason: 'notJson', status },
  stage: 'response',
  inject: (socket) => socket.write(formatHead(status, {})),
});

const createRedirect = (status: number): Fault =>
  createRejection(
    status,
    { kind: 'invalidResponse', reason: 'redirect', status, origin: 'http://login.invalid' },
    { location: 'http://login.invalid/' },
    `${status} to a login page`,
  );

/** Responses with an error status, and successful responses with an unusual status. */
export const statusFaults: readonly Fault[] = [
  createBodiless(204),
  createBodiless(304),
  ...[301, 302, 303, 307, 308].map(createRedirect),
  ...errorStatuses.map((status) => createRejection(status, toExpectedFailure(status))),
  ...[500, 502, 503, 504].map(createLostResponse),
  ...createFaults('response', 'harmless', {
    '202 with the response': (socket, response) => socket.write(toBytes({ ...response, status: 202 })),
  }),
  createRejection(
    503,
    { kind: 'server', status: 503, retryAfterMs: 3_600_000 },
    { 'retry-after': '3600' },
    '503 with a Retry-After of one hour',
  ),
  createRejection(
    429,
    { kind: 'rateLimited', retryAfterMs: undefined },
    { 'retry-after': '1e999' },
    '429 with an infinite Retry-After',
  ),
  createRejection(
    429,
    { kind: 'rateLimited', retryAfterMs: undefined },
    { 'retry-after': 'soon' },
    '429 with an invalid Retry-After',
  ),
  ...createFaults(
    'response',
    { kind: 'server', status: 500, retryAfterMs: undefined },
    {
      '500 with an interrupted body': (socket) =>
        socket.end(formatHead(500, { 'content-length': '1000' }) + '<html>'),
      '500 with plain HTML declared as gzip': (socket) =>
        socket.write(toBytes(createHtmlResponse(500, { 'content-encoding': 'gzip' }))),
    },
  ),
];
