import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import * as esbuild from 'esbuild';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { addSampleData } from '../../../src/sampleServer/sampleData.ts';
import { SampleServer } from '../../../src/sampleServer/SampleServer.ts';
import { World } from '../../../src/sampleServer/World.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useServers } from '../useServers.ts';

describe('SampleServer', () => {
  const stopLater = useServers();

  it('listens only on the loopback interface, and accepts only its own token', async () => {
    const server = await stopLater(SampleServer.start());
    const other = await stopLater(SampleServer.start());
    const list = (token: string) =>
      fetch(`${server.address}/api/sinks`, {
        headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      });
    assert.equal(new URL(server.address).hostname, '127.0.0.1');
    assert.equal((await list(server.token)).status, 200);
    assert.equal((await list(other.token)).status, 401);
  });

  it('doesn’t wait for the body of a request without the token', async () => {
    const { address } = await stopLater(SampleServer.start());
    const sent = request(`${address}/api/sinks/x`, { method: 'PATCH' });
    sent.write('the first part of');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    sent.destroy();
    assert.equal(response.statusCode, 401);
  });

  it('answers the extension’s requests about sinks, backfills and databases', async () => {
    const { address, token } = await stopLater(SampleServer.start());
    const api = createApiClient({ address, token });
    const { items } = await api.listSinks();
    const { sink, unfinishedBackfills = [] } =
      items.find(({ sink: { name } }) => name === 'search-index') ?? assert.fail('no sink');
    const [running = assert.fail('no backfill')] = unfinishedBackfills;
    assert.equal((await api.updateBackfill(sink.id, running.id, 'cancelled')).state, 'cancelled');
    const created = await api.createBackfill(sink.id, {});
    assert.deepEqual(await api.getBackfill(sink.id, created.id), created);
    assert.equal((await api.listBackfills(sink.id)).items[0]?.id, created.id);
    assert.equal((await api.updateSink(sink.id, 'paused')).sink.status, 'paused');
    assert.equal((await api.getSink(sink.id)).sink.health?.status, 'paused');
    const [database = assert.fail('no database')] = (await api.listDatabases()).items;
    assert.deepEqual(await api.testDatabase(database.id), { isPassed: true });
    assert.equal(await api.refreshTables(database.id), true);
    assert.equal(await api.getVersion(), '0.14.6');
  });

  it('has at most 25 kB of minified code', async () => {
    const { outputFiles } = await esbuild.build({
      entryPoints: ['src/sampleServer/SampleServer.ts'],
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'cjs',
      write: false,
    });
    assert.ok((outputFiles[0]?.contents.length ?? Infinity) <= 25_000);
  });
});

describe('the sample data', () => {
  let clock: TestClock;
  let world: World;

  beforeEach(() => {
    clock = new TestClock(now);
    world = new World({ seed: 1, speed: 1, clock });
    addSampleData(world);
  });

  const getUnfinished = (sink: string) =>
    world.getSink(sink).backfills.find(({ isUnfinished }) => isUnfinished)?.json ?? assert.fail(sink);

  it('has a backfill that makes progress within ten seconds', async () => {
    const before = getUnfinished('orders-to-kafka').rows_processed_count;
    assert.ok(before > 0);
    await clock.advance(10_000);
    assert.ok(getUnfinished('orders-to-kafka').rows_processed_count > before);
  });

  it('has a backfill that makes no progress while its sink is paused, and completes after the sink is resumed', async () => {
    const { id, rows_processed_count: before } = getUnfinished('cache-redis');
    await clock.advance(60_000);
    assert.equal(getUnfinished('cache-redis').rows_processed_count, before);
    world.updateSink('cache-redis', { status: 'active' });
    await clock.advance(5 * 60_000);
    assert.equal(world.findBackfill(id)?.json.state, 'completed');
  });

  it('has a backfill in every state, and a sink with a failing health check', () => {
    const states = world.sinks.flatMap(({ backfills }) => backfills.map(({ json }) => json.state));
    assert.deepEqual([...new Set(states)].sort(), ['active', 'cancelled', 'completed', 'failed', 'paused']);
    assert.ok(world.sinks.some(({ json }) => json.health?.status === 'error'));
  });
});
