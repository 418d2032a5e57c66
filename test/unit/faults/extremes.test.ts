import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { formatBackfillJson } from '../../../src/model/apiJson.ts';
import { toFailure } from '../../../src/model/failure.ts';
import { World } from '../../../src/sampleServer/World.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill, getBackfillsOfSink } from '../../../src/servers/Snapshot.ts';
import { readSnapshot, writeSnapshot } from '../../../src/servers/snapshotFile.ts';
import { unsafeRowCount } from '../../faults/bodyFaults.ts';
import { type Fault, toBytes } from '../../faults/Fault.ts';
import { faults } from '../../faults/faults.ts';
import { connectionTo, now } from '../samples.ts';
import { useServers } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';
import { FaultHarness } from './FaultHarness.ts';
import { InstantClock } from './InstantClock.ts';

const megabyte = 1_000_000;
const deep = '['.repeat(100_000) + ']'.repeat(100_000);

const findFault = (name: string): Fault =>
  faults.find((fault) => fault.name === name) ?? assert.fail(`no fault is named ${name}`);

/** Lists the names of the fields of sinks and backfills, and of some nested fields. */
function listResponseFields(): ReadonlySet<string> {
  const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
  const { json } = world.addSink();
  const backfill = world.addBackfill(json.id).json;
  return new Set([
    ...Object.keys({ ...json, active_backfills: [] }),
    ...Object.keys(backfill),
    'type',
    'http_endpoint',
    'checks',
    'data',
  ]);
}

describe('API client and ServerMonitor with extreme responses', () => {
  const stopLater = useServers();
  let harness: FaultHarness;
  let monitor: ServerMonitor;

  beforeEach(async () => {
    harness = await stopLater(FaultHarness.start());
    monitor = harness.disposeLater(
      new ServerMonitor({
        connection: connectionTo(harness.proxy.url),
        api: harness.api,
        clock: new InstantClock(now),
        intervalMs: () => 0,
      }),
    );
  });

  it('stop reading 1 GB of compressed zeros at the size limit, and don’t keep the zeros in memory', async () => {
    await harness.setFault(findFault('1 GB of zeros in 1 MB of gzip'));
    const { token } = harness.emulator;
    const api = createApiClient({ address: harness.proxy.url, token });
    const before = process.memoryUsage.rss();
    let peak = before;
    const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 1);
    const sockets: Socket[] = [];
    const collect = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
    subscribe('net.client.socket', collect);
    try {
      await api.listSinks();
      assert.fail('the response was accepted');
    } catch (error) {
      assert.deepEqual(toFailure(error), { kind: 'invalidResponse', reason: 'tooLarge', status: undefined });
    } finally {
      clearInterval(sampling);
      unsubscribe('net.client.socket', collect);
    }
    // The size limit of 50 MB is reached after 50 kB of compressed data. More may already be in the socket's buffer.
    const read = Math.max(...sockets.map(({ bytesRead }) => bytesRead));
    assert.ok(read > 50_000 && read < 500_000, `${read} bytes were read`);
    assert.ok(peak - before < 200 * megabyte, `memory grew by ${Math.round((peak - before) / megabyte)} MB`);
  });

  for (const name of ['endless zeros', 'body that drips endlessly']) {
    it(`close the connection of a failed request: ${name}`, async () => {
      await harness.setFault(findFault(name));
      await assert.rejects(harness.api.listSinks());
      await waitUntil(() => harness.proxy.openConnections === 0);
    });
  }

  for (const name of [
    'an unknown field of 100,000 nested arrays',
    'an unknown field of 100,000 nested objects',
    'numbers beyond 2^53',
  ]) {
    it(`save and export a snapshot without changing its values: ${name}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sequin-'));
      try {
        await harness.setFault(findFault(name));
        // Two refreshes, because the decoder compares each response with the previous one.
        await monitor.refresh();
        await harness.waitUntilIdle();
        await monitor.refresh();
        await harness.waitUntilIdle();
        await monitor.backfillLists.load(harness.sinkId);
        const { snapshot } = monitor;
        assert.equal(snapshot.sinksLoad.failure, undefined);
        assert.equal(snapshot.backfillListLoads.get(harness.sinkId)?.failure, undefined);
        const path = join(folder, 'snapshot.json');
        writeSnapshot(path, snapshot);
        const restored = await readSnapshot(path);
        assert.deepEqual(restored?.sinks, snapshot.sinks);
        assert.deepEqual(restored.backfills, snapshot.backfills);
        for (const backfill of getBackfillsOfSink(snapshot, harness.sinkId)) {
          const json = formatBackfillJson(backfill, 'orders');
          assert.equal(json.includes(String(unsafeRowCount)), name === 'numbers beyond 2^53');
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }

  for (const field of listResponseFields()) {
    it(`accept or reject a response without a stack overflow if its ${field} is nested 100,000 levels deep`, async () => {
      await harness.setFault({
        name: field,
        outcome: 'harmless',
        stage: 'response',
        inject: (socket, response) => {
          const text = JSON.stringify(JSON.parse(response.body.toString()), (key, value: unknown) =>
            key === field ? 'placeholder' : value,
          );
          const body = Buffer.from(text.replace('"placeholder"', deep));
          socket.write(toBytes({ ...response, body }));
        },
      });
      for (const read of [
        () => harness.api.listSinks(),
        () => harness.api.getSink(harness.sinkId),
        () => harness.api.listBackfills(harness.sinkId),
        () => harness.api.getBackfill(harness.sinkId, harness.runningId),
      ]) {
        await read().catch((error: unknown) => {
          const failure = toFailure(error);
          assert.ok(failure.kind === 'invalidResponse' && failure.reason === 'shape', String(error));
        });
      }
    });
  }

  it('report a write as unconfirmed and keep the backfill if the response is lost and a gateway then returns 404', async () => {
    await monitor.refresh();
    await harness.waitUntilIdle();
    const running =
      findBackfill(monitor.snapshot, harness.sinkId, harness.runningId) ??
      assert.fail('the backfill is gone');
    await harness.setFault(findFault('reset before the head'), { times: 1 });
    const change = monitor.changeBackfill(running, 'pause');
    await waitUntil(() => harness.writeCount > 0);
    await harness.setFault(findFault('404 with HTML'));
    assert.equal((await change)?.kind, 'unconfirmed');
    assert.ok(findBackfill(monitor.snapshot, harness.sinkId, harness.runningId));
    await harness.setFault(undefined);
    await monitor.refresh();
    await harness.waitUntilIdle();
    assert.equal(findBackfill(monitor.snapshot, harness.sinkId, harness.runningId)?.state, 'paused');
  });
});
