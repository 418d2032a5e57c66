import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { AxiosError } from 'axios';
import { classifyError } from '../../../src/api/classifyError.ts';
import { type ApiClientOptions, createApiClient } from '../../../src/api/createApiClient.ts';
import type { RequestLogEntry, RequestOptions, SequinApi } from '../../../src/api/SequinApi.ts';
import { type Failure, toFailure } from '../../../src/model/failure.ts';
import { describeFailure } from '../../../src/text/failureText.ts';
import { respondWith } from '../HttpServer.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useHttpServers } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';

const token = 'a-token-that-must-not-leak';

/** Returns the failure of `listSinks`, and the log entries of its requests. */
async function getFailure(
  address: string,
  request: RequestOptions = {},
  settings: Partial<ApiClientOptions> = {},
): Promise<{ failure: Failure; logEntries: RequestLogEntry[] }> {
  const logEntries: RequestLogEntry[] = [];
  const api = createApiClient({
    address,
    token,
    retryDelayMs: 1,
    onRequestFinished: (entry) => logEntries.push(entry),
    ...settings,
  });
  try {
    await api.listSinks({ retries: 0, ...request });
  } catch (error) {
    const failure = toFailure(error);
    const output = [String(error), JSON.stringify((error as Error).cause), JSON.stringify(logEntries)].join(
      '\n',
    );
    assert.ok(!output.includes(token), `the token leaks: ${output}`);
    return { failure, logEntries };
  }
  throw new assert.AssertionError({ message: 'the request succeeded' });
}

