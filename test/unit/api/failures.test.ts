import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { createApiClient, type ApiClientOptions } from '../../../src/api/createApiClient.ts';
import { toFailure, type Failure } from '../../../src/model/failure.ts';
import type { RequestLogEntry, RequestOptions } from '../../../src/api/SequinApi.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { until } from '../until.ts';
import { useHttpServers } from '../useServers.ts';

const token = 'a-token-that-must-not-leak';

/** The failure of a read, and what became of it in the log. */
async function failureAt(
  address: string,
  request: RequestOptions = {},
  settings: Partial<ApiClientOptions> = {},
): Promise<{ failure: Failure; exchanges: RequestLogEntry[] }> {
  const exchanges: RequestLogEntry[] = [];
  const api = createApiClient({
    address,
    token,
    retryDelayMs: 1,
    onRequestFinished: (exchange) => exchanges.push(exchange),
    ...settings,
  });
  try {
    await api.listSinks({ retries: 0, ...request });
  } catch (error) {
    const failure = toFailure(error);
    assert.ok(failure, `not a failure: ${String(error)}`);
    const seen = [String(error), JSON.stringify((error as Error).cause), JSON.stringify(exchanges)].join(
      '\n',
    );
    assert.ok(!seen.includes(token), `the token leaks: ${seen}`);
    return { failure, exchanges };
  }
  throw new assert.AssertionError({ message: 'nothing failed' });
}

