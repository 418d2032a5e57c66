import assert from 'node:assert/strict';
import { EmulatedWorld } from '../../emulator/EmulatedWorld.ts';
import { MetricsServer } from '../../emulator/MetricsServer.ts';
import { readMetricsRecording } from '../../recordings/recordings.ts';
import { now } from '../samples.ts';
import { useServers } from '../useServers.ts';

describe('MetricsServer', () => {
  const stopLater = useServers();
  const findDeliveryLines = (text: string): string[] =>
    text.split('\n').filter((line) => line.includes('sequin_message_deliver_'));

  it('renders the same metrics and series as a real server (recordings y30, y35)', async () => {
    const world = new EmulatedWorld({ seed: 1, speed: 1, clock: { now: () => now } });
    const metrics = await stopLater(MetricsServer.start(world));
    const types = findDeliveryLines(readMetricsRecording('y30-metrics')).filter((line) =>
      line.startsWith('#'),
    );
    assert.deepEqual(findDeliveryLines(metrics.render()).sort(), types.sort());

    const recorded = findDeliveryLines(readMetricsRecording('y35-metrics-name-with-quote'));
    const sink = world.addSink({ name: 'y-two' });
    metrics.count(sink.json.id, { delivered: 100 });
    sink.json.name = 'y "q" \\ ü{x="1"}\nend';
    metrics.count(sink.json.id, { delivered: 100 });
    const rendered = findDeliveryLines(metrics.render()).filter((line) => !line.startsWith('#'));
    assert.deepEqual(
      rendered.map((line) => line.replace(sink.json.id, '832e1e3a-80ab-4593-952c-e6d2ffe37109')).sort(),
      recorded.sort(),
    );
  });

  it('counts rows as delivered, or as failed while the destination fails, and starts at 0 again after a reset', async () => {
    const world = new EmulatedWorld({ seed: 1, speed: 1, clock: { now: () => now } });
    const sink = world.addSink();
    world.addBackfill(sink.json.id, { rows_processed_count: 500 });
    const metrics = await stopLater(MetricsServer.start(world));
    const renderCounters = (): string[] =>
      findDeliveryLines(metrics.render())
        .filter((line) => !line.startsWith('#'))
        .map((line) => line.replace(/^sequin_message_deliver_(\w+)_count\{.*\}/, '$1'));
    assert.deepEqual(renderCounters(), []);
    world.addBackfill(sink.json.id, { rows_processed_count: 30 });
    assert.deepEqual(renderCounters(), ['attempt 30', 'success 30']);
    world.setDestinationError(sink.json.id, 'refused');
    world.addBackfill(sink.json.id, { rows_processed_count: 7 });
    assert.deepEqual(renderCounters(), ['attempt 37', 'success 30', 'failure 7']);
    metrics.reset();
    assert.deepEqual(renderCounters(), []);
    world.addBackfill(sink.json.id, { rows_processed_count: 5 });
    assert.deepEqual(renderCounters(), ['attempt 5', 'failure 5']);
  });
});