describe('API client with a failed request', () => {
  const startServer = useHttpServers();
  const cases: [string, RequestListener, Failure][] = [
    [
      'a 401',
      respondWith(401, { summary: 'The API token you provided is invalid' }),
      { kind: 'unauthorized' },
    ],
    [
      'a 403 with an HTML page',
      respondWith(403, '<html>'),
      { kind: 'invalidResponse', reason: 'html', status: 403 },
    ],
    [
      'a 403 with an HTML page that begins with white space',
      respondWith(403, '\n <!DOCTYPE html>'),
      { kind: 'invalidResponse', reason: 'html', status: 403 },
    ],
    [
      'a 403 whose body is interrupted',
      (request, response) => {
        response.writeHead(403, { 'content-length': 100 });
        response.write('<html>', () => request.socket.destroy());
      },
      { kind: 'invalidResponse', reason: 'notJson', status: 403 },
    ],
    ['a 403 with Sequin’s JSON', respondWith(403, '{"summary":"no"}'), { kind: 'unauthorized' }],
    ['a 403 with a gateway’s JSON', respondWith(403, '{"message":"Forbidden"}'), { kind: 'unauthorized' }],
    [
      'a 404 for a sink',
      respondWith(404, { summary: 'Not found: No `consumer` found matching the provided ID or name' }),
      { kind: 'notFound', resource: 'sink' },
    ],
    [
      'a 404 for a backfill',
      respondWith(404, { summary: 'Not found: No `backfill` found matching the provided ID or name' }),
      { kind: 'notFound', resource: 'backfill' },
    ],
    [
      'a 404 for an unknown route',
      respondWith(404, { errors: { detail: 'Not Found' } }),
      { kind: 'notFound', resource: 'api' },
    ],
    ['a 404 in plain text', respondWith(404, 'Not Found'), { kind: 'notFound', resource: 'api' }],
    [
      'a 400',
      respondWith(400, { errors: { detail: 'Bad Request' } }),
      { kind: 'invalid', status: 400, serverMessages: [] },
    ],
    [
      'a 422 with a summary',
      respondWith(422, { code: null, summary: 'Table x.y not found', validation_errors: {} }),
      { kind: 'invalid', status: 422, serverMessages: ['Table x.y not found'] },
    ],
    [
      'a 422 with nested validation errors',
      respondWith(422, {
        summary: 'Validation failed',
        validation_errors: { sink: { routing_mode: ['is required'] } },
      }),
      { kind: 'invalid', status: 422, serverMessages: ['sink routing_mode is required'] },
    ],
    [
      'a 422 for a second backfill',
      respondWith(422, {
        summary: 'Validation failed',
        validation_errors: { sink_consumer_id: ['already has an active backfill'] },
      }),
      { kind: 'conflict', reason: 'alreadyActive', serverMessages: ['already has an active backfill'] },
    ],
    [
      'a 422 for an invalid state transition',
      respondWith(422, {
        summary: 'Validation failed',
        validation_errors: {
          state: ['Invalid state transition from cancelled to active. Valid transitions: none'],
        },
      }),
      {
        kind: 'conflict',
        reason: 'transition',
        serverMessages: ['Invalid state transition from cancelled to active. Valid transitions: none'],
      },
    ],
    ['a 407 from a proxy', respondWith(407), { kind: 'network', reason: 'proxyLogin' }],
    [
      'a 511 from a network that requires a login',
      respondWith(511),
      { kind: 'invalidResponse', reason: 'html', status: 511 },
    ],
    ['a 429', respondWith(429, '', { 'retry-after': '7' }), { kind: 'rateLimited', retryAfterMs: 7000 }],
    [
      'a 429 whose Retry-After is a date by the server’s clock',
      respondWith(429, '', {
        date: 'Wed, 25 Nov 2026 17:24:58 GMT',
        'retry-after': 'Wed, 25 Nov 2026 17:25:08 GMT',
      }),
      { kind: 'rateLimited', retryAfterMs: 10_000 },
    ],
    [
      'a 500',
      respondWith(500, 'Internal Server Error'),
      { kind: 'server', status: 500, retryAfterMs: undefined },
    ],
    [
      'a 502 with an explanation',
      respondWith(502, { summary: 'Failed to connect to database' }),
      {
        kind: 'server',
        status: 502,
        retryAfterMs: undefined,
        serverMessages: ['Failed to connect to database'],
      },
    ],
    [
      'a 404 for a resource that a configuration refers to (recording k06d)',
      respondWith(404, { summary: 'Not found: No `database` found matching the provided ID or name' }),
      {
        kind: 'invalid',
        status: 404,
        serverMessages: ['Not found: No `database` found matching the provided ID or name'],
      },
    ],
    ['a 503', respondWith(503, '<html>'), { kind: 'server', status: 503, retryAfterMs: undefined }],
    [
      'a login page',
      respondWith(200, '<!doctype html><title>Sign in'),
      { kind: 'invalidResponse', reason: 'html', status: 200 },
    ],
    ['plain text', respondWith(200, 'ok'), { kind: 'invalidResponse', reason: 'notJson', status: 200 }],
    ['a 204 without a body', respondWith(204), { kind: 'invalidResponse', reason: 'notJson', status: 204 }],
    [
      'JSON of another shape',
      respondWith(200, { data: 1 }),
      { kind: 'invalidResponse', reason: 'shape', status: 200 },
    ],
    [
      'a redirect to another origin',
      respondWith(302, '', { location: 'https://login.test/sign-in?back=secret' }),
      { kind: 'invalidResponse', reason: 'redirect', status: 302, origin: 'https://login.test' },
    ],
    [
      'a redirect to another scheme',
      respondWith(302, '', { location: 'javascript:alert(1)' }),
      { kind: 'invalidResponse', reason: 'redirect', status: 302 },
    ],
    [
      'a redirect to an invalid address',
      respondWith(302, '', { location: 'https://' }),
      { kind: 'invalidResponse', reason: 'redirect', status: 302 },
    ],
    [
      'plain text declared as gzip',
      respondWith(200, 'not gzip at all', { 'content-encoding': 'gzip' }),
      { kind: 'invalidResponse', reason: 'compression', status: 200 },
    ],
    ['a reset connection', (request) => request.socket.destroy(), { kind: 'network', reason: 'interrupted' }],
    [
      'an interrupted body',
      (request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"data":', () => request.socket.destroy());
      },
      { kind: 'network', reason: 'interrupted' },
    ],
  ];
  for (const [name, listener, expected] of cases) {
    const reason = 'reason' in expected ? ` (${expected.reason})` : '';
    it(`classifies ${name} as ${expected.kind}${reason}`, async () => {
      const { url } = await startServer(listener);
      const { failure } = await getFailure(url);
      assert.deepEqual(failure, expected);
    });
  }

  it('rejects a response that exceeds the size limit', async () => {
    const { url } = await startServer(respondWith(200, `{"data":[${' '.repeat(5000)}]}`));
    const { failure } = await getFailure(url, {}, { maxResponseBytes: 1000 });
    assert.deepEqual(failure, { kind: 'invalidResponse', reason: 'tooLarge', status: undefined });
  });

  it('classifies a closed port as refused', async () => {
    const server = await startServer(() => undefined);
    await server.stop();
    const { failure } = await getFailure(server.url);
    assert.deepEqual(failure, { kind: 'network', reason: 'refused' });
  });

  it('classifies a host name that can’t be resolved as hostUnknown', async () => {
    const { failure } = await getFailure('http://no-such-host.invalid');
    assert.deepEqual(failure, { kind: 'network', reason: 'hostUnknown' });
  });

  it('describes a redirect with the origin of its target if the origin is known', () => {
    const redirect = { kind: 'invalidResponse', reason: 'redirect', status: 302 } as const;
    const describe = (failure: Failure) => describeFailure(failure, 'sequin.test').sentence;
    assert.match(
      describe({ ...redirect, origin: 'https://login.test' }),
      /redirects to https:\/\/login\.test\. /,
    );
    assert.match(describe(redirect), /redirects to another address\. /);
  });

  it('recognizes an unreachable proxy by the error message of VS Code’s proxy agent', () => {
    const message = 'Failed to establish a socket connection to proxies: PROXY proxy.test:8080';
    assert.deepEqual(classifyError(new AxiosError(message)), { kind: 'network', reason: 'proxy' });
  });

  it('times out when it receives no response, or only the beginning of a body', async () => {
    for (const listener of [
      () => undefined,
      (_request, response) => response.writeHead(200).write('{'),
    ] as RequestListener[]) {
      const clock = new TestClock(now);
      let isReceived = false;
      const { url } = await startServer((request, response) => {
        listener(request, response);
        isReceived = true;
      });
      const failed = getFailure(url, { timeoutMs: 50 }, { clock });
      await waitUntil(() => isReceived);
      await clock.advance(49);
      assert.equal(clock.hasPendingTimers, true, 'the request ended before its timeout');
      await clock.advance(1);
      assert.deepEqual((await failed).failure, { kind: 'timeout', afterMs: 50 });
    }
  });

  it('reports an aborted request as cancelled', async () => {
    const controller = new AbortController();
    const { url } = await startServer(() => {
      controller.abort();
    });
    const { failure } = await getFailure(url, { signal: controller.signal });
    assert.deepEqual(failure, { kind: 'cancelled' });
  });
});

