import assert from 'node:assert/strict';
import type { Emulator } from '../../emulator/Emulator.ts';
import type { BackfillJson, SinkJson } from '../../emulator/sequinTypes.ts';
import { until } from '../until.ts';
import { useEmulators } from '../useServers.ts';
import { ask, type Reply } from './ask.ts';

const HOUR_MS = 3_600_000;

describe('Emulator', () => {
  const clock = { ms: new Date(2026, 0).getTime(), now: () => clock.ms };
  const startEmulator = useEmulators();
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await startEmulator({ latency: false, basePath: '/sequin', clock });
  });

  it('serves its demo under a path, in no order that lasts', async () => {
    const orders = new Set<string>();
    for (let time = 0; time < 5; time += 1) {
      const { text } = await get('/sequin/api/sinks');
      orders.add((JSON.parse(text) as { data: SinkJson[] }).data.map(({ name }) => name).join());
    }
    assert.ok(orders.size > 1);
    assert.equal((await get('/api/sinks')).status, 404);
  });

  it('makes the same world of the same seed, and another one of another', async () => {
    const [same, other] = await Promise.all(
      [1, 2].map((seed) => startEmulator({ latency: false, basePath: '/sequin', clock, seed })),
    );
    assert.ok(same && other);
    const ids = ({ world }: Emulator) => world.sinks.map(({ json }) => json.id);
    assert.deepEqual(ids(same), ids(emulator));
    assert.notDeepEqual(ids(other), ids(emulator));
  });

  it('has running backfills at any time of its demo', () => {
    for (let hours = 0; hours < 3; hours += 0.1) {
      clock.ms += HOUR_MS / 10;
      const states = emulator.world.sinks.flatMap(({ backfills }) => backfills.map(({ json }) => json.state));
      assert.ok(states.includes('active'));
    }
    const tables = (json: BackfillJson) => json.table === 'catalog.products';
    const { backfills } = emulator.world.getSink('search-index');
    assert.ok(backfills.filter(({ json }) => tables(json)).length > 6);
  });

  it('tells the requests that came in', async () => {
    await get('/sequin/api/sinks/nope?x=1');
    const [{ method, path, status, headers } = assert.fail()] = emulator.requests;
    assert.deepEqual([method, path, status], ['GET', '/sequin/api/sinks/nope?x=1', 404]);
    assert.equal(headers.authorization, `Bearer ${emulator.token}`);
  });

  it('makes up an answer as often as told, on the paths told', async () => {
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

  it('resets connections until it is told to stop', async () => {
    emulator.fault({ reset: true });
    await assert.rejects(get('/sequin/health'), { code: 'ECONNRESET' });
    emulator.fault(undefined);
    assert.equal((await get('/sequin/health')).status, 200);
  });

  it('refuses connections while stopped, and comes back with its state', async () => {
    emulator.world.addSink({ name: 'made-meanwhile' });
    await emulator.stop();
    await assert.rejects(get('/sequin/health'), { code: 'ECONNREFUSED' });
    await emulator.restart();
    assert.equal((await get('/sequin/api/sinks/made-meanwhile')).status, 200);
  });

  it('ends a request that hangs when it is stopped', async () => {
    emulator.fault({ hang: true });
    const hanging = assert.rejects(get('/sequin/health'), { code: 'ECONNRESET' });
    await until(() => emulator.requests.length > 0);
    await emulator.stop();
    await hanging;
  });

  it("looks at a request's token before its type, as Sequin's pipeline does", async () => {
    const path = '/sequin/api/sinks/search-index/backfills';
    const reply = await ask(emulator.url, {
      method: 'POST',
      path,
      headers: { 'content-type': 'text/plain' },
    });
    assert.equal(reply.status, 401);
  });

  it('refuses a URL that is too long', async () => {
    assert.equal((await get(`/sequin/api/sinks?${'x'.repeat(12_000)}`)).status, 414);
  });

  it('has 1,000 sinks, 200 running backfills and a sink with 5,000 past backfills in its large scenario', async () => {
    const large = await startEmulator({ scenario: 'large', latency: false, clock });
    const { sinks } = large.world;
    const running = sinks.filter(({ backfills }) => backfills.some(({ isRunning }) => isRunning));
    assert.deepEqual([sinks.length, running.length, sinks.at(-1)?.backfills.length], [1_000, 200, 5_000]);
  });

  describe('of an older version', () => {
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

    const askOld = async (path: string, method = 'GET', body?: string) => {
      const { url, token } = old ?? assert.fail();
      const headers = {
        authorization: `Bearer ${token}`,
        accept: path.startsWith('/api') ? 'application/json' : '*/*',
        'content-type': 'application/json',
      };
      const reply = await ask(url, { method, path, headers, ...(body !== undefined && { body }) });
      return { status: reply.status, body: JSON.parse(reply.text) as Record<string, unknown> };
    };
    const sinks = async () => [
      (await askOld('/api/sinks/orders')).body,
      ...((await askOld('/api/sinks')).body['data'] as Record<string, unknown>[]),
    ];

    it('tells no health before 0.8.10', async () => {
      for (const [version, told] of [
        ['0.8.9', false],
        ['0.8.10', true],
      ] as const) {
        await start(version);
        for (const sink of await sinks()) assert.equal('health' in sink, told, version);
      }
    });

    it('tells the newest open backfill alone before 0.8.20, and of no table', async () => {
      await start('0.8.19');
      for (const sink of await sinks()) {
        assert.ok(!('active_backfills' in sink));
        const one = sink['active_backfill'] as BackfillJson;
        assert.equal(old?.world.findBackfill(one.id)?.json.table, 'public.items');
        assert.ok(!('table' in one));
      }
      const { backfills } = old?.world.getSink('orders') ?? assert.fail();
      for (const { json } of backfills) old?.world.setBackfill(json.id, { state: 'cancelled' });
      for (const sink of await sinks()) assert.equal(sink['active_backfill'], null);
      const path = '/api/sinks/orders/backfills';
      const [listed] = (await askOld(path)).body['data'] as object[];
      const { body: shown } = await askOld(`${path}/${id}`);
      const { body: created } = await askOld(path, 'POST', '{"table":"orders"}');
      for (const backfill of [listed ?? assert.fail(), shown, created]) assert.ok(!('table' in backfill));
    });

    it('tells all of them since 0.8.20', async () => {
      await start('0.8.20');
      for (const sink of await sinks()) {
        assert.ok(!('active_backfill' in sink));
        const tables = (sink['active_backfills'] as BackfillJson[]).map(({ table }) => table);
        assert.deepEqual(tables, ['public.orders', 'public.items']);
      }
    });

    it('refuses to pause, or to create what is paused, before 0.13.6', async () => {
      const path = '/api/sinks/orders/backfills';
      const ways = [
        ['PATCH', `${path}/${id}`, '{"state":"paused"}'],
        ['POST', path, '{"table":"customers","state":"paused"}'],
      ] as const;
      for (const [version, expected] of [
        ['0.13.5', 422],
        ['0.13.6', 200],
      ] as const) {
        await start(version);
        old?.world.addTable('public.customers');
        for (const [method, at, body] of ways) {
          const reply = await askOld(at, method, body);
          assert.equal(reply.status, expected, `${method} with ${version}`);
          if (expected === 422) {
            const refusal = { summary: 'Validation failed', validation_errors: { state: ['is invalid'] } };
            assert.deepEqual(reply.body, refusal);
          }
        }
        assert.equal((await askOld(`${path}/${id}`, 'PATCH', '{"state":"cancelled"}')).status, 200);
      }
    });

    it('tells its version, or has no such page', async () => {
      await start('0.8.9');
      assert.deepEqual(await askOld('/info/version'), { status: 200, body: { version: '0.8.9' } });
      await start(null);
      const { url, token } = old ?? assert.fail();
      const headers = { authorization: `Bearer ${token}`, accept: '*/*' };
      for (const path of ['/info/version', '/info']) {
        assert.equal((await ask(url, { method: 'GET', path, headers })).status, 404);
      }
      assert.equal((await askOld('/health')).status, 200);
      for (const sink of await sinks()) assert.ok('health' in sink && 'active_backfills' in sink);
    });
  });

  function get(path: string): Promise<Reply> {
    const headers = { authorization: `Bearer ${emulator.token}`, accept: 'application/json' };
    return ask(emulator.url, { method: 'GET', path, headers });
  }
});
