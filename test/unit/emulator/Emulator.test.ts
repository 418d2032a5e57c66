import assert from 'node:assert/strict';
import { Emulator } from '../../emulator/Emulator.ts';
import type { BackfillJson, SinkJson } from '../../emulator/sequinTypes.ts';
import { ask, type Reply } from './ask.ts';

const HOUR_MS = 3_600_000;

describe('Emulator', () => {
  const clock = { ms: new Date(2026, 0).getTime(), now: () => clock.ms };
  let emulator: Emulator;

  beforeEach(async () => {
    emulator = await Emulator.start({ latency: false, basePath: '/sequin', clock });
  });
  afterEach(() => emulator.stop());

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
      [1, 2].map((seed) => Emulator.start({ latency: false, basePath: '/sequin', clock, seed })),
    );
    assert.ok(same && other);
    const ids = ({ world }: Emulator) => world.sinks.map(({ json }) => json.id);
    assert.deepEqual(ids(same), ids(emulator));
    assert.notDeepEqual(ids(other), ids(emulator));
    await Promise.all([same.stop(), other.stop()]);
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
    while (emulator.requests.length === 0) await new Promise(setImmediate);
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

  it('fills a large world within a second', async () => {
    const before = performance.now();
    const large = await Emulator.start({ scenario: 'large', latency: false });
    assert.ok(performance.now() - before < 1_000);
    const { sinks } = large.world;
    const running = sinks.filter(({ backfills }) => backfills.some(({ isRunning }) => isRunning));
    assert.deepEqual([sinks.length, running.length, sinks.at(-1)?.backfills.length], [1_000, 200, 5_000]);
    await large.stop();
  });

  function get(path: string): Promise<Reply> {
    const headers = { authorization: `Bearer ${emulator.token}`, accept: 'application/json' };
    return ask(emulator.url, { method: 'GET', path, headers });
  }
});