describe('API client', () => {
  const startServer = useHttpServers();

  for (const code of [429, 502, 503, 504]) {
    it(`retries a read after ${String(code)} and logs each attempt`, async () => {
      const { url } = await startServer(respondWith(code, '', { 'retry-after': '0' }));
      const { logEntries } = await getFailure(url, { retries: 2 });
      assert.deepEqual(
        logEntries.map((entry) => entry.status),
        [code, code, code],
      );
    });
  }

  for (const code of [400, 401, 404, 500]) {
    it(`doesn’t retry a read after ${String(code)}`, async () => {
      const { url } = await startServer(respondWith(code));
      const { logEntries } = await getFailure(url, { retries: 2 });
      assert.equal(logEntries.length, 1);
    });
  }

  it('doesn’t retry when Retry-After is long, and reports the delay instead', async () => {
    const { url } = await startServer(respondWith(503, '', { 'retry-after': '60' }));
    const { logEntries, failure } = await getFailure(url, { retries: 2 });
    assert.equal(logEntries.length, 1);
    assert.deepEqual(failure, { kind: 'server', status: 503, retryAfterMs: 60_000 });
  });

  it('retries a read after an interrupted connection and returns the second response', async () => {
    let requests = 0;
    const { url } = await startServer((request, response) => {
      requests += 1;
      if (requests === 1) {
        request.socket.destroy();
      } else {
        respondWith(200, { data: [] })(request, response);
      }
    });
    const listing = await createApiClient({ address: url, token, retryDelayMs: 1 }).listSinks();
    assert.deepEqual(listing.items, []);
    assert.equal(requests, 2);
  });

  describe('on a kept-alive connection that the server closes', () => {
    let connections: Set<unknown>;
    let methods: (string | undefined)[];

    /** Starts a server that closes a connection when it receives a second request on the connection. */
    async function startClosingServer(): Promise<SequinApi> {
      connections = new Set();
      methods = [];
      const { url } = await startServer((request, response) => {
        methods.push(request.method);
        if (connections.has(request.socket)) {
          request.socket.destroy();
        } else {
          connections.add(request.socket);
          respondWith(200, { data: [] })(request, response);
        }
      });
      return createApiClient({ address: url, token, retryDelayMs: 1 });
    }

    for (const retries of [0, 2]) {
      it(`reads again on a new connection if \`retries\` is ${String(retries)}`, async () => {
        const api = await startClosingServer();
        await api.listSinks({ retries });
        await api.listSinks({ retries });
        await api.listBackfills('sink', { retries });
        assert.equal(connections.size, 3);
        assert.equal(methods.length, 5);
      });
    }

    it('doesn’t send a write again', async () => {
      const api = await startClosingServer();
      await api.listSinks();
      await assert.rejects(api.updateBackfill('sink', 'backfill', 'paused'));
      assert.deepEqual(methods, ['GET', 'PATCH']);
    });
  });

  it('never retries a write', async () => {
    for (const listener of [respondWith(503), ((request) => request.socket.destroy()) as RequestListener]) {
      let requests = 0;
      const { url } = await startServer((request, response) => {
        requests += 1;
        listener(request, response);
      });
      const api = createApiClient({ address: url, token, retryDelayMs: 1 });
      await assert.rejects(api.createBackfill('sink', { table: 'public.orders' }, { retries: 2 }));
      await assert.rejects(api.updateBackfill('sink', 'backfill', 'paused', { retries: 2 }));
      assert.equal(requests, 2);
    }
  });
});
