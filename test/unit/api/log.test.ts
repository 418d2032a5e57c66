import assert from 'node:assert/strict';
import http, { type RequestListener } from 'node:http';
import { inspect } from 'node:util';
import type { LogOutputChannel } from 'vscode';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { createApiClientFactory } from '../../../src/api/createApiClientFactory.ts';
import { Secret } from '../../Secret.ts';
import { respondWith } from '../HttpServer.ts';
import { useHttpServers } from '../useServers.ts';

const token = 'a-token-"<&%-that-must-not-leak';
const serverText = 'text-of-the-server';
const secrets = [new Secret(token), new Secret(serverText), new Secret('Authorization')];
const inspectOptions = { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null };

/** Every client method with its arguments. */
const calls = {
  listSinks: [],
  getSink: ['a-sink'],
  listBackfills: ['a-sink'],
  getBackfill: ['a-sink', 'a-backfill'],
  createBackfill: ['a-sink', { table: serverText }],
  updateSink: ['a-sink', 'paused'],
  listDatabases: [],
  testDatabase: ['a-database'],
  refreshTables: ['a-database'],
  planConfig: [serverText],
  applyConfig: [serverText],
  exportConfig: [],
  updateBackfill: ['a-sink', 'a-backfill', 'paused'],
  getVersion: [],
} as const;

const echo = JSON.stringify({
  summary: `Bearer ${token} ${serverText}`,
  validation_errors: { state: [serverText, token] },
});
const listeners: Readonly<Record<string, RequestListener>> = {
  'a 401': respondWith(401, echo),
  'a 422': respondWith(422, echo),
  'a 500': respondWith(500, echo),
  'a redirect': respondWith(302, echo, { location: `/elsewhere?${serverText}` }),
  'a login page': respondWith(200, `<html>${token} ${serverText}`),
  'JSON of another shape': respondWith(200, JSON.stringify({ data: [{ id: 1, [serverText]: token }] })),
  'invalid compression': respondWith(200, serverText, { 'content-encoding': 'gzip' }),
  'a broken connection': (request) => request.socket.destroy(),
};

const toUntyped = (api: object) => api as Record<string, (...args: unknown[]) => Promise<unknown>>;

describe('the request log', () => {
  const startServer = useHttpServers();

  for (const [name, listener] of Object.entries(listeners)) {
    it(`has one line for each request, and neither the line nor the error contains a secret, after ${name}`, async () => {
      const { url } = await startServer(listener);
      const logged: unknown[][] = [];
      const write = (...args: unknown[]): void => {
        logged.push(args);
      };
      const log = Object.fromEntries(
        ['trace', 'debug', 'info', 'warn', 'error', 'append', 'appendLine'].map((level) => [level, write]),
      );
      const api = createApiClientFactory(log as unknown as LogOutputChannel)(url, () =>
        Promise.resolve(token),
      );
      for (const [method, args] of Object.entries(calls)) {
        const before = logged.length;
        await Promise.resolve(toUntyped(api)[method]?.(...args, { retries: 0 })).catch((error: unknown) => {
          const { failure, ...rest } = error as { failure: object };
          assert.ok('kind' in failure);
          const stack = (error as Error).stack ?? '';
          // The failure contains the server's messages, because the user sees them. The stack and the cause must not
          // contain these messages.
          const text = inspect(
            [{ ...rest, failure: undefined }, stack, (error as Error).cause],
            inspectOptions,
          );
          assert.deepEqual(
            secrets.flatMap((secret) => secret.formsIn(text)),
            [],
            text,
          );
        });
        assert.equal(logged.length, before + 1, method);
        assert.match(
          String(logged[before]?.[0]),
          /^(GET|POST|PATCH) \/[^? ]* (\d+|-) \d+ ms, \d+ characters/,
        );
      }
      const text = inspect(logged, inspectOptions);
      assert.deepEqual(
        secrets.flatMap((secret) => secret.formsIn(text)),
        [],
        text,
      );
    });
  }
});

describe('the password of a proxy', () => {
  const startServer = useHttpServers();

  it('is neither in the log nor in the error, even if VS Code’s proxy agent quotes it', async () => {
    const { url } = await startServer((_request, response) => response.end());
    const { request: originalRequest } = http;
    http.request = ((...args: Parameters<typeof http.request>) =>
      originalRequest(...args).destroy(
        new Error(
          'Failed to establish a socket connection to proxies: PROXY user:s3cret/@s3cret@proxy:8080 PROXY s3cret@other:1',
        ),
      )) as typeof http.request;
    const logged: unknown[][] = [];
    const write = (...args: unknown[]): void => void logged.push(args);
    try {
      const api = createApiClientFactory({ debug: write, warn: write, error: write })(url, () =>
        Promise.resolve(token),
      );
      await assert.rejects(api.listSinks({ retries: 0 }), (error: Error) => {
        logged.push([inspect(error, inspectOptions)]);
        return true;
      });
    } finally {
      http.request = originalRequest;
    }
    const text = inspect(logged, inspectOptions);
    assert.match(text, /PROXY proxy:8080 PROXY other:1[^]*PROXY proxy:8080 PROXY other:1/);
    assert.doesNotMatch(text, /s3cret/);
  });
});

describe('API client', () => {
  const startServer = useHttpServers();

  for (const status of [301, 302, 303, 307, 308]) {
    it(`never follows a redirect with status ${String(status)}`, async () => {
      const followed: string[] = [];
      const target = await startServer((request, response) => {
        followed.push(`${String(request.method)} ${String(request.url)}`);
        response.end('{}');
      });
      let requests = 0;
      const server = await startServer((_request, response) => {
        requests += 1;
        response.writeHead(status, { location: `${target.url}/` }).end();
      });
      const api = createApiClient({ address: server.url, token });
      for (const [method, args] of Object.entries(calls)) {
        await Promise.resolve(toUntyped(api)[method]?.(...args)).catch(() => undefined);
      }
      assert.equal(requests, Object.keys(calls).length);
      assert.deepEqual(followed, []);
    });
  }
});
