import assert from 'node:assert/strict';
import { toolNames } from '../../../src/contributions/toolNames.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { backfill, now, sink } from '../samples.ts';
import { address, useTools } from './useTools.ts';

const { id } = backfill();

describe('a tool for language models', () => {
  const harness = useTools();
  const { connect, run } = harness;

  it('lists connections, sinks and unfinished backfills as the tree describes them', async () => {
    connect([backfill()]);
    const expected = {
      connections: [
        {
          id: address,
          name: 'Shop',
          address,
          production: false,
          status: 'connected',
          version: 'Sequin 0.14.6',
          sinkCount: 1,
          sinks: [
            {
              id: sink().id,
              name: 'orders-kafka',
              status: 'Active',
              health: 'Healthy',
              destination: 'Kafka · orders @ kafka:9092',
              backfills: [{ id, table: 'public.orders', description: 'Running · 47% · 1–2 min left' }],
            },
          ],
        },
      ],
    };
    assert.deepEqual(JSON.parse(JSON.stringify(await run(toolNames.listSinks))), expected);
  });

  it('lists the finished backfills too if the input names a sink', async () => {
    const finished = backfill({ id: 'done', state: 'completed', completedAt: now });
    const listBackfills = () => Promise.resolve({ items: [finished, backfill()], skipped: 0 });
    connect([backfill()], sink(), { api: { listBackfills } });
    const result = JSON.stringify(await run(toolNames.listSinks, { sink: 'orders-kafka' }));
    assert.deepEqual(
      [...result.matchAll(/"description":"(\w+)/g)].map(([, state]) => state),
      ['Running', 'Completed'],
    );
  });

  it('reports why the finished backfills of a sink are missing', async () => {
    const failure = new SequinError({ kind: 'server', status: 503, retryAfterMs: undefined });
    connect([backfill()], sink(), { api: { listBackfills: () => Promise.reject(failure) } });
    const result = JSON.stringify(await run(toolNames.listSinks, { sink: 'orders-kafka' }));
    assert.match(result, /"finishedBackfills":"Shop is unavailable \(HTTP 503\)/);
  });

  it('lists only 40 of 100 sinks, starting with those that have unfinished backfills', async () => {
    const items = Array.from({ length: 100 }, (_, index) => ({
      sink: sink({ id: `s${index}`, name: `sink-${index}` }),
      unfinishedBackfills: index === 99 ? [backfill({ sinkId: 's99' })] : [],
    }));
    connect([], sink(), {
      api: { listSinks: () => Promise.resolve({ items, skipped: 0, serverTime: now }) },
    });
    const { connections } = (await run(toolNames.listSinks)) as {
      connections: { sinkCount: number; sinks: { name: string }[]; omittedSinks: number }[];
    };
    assert.equal(connections[0]?.sinks[0]?.name, 'sink-99');
    assert.deepEqual([connections[0].sinks.length, connections[0].omittedSinks], [40, 60]);
    assert.ok(JSON.stringify(connections).length < 12_000);
  });

  it('requests the sinks again when they are 30 s old', async () => {
    let requests = 0;
    const listSinks = () => {
      requests += 1;
      return Promise.resolve({ items: [], skipped: 0, serverTime: undefined });
    };
    connect([], sink(), { api: { listSinks } });
    await run(toolNames.listSinks);
    await harness.clock.advance(29_999);
    await run(toolNames.listSinks);
    assert.equal(requests, 1);
    await harness.clock.advance(1);
    await run(toolNames.listSinks);
    assert.equal(requests, 2);
  });

  it('reports that the data is stale, and why the latest request failed', async () => {
    let isReachable = true;
    const listSinks = () =>
      isReachable
        ? Promise.resolve({
            items: [{ sink: sink(), unfinishedBackfills: [backfill()] }],
            skipped: 0,
            serverTime: now,
          })
        : Promise.reject(new SequinError({ kind: 'server', status: 503, retryAfterMs: undefined }));
    connect([], sink(), { api: { listSinks } });
    await run(toolNames.listSinks);
    isReachable = false;
    await harness.clock.advance(60_000);
    const { stale } = await run(toolNames.getBackfill, { backfillId: id });
    assert.match(String(stale), /Updated .* · Shop is unavailable \(HTTP 503\)/);
    await assert.rejects(run(toolNames.getBackfill, { backfillId: 'x' }), /Shop is unavailable/);
  });

  it('returns the progress and the figures that the page shows', async () => {
    connect([backfill()]);
    const result = await run(toolNames.getBackfill, { backfillId: id });
    assert.deepEqual(JSON.parse(JSON.stringify(result)), {
      id,
      table: 'public.orders',
      sink: 'orders-kafka',
      connection: 'Shop',
      production: false,
      status: 'Running',
      progress: '47% · 94,000 of 200,000 rows',
      'Current rate': '1.8K rows/s',
      'Average rate': '1.6K rows/s',
      Elapsed: '1 min',
      'Time left': '1–2 min',
      'Expected finish': '12:00 PM – 12:01 PM',
    });
  });

  it('explains why a backfill has stalled, with the remedy and the sink’s health checks', async () => {
    const checks = [{ name: 'Message delivery', status: 'error', error: 'HTTP 500' }];
    const paused = sink({ status: 'paused', health: { status: 'paused', checks } });
    connect([backfill({ updatedAt: now - 3_600_000 })], paused);
    const result = await run(toolNames.explainBackfill, { backfillId: id });
    assert.equal(result['status'], 'Stalled');
    assert.match(String(result['problem']), /^Stalled since .*\. The sink is paused/);
    assert.deepEqual(result['sinkHealth'], ['Message delivery: Error: HTTP 500']);
  });

  it('reports that a backfill has no known problem', async () => {
    connect([backfill()]);
    assert.equal(
      (await run(toolNames.explainBackfill, { backfillId: id }))['problem'],
      'No problem is known.',
    );
  });
});