const status = (code: number, body: unknown = '', headers: Record<string, string> = {}): RequestListener => {
  return (_request, response) => {
    response.writeHead(code, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};

describe('what goes wrong between us and a server', () => {
  const startServer = useHttpServers();
  const answers: [string, RequestListener, Failure][] = [
    ['401', status(401, { summary: 'The API token you provided is invalid' }), { kind: 'unauthorized' }],
    ['403 of a proxy', status(403, '<html>'), { kind: 'badAnswer', reason: 'html', status: 403 }],
    ['403 of the server', status(403, '{"summary":"no"}'), { kind: 'unauthorized' }],
    [
      '404 of a sink',
      status(404, { summary: 'Not found: No `consumer` found matching the provided ID or name' }),
      { kind: 'notFound', what: 'sink' },
    ],
    [
      '404 of a backfill',
      status(404, { summary: 'Not found: No `backfill` found matching the provided ID or name' }),
      { kind: 'notFound', what: 'backfill' },
    ],
    ['404 of a route', status(404, { errors: { detail: 'Not Found' } }), { kind: 'notFound', what: 'page' }],
    ['404 in plain text', status(404, 'Not Found'), { kind: 'notFound', what: 'page' }],
    [
      '400',
      status(400, { errors: { detail: 'Bad Request' } }),
      { kind: 'invalid', status: 400, reasons: [] },
    ],
    [
      '422 with a summary',
      status(422, { code: null, summary: 'Table x.y not found', validation_errors: {} }),
      { kind: 'invalid', status: 422, reasons: ['Table x.y not found'] },
    ],
    [
      '422 with nested validation errors',
      status(422, {
        summary: 'Validation failed',
        validation_errors: { sink: { routing_mode: ['is required'] } },
      }),
      { kind: 'invalid', status: 422, reasons: ['sink routing_mode is required'] },
    ],
    [
      '422 for a second backfill',
      status(422, {
        summary: 'Validation failed',
        validation_errors: { sink_consumer_id: ['already has an active backfill'] },
      }),
      { kind: 'conflict', reason: 'alreadyActive', reasons: ['already has an active backfill'] },
    ],
    [
      '422 for a state that cannot follow',
      status(422, {
        summary: 'Validation failed',
        validation_errors: {
          state: ['Invalid state transition from cancelled to active. Valid transitions: none'],
        },
      }),
      {
        kind: 'conflict',
        reason: 'transition',
        reasons: ['Invalid state transition from cancelled to active. Valid transitions: none'],
      },
    ],
    ['429', status(429, '', { 'retry-after': '7' }), { kind: 'rateLimited', retryAfterMs: 7000 }],
    ['500', status(500, 'Internal Server Error'), { kind: 'server', status: 500, retryAfterMs: undefined }],
    ['503', status(503, '<html>'), { kind: 'server', status: 503, retryAfterMs: undefined }],
    [
      'a login page',
      status(200, '<!doctype html><title>Sign in'),
      { kind: 'badAnswer', reason: 'html', status: 200 },
    ],
    ['plain text', status(200, 'ok'), { kind: 'badAnswer', reason: 'notJson', status: 200 }],
    ['204 without a body', status(204), { kind: 'badAnswer', reason: 'notJson', status: 204 }],
    ['JSON of something else', status(200, { data: 1 }), { kind: 'badAnswer', reason: 'shape', status: 200 }],
    [
      'a redirect',
      status(302, '', { location: 'http://elsewhere.invalid/' }),
      { kind: 'badAnswer', reason: 'redirect', status: 302, origin: 'http://elsewhere.invalid' },
    ],
    [
      'gzip that is none',
      status(200, 'not gzip at all', { 'content-encoding': 'gzip' }),
      { kind: 'badAnswer', reason: 'compression', status: 200 },
    ],
    ['a reset', (request) => request.socket.destroy(), { kind: 'network', reason: 'interrupted' }],
    [
      'a body that breaks off',
      (request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"data":', () => request.socket.destroy());
      },
      { kind: 'network', reason: 'interrupted' },
    ],
  ];
  for (const [name, answer, expected] of answers) {
    it(`${name} is ${expected.kind}`, async () => {
      const { url } = await startServer(answer);
      const { failure } = await failureAt(url);
      assert.deepEqual(failure, expected);
    });
  }

  it('an answer that is too large is not read to its end', async () => {
    const { url } = await startServer(status(200, `{"data":[${' '.repeat(5000)}]}`));
    const { failure } = await failureAt(url, {}, { maxResponseBytes: 1000 });
    assert.deepEqual(failure, { kind: 'badAnswer', reason: 'tooLarge', status: undefined });
  });

  it('nothing listens', async () => {
    const server = await startServer(() => undefined);
    await server.stop();
    const { failure } = await failureAt(server.url);
    assert.deepEqual(failure, { kind: 'network', reason: 'refused' });
  });

  it('the host is not known', async () => {
    const { failure } = await failureAt('http://no-such-host.invalid');
    assert.deepEqual(failure, { kind: 'network', reason: 'hostUnknown' });
  });

  it('no answer in time, also when the body drips', async () => {
    for (const answer of [
      () => undefined,
      (_request, response) => response.writeHead(200).write('{'),
    ] as RequestListener[]) {
      const limit = new TestClock(now);
      let asked = false;
      const { url } = await startServer((request, response) => {
        answer(request, response);
        asked = true;
      });
      const failed = failureAt(url, { timeoutMs: 50 }, { clock: limit });
      await until(() => asked);
      await limit.turn(49);
      assert.equal(limit.idle, false, 'it ended before its time limit');
      await limit.turn(1);
      assert.deepEqual((await failed).failure, { kind: 'timeout', afterMs: 50 });
    }
  });

  it('cancelled while under way', async () => {
    const cancel = new AbortController();
    const { url } = await startServer(() => {
      cancel.abort();
    });
    const { failure } = await failureAt(url, { signal: cancel.signal });
    assert.deepEqual(failure, { kind: 'cancelled' });
  });
});

describe('asking again', () => {
  const startServer = useHttpServers();

  for (const code of [429, 502, 503, 504]) {
    it(`a read is asked again after ${String(code)}, and each try is logged`, async () => {
      const { url } = await startServer(status(code, '', { 'retry-after': '0' }));
      const { exchanges } = await failureAt(url, { retries: 2 });
      assert.deepEqual(
        exchanges.map((exchange) => exchange.status),
        [code, code, code],
      );
    });
  }

  for (const code of [400, 401, 404, 500]) {
    it(`not after ${String(code)}`, async () => {
      const { url } = await startServer(status(code));
      const { exchanges } = await failureAt(url, { retries: 2 });
      assert.equal(exchanges.length, 1);
    });
  }

  it('not when the server asks for a long rest: the rest is told instead', async () => {
    const { url } = await startServer(status(503, '', { 'retry-after': '60' }));
    const { exchanges, failure } = await failureAt(url, { retries: 2 });
    assert.equal(exchanges.length, 1);
    assert.deepEqual(failure, { kind: 'server', status: 503, retryAfterMs: 60_000 });
  });

  it('a read is asked again after the connection broke, and its answer counts', async () => {
    let asked = 0;
    const { url } = await startServer((request, response) => {
      asked += 1;
      if (asked === 1) {
        request.socket.destroy();
      } else {
        status(200, { data: [] })(request, response);
      }
    });
    const listing = await createApiClient({ address: url, token, retryDelayMs: 1 }).listSinks();
    assert.deepEqual(listing.items, []);
    assert.equal(asked, 2);
  });

  it('a write never is, whatever happens to it', async () => {
    for (const answer of [status(503), ((request) => request.socket.destroy()) as RequestListener]) {
      let asked = 0;
      const { url } = await startServer((request, response) => {
        asked += 1;
        answer(request, response);
      });
      const api = createApiClient({ address: url, token, retryDelayMs: 1 });
      await assert.rejects(api.createBackfill('sink', { table: 'public.orders' }, { retries: 2 }));
      await assert.rejects(api.updateBackfill('sink', 'backfill', 'paused', { retries: 2 }));
      assert.equal(asked, 2);
    }
  });
});
