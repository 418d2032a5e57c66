import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import type { LogOutputChannel } from 'vscode';
import { createLazyApiClient } from '../../../src/api/createLazyApiClient.ts';
import { createApiClientFactory } from '../../../src/api/createApiClientFactory.ts';
import { Secret } from '../../Secret.ts';
import { useHttpServers } from '../useServers.ts';

const token = 'a-token-"<&%-that-must-not-leak';
const told = 'told-by-the-server';
const secrets = [new Secret(token), new Secret(told), new Secret('Authorization')];
const deeply = { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null };

/** Every method, with what of it is written. */
const calls = {
  listSinks: [],
  getSink: ['a-sink'],
  listBackfills: ['a-sink'],
  getBackfill: ['a-sink', 'a-backfill'],
  createBackfill: ['a-sink', { table: told }],
  updateBackfill: ['a-sink', 'a-backfill', 'paused'],
  getVersion: [],
} as const;

const answering =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
const echo = JSON.stringify({
  summary: `Bearer ${token} ${told}`,
  validation_errors: { state: [told, token] },
});
const answers: Readonly<Record<string, RequestListener>> = {
  'status 401': answering(401, echo),
  'status 422': answering(422, echo),
  'status 500': answering(500, echo),
  'a redirect': answering(302, echo, { location: `/elsewhere?${told}` }),
  'a login page': answering(200, `<html>${token} ${told}`),
  'another shape': answering(200, JSON.stringify({ data: [{ id: 1, [told]: token }] })),
  'bad compression': answering(200, told, { 'content-encoding': 'gzip' }),
  'a broken connection': (request) => request.socket.destroy(),
};

const loose = (api: object) => api as Record<string, (...args: unknown[]) => Promise<unknown>>;

describe('the log', () => {
  const startServer = useHttpServers();

  for (const [name, answer] of Object.entries(answers)) {
    it(`has of ${name} a line for each request and no secret, and so has the error`, async () => {
      const { url } = await startServer(answer);
      const logged: unknown[][] = [];
      const write = (...args: unknown[]): void => {
        logged.push(args);
      };
      const levels = Object.fromEntries(
        ['trace', 'debug', 'info', 'warn', 'error', 'append', 'appendLine'].map((level) => [level, write]),
      );
      const api = createApiClientFactory(levels as unknown as LogOutputChannel)(url, () =>
        Promise.resolve(token),
      );
      for (const [method, args] of Object.entries(calls)) {
        const before = logged.length;
        await Promise.resolve(loose(api)[method]?.(...args, { retries: 0 })).catch((error: unknown) => {
          const { failure, ...seen } = error as { failure: object };
          assert.ok('kind' in failure);
          const stack = (error as Error).stack ?? '';
          // What is thrown holds the server's reasons, which are drawn; neither its text nor its cause does.
          const text = inspect([{ ...seen, failure: undefined }, stack, (error as Error).cause], deeply);
          assert.deepEqual(
            secrets.flatMap((secret) => secret.formsIn(text)),
            [],
            text,
          );
        });
        assert.match(
          String(logged[before]?.[0]),
          /^(GET|POST|PATCH) \/[^? ]* (\d+|-) \d+ ms, \d+ characters/,
        );
      }
      const text = inspect(logged, deeply);
      assert.deepEqual(
        secrets.flatMap((secret) => secret.formsIn(text)),
        [],
        text,
      );
    });
  }
});

describe('a redirect', () => {
  const startServer = useHttpServers();

  for (const status of [301, 302, 303, 307, 308]) {
    it(`${String(status)} is followed by no method`, async () => {
      const asked: string[] = [];
      const elsewhere = await startServer((request, response) => {
        asked.push(`${String(request.method)} ${String(request.url)}`);
        response.end('{}');
      });
      let requests = 0;
      const server = await startServer((request, response) => {
        requests += 1;
        assert.doesNotMatch(String(request.url), /show.?sensitive/i);
        response.writeHead(status, { location: `${elsewhere.url}/` }).end();
      });
      const api = createLazyApiClient({ address: server.url }, () => Promise.resolve(token));
      for (const [method, args] of Object.entries(calls)) {
        await Promise.resolve(loose(api)[method]?.(...args)).catch(() => undefined);
      }
      assert.equal(requests, Object.keys(calls).length);
      assert.deepEqual(asked, []);
    });
  }
});
