import assert from 'node:assert/strict';
import type { BackfillJson, SinkJson } from '../../../src/sampleServer/sequinTypes.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { useEmulators } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';
import { type Reply, sendRequest } from './sendRequest.ts';

const hourMs = 3_600_000;

describe('Emulator', () => {
  const clock = { ms: new Date(2026, 0).getTime(), now: () => clock.ms };
  const startEmulator = useEmulators();
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({ latency: false, basePath: '/sequin', clock });
  });

  it('serves the demo under a base path, and lists sinks in varying order', async () => {
    const orders = new Set<string>();
    for (let count = 0; count < 5; count += 1) {
      const { text } = await get('/sequin/api/sinks');
      orders.add((JSON.parse(text) as { data: SinkJson[] }).data.map(({ name }) => name).join());
    }
    assert.ok(orders.size > 1);
    assert.equal((await get('/api/sinks')).status, 404);
  });

  it('creates the same sinks from the same seed, and different sinks from a different seed', async () => {
    const [same, other] = await Promise.all(
      [1, 2].map((seed) => startEmulator({ latency: false, basePath: '/sequin', clock, seed })),
    );
    assert.ok(same && other);
    const listIds = ({ world }: Emulator) => world.sinks.map(({ json }) => json.id);
    assert.deepEqual(listIds(same), listIds(emulator));
    assert.notDeepEqual(listIds(other), listIds(emulator));
  });

  it('creates backfills with the same ids and timing no matter what clients have read', async () => {
    const unread = await startEmulator({ latency: false, clock });
    const yaml =
      'databases: [{ name: new, hostname: db }]\nhttp_endpoints: [{ name: new, url: "http://hook" }]\n' +
      'sinks: [{ name: new, database: new, destination: { type: redis_stream } }]\nusers: [{ email: new }]\n';
    assert.equal((await get('/sequin/api/sinks')).status, 200);
    assert.equal((await send('POST', '/sequin/api/config/plan', { yaml })).status, 200);
    const worlds = [emulator.world, unread.world];
    for (const world of worlds) {
      world.addSink({ name: 'added', destination: { type: 'kafka' } });
      world.addBackfill('added', { table: 'public.added' });
    }
    clock.ms += 20_000;
    const [afterReads, withoutReads] = worlds.map(({ sinks }) =>
      sinks.map(({ json, backfills }) => ({ json, backfills: backfills.map((backfill) => backfill.json) })),
    );
    assert.deepEqual(afterReads, withoutReads);
  });

  it('rejects a state that Sequin doesn’t have', async () => {
    const table = { table: 'catalog.products' };
    emulator.world.addSink({ name: 'orders' });
    const { id } = emulator.world.addBackfill('orders', table).json;
    for (const state of ['constructor', '__proto__', 'Active']) {
      for (const [method, path, body] of [
        ['POST', '/sequin/api/sinks/orders/backfills', { ...table, state }],
        ['PATCH', `/sequin/api/sinks/orders/backfills/${id}`, { state }],
      ] as const) {
        const { status, text } = await send(method, path, body);
        assert.equal(status, 422);
        assert.deepEqual(JSON.parse(text), {
          summary: 'Validation failed',
          validation_errors: { state: ['is invalid'] },
        });
      }
    }
  });

  it('starts the backfills of two demo sinks again whenever they complete', () => {
    const countBackfills = (sink: string) => emulator.world.getSink(sink).backfills.length;
    for (const sink of ['orders-to-kafka', 'search-index']) {
      const countBefore = countBackfills(sink);
      for (let run = 1; run <= 5; run += 1) {
        clock.ms += hourMs / 5;
        assert.equal(countBackfills(sink), countBefore + run);
        assert.ok(emulator.world.getSink(sink).backfills.at(-1)?.isRunning);
      }
    }
  });

  it('records received requests', async () => {
    await get('/sequin/api/sinks/nope?x=1');
    const [{ method, path, status, headers } = assert.fail()] = emulator.requests;
    assert.deepEqual([method, path, status], ['GET', '/sequin/api/sinks/nope?x=1', 404]);
    assert.equal(headers.authorization, `Bearer ${emulator.token}`);
  });

  it('injects a response into a limited number of requests with a matching path', async () => {
    emulator.fault({
      status: 503,
      body: { summary: 'Busy' },
      headers: { 'retry-after': '1' },
      times: 1,
      path: /sinks$/,
    });
    assert.equal((await get('/sequin/health')).status, 200);
    const { status, headers, text } = await get('/sequin/api/sinks');
    assert.deepEqual([status, headers['retry-after'], text], [503, '1', '{"summary":"Busy"}']);
    assert.equal((await get('/sequin/api/sinks')).status, 200);
  });

  it('resets connections until the fault is removed', async () => {
    emulator.fault({ reset: true });
    await assert.rejects(get('/sequin/health'), { code: 'ECONNRESET' });
    emulator.fault(undefined);
    assert.equal((await get('/sequin/health')).status, 200);
  });

  it('refuses connections while stopped, and keeps its state across a restart', async () => {
    emulator.world.addSink({ name: 'added-before-restart' });
    await emulator.stop();
    await assert.rejects(get('/sequin/health'), { code: 'ECONNREFUSED' });
    await emulator.restart();
    assert.equal((await get('/sequin/api/sinks/added-before-restart')).status, 200);
  });

  it('ends hanging requests when it stops', async () => {
    emulator.fault({ hang: true });
    const hanging = assert.rejects(get('/sequin/health'), { code: 'ECONNRESET' });
    await waitUntil(() => emulator.requests.length > 0);
    await emulator.stop();
    await hanging;
  });

  it("checks the token before the content type, as Sequin's pipeline does", async () => {
    const path = '/sequin/api/sinks/search-index/backfills';
    const reply = await sendRequest(emulator.url, {
      method: 'POST',
      path,
      headers: { 'content-type': 'text/plain' },
    });
    assert.equal(reply.status, 401);
  });

  it('rejects a URL of more than 10,000 characters', async () => {
    const createPath = (length: number) => '/sequin/api/sinks?'.padEnd(length, 'x');
    assert.equal((await get(createPath(10_000))).status, 200);
    assert.equal((await get(createPath(10_001))).status, 414);
  });

  it('has 1,000 sinks, 200 running backfills and a sink with 5,000 finished backfills in its large scenario', async () => {
    const large = await startEmulator({ scenario: 'large', latency: false, clock });
    const { sinks } = large.world;
    const running = sinks.flatMap(({ backfills }) => backfills.filter(({ isRunning }) => isRunning));
    assert.deepEqual([sinks.length, running.length, sinks.at(-1)?.backfills.length], [1_000, 200, 5_000]);
  });

  describe('with an older version', () => {
    const id = '11111111-1111-4111-8111-111111111111';
    let old: Emulator | undefined;

    const start = async (version: string | null): Promise<Emulator> => {
      old = await startEmulator({ scenario: 'empty', latency: false, version, clock });
      old.world.addSink({ name: 'orders' });
      old.world.addBackfill('orders', { id, table: 'public.orders' });
      clock.ms += 1_000;
      old.world.addBackfill('orders', { table: 'public.items' });
      return old;
    };

    const sendToOld = async (path: string, method = 'GET', body?: string) => {
      const { url, token } = old ?? assert.fail();
      const headers = {
        authorization: `Bearer ${token}`,
        accept: path.startsWith('/api') ? 'application/json' : '*/*',
        'content-type': 'application/json',
      };
      const reply = await sendRequest(url, { method, path, headers, ...(body !== undefined && { body }) });
      return { status: reply.status, body: JSON.parse(reply.text) as Record<string, unknown> };
    };
    const fetchSinks = async () => [
      (await sendToOld('/api/sinks/orders')).body,
      ...((await sendToOld('/api/sinks')).body['data'] as Record<string, unknown>[]),
    ];

    it('reports health only since 0.8.10', async () => {
      for (const [version, reported] of [
        ['0.8.9', false],
        ['0.8.10', true],
      ] as const) {
        await start(version);
        for (const sink of await fetchSinks()) {
          assert.equal('health' in sink, reported, version);
        }
      }
    });

    it('reports only the newest unfinished backfill and no table names before 0.8.20', async () => {
      await start('0.8.19');
      for (const sink of await fetchSinks()) {
        assert.ok(!('active_backfills' in sink));
        const newest = sink['active_backfill'] as BackfillJson;
        assert.equal(old?.world.findBackfill(newest.id)?.json.table, 'public.items');
        assert.ok(!('table' in newest));
      }
      const { backfills } = old?.world.getSink('orders') ?? assert.fail();
      for (const { json } of backfills) {
        old?.world.setBackfill(json.id, { state: 'cancelled' });
      }
      for (const sink of await fetchSinks()) {
        assert.equal(sink['active_backfill'], null);
      }
      const path = '/api/sinks/orders/backfills';
      const [listed] = (await sendToOld(path)).body['data'] as object[];
      const { body: shown } = await sendToOld(`${path}/${id}`);
      const { body: created } = await sendToOld(path, 'POST', '{"table":"orders"}');
      for (const backfill of [listed ?? assert.fail(), shown, created]) {
        assert.ok(!('table' in backfill));
      }
    });

    it('reports all unfinished backfills since 0.8.20', async () => {
      await start('0.8.20');
      for (const sink of await fetchSinks()) {
        assert.ok(!('active_backfill' in sink));
        const tables = (sink['active_backfills'] as BackfillJson[]).map(({ table }) => table);
        assert.deepEqual(tables, ['public.orders', 'public.items']);
      }
    });

    it('supports pausing a backfill and creating a paused backfill only since 0.13.6', async () => {
      const path = '/api/sinks/orders/backfills';
      const requests = [
        ['PATCH', `${path}/${id}`, '{"state":"paused"}'],
        ['POST', path, '{"table":"customers","state":"paused"}'],
      ] as const;
      for (const [version, expected] of [
        ['0.13.5', 422],
        ['0.13.6', 200],
      ] as const) {
        await start(version);
        old?.world.addTable('public.customers');
        for (const [method, requestPath, body] of requests) {
          const reply = await sendToOld(requestPath, method, body);
          assert.equal(reply.status, expected, `${method} with ${version}`);
          if (expected === 422) {
            const rejection = { summary: 'Validation failed', validation_errors: { state: ['is invalid'] } };
            assert.deepEqual(reply.body, rejection);
          }
        }
        assert.equal((await sendToOld(`${path}/${id}`, 'PATCH', '{"state":"cancelled"}')).status, 200);
      }
    });

    it('reports its version, unless it is configured to have no version page', async () => {
      await start('0.8.9');
      assert.deepEqual(await sendToOld('/info/version'), { status: 200, body: { version: '0.8.9' } });
      await start(null);
      const { url, token } = old ?? assert.fail();
      const headers = { authorization: `Bearer ${token}`, accept: '*/*' };
      for (const path of ['/info/version', '/info']) {
        assert.equal((await sendRequest(url, { method: 'GET', path, headers })).status, 404);
      }
      assert.equal((await sendToOld('/health')).status, 200);
      for (const sink of await fetchSinks()) {
        assert.ok('health' in sink && 'active_backfills' in sink);
      }
    });
  });

  it('lists sinks without their health while Redis is down', async () => {
    emulator.condition = 'redisDown';
    const { data } = JSON.parse((await get('/sequin/api/sinks')).text) as { data: object[] };
    assert.ok(data.length > 0);
    assert.ok(data.every((sink) => !('health' in sink)));
    assert.equal((await get('/sequin/health')).status, 500);
    emulator.condition = 'idle';
    assert.equal((await get('/sequin/health')).status, 200);
  });

  it('counts the connections that it accepts', async () => {
    const before = emulator.connectionCount;
    await get('/sequin/health');
    assert.equal(emulator.connectionCount, before + 1);
  });

  function get(path: string): Promise<Reply> {
    const headers = { authorization: `Bearer ${emulator.token}`, accept: 'application/json' };
    return sendRequest(emulator.url, { method: 'GET', path, headers });
  }

  function send(method: string, path: string, body: unknown): Promise<Reply> {
    const headers = { authorization: `Bearer ${emulator.token}`, 'content-type': 'application/json' };
    return sendRequest(emulator.url, { method, path, headers, body: JSON.stringify(body) });
  }
});
