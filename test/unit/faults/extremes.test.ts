import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { toFailure } from '../../../src/model/failure.ts';
import { formatBackfillJson } from '../../../src/model/apiJson.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { backfillsOf, findBackfill } from '../../../src/servers/Snapshot.ts';
import { readSnapshot, writeSnapshot } from '../../../src/servers/snapshotFile.ts';
import { World } from '../../emulator/World.ts';
import { rowsBeyondNumbers } from '../../faults/bodyFaults.ts';
import { bytesOf, type Fault } from '../../faults/Fault.ts';
import { faults } from '../../faults/faults.ts';
import { connectionTo, now } from '../samples.ts';
import { until } from '../until.ts';
import { useServers } from '../useServers.ts';
import { FaultLab } from './FaultLab.ts';
import { JumpingClock } from './JumpingClock.ts';

const megabyte = 1_000_000;
const deep = '['.repeat(100_000) + ']'.repeat(100_000);

const faultNamed = (name: string): Fault =>
  faults.find((fault) => fault.name === name) ?? assert.fail(`there is no ${name}`);

/** The names of the fields of sinks and backfills, and of what is inside them. */
function fieldsOfResponses(): ReadonlySet<string> {
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

describe('what a fault could do beyond the one request', () => {
  const stopLater = useServers();
  let lab: FaultLab;
  let monitor: ServerMonitor;

  beforeEach(async () => {
    lab = await stopLater(FaultLab.start());
    monitor = lab.disposeLater(
      new ServerMonitor({
        connection: connectionTo(lab.proxy.url),
        api: lab.api,
        clock: new JumpingClock(now),
        intervalMs: () => 0,
      }),
    );
  });

  it('stops reading 1 GB of zeros early, and never holds them in memory', async () => {
    await lab.setFault(faultNamed('1 GB of zeros in 1 MB of gzip'));
    const { token } = lab.emulator;
    const api = createApiClient({ address: lab.proxy.url, token });
    const before = process.memoryUsage.rss();
    let peak = before;
    const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 1);
    const sockets: Socket[] = [];
    const collect = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
    subscribe('net.client.socket', collect);
    try {
      await api.listSinks();
      assert.fail('it was taken for an answer');
    } catch (error) {
      assert.deepEqual(toFailure(error), { kind: 'badAnswer', reason: 'tooLarge', status: undefined });
    } finally {
      clearInterval(sampling);
      unsubscribe('net.client.socket', collect);
    }
    // The limit of 50 MB is reached after 50 kB of 1 MB; the rest is what the buffers on the way hold.
    const read = Math.max(...sockets.map(({ bytesRead }) => bytesRead));
    assert.ok(read > 50_000 && read < 500_000, `it read ${read} bytes`);
    assert.ok(peak - before < 200 * megabyte, `it took ${Math.round((peak - before) / megabyte)} MB`);
  });

  for (const name of ['zeros without end', 'body that drips and never ends']) {
    it(`${name}: the connection does not outlive the request`, async () => {
      await lab.setFault(faultNamed(name));
      await assert.rejects(lab.api.listSinks());
      await until(() => lab.proxy.connections === 0);
    });
  }

  for (const name of ['nested 100,000 deep: lists', 'nested 100,000 deep: objects', 'numbers beyond 2^53']) {
    it(`${name}: on the way to the disk and back, and out as JSON`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sequin-'));
      try {
        await lab.setFault(faultNamed(name));
        // The second answer is compared with the first.
        await monitor.refresh();
        await lab.settled();
        await monitor.refresh();
        await lab.settled();
        await monitor.loadBackfillList(lab.sinkId);
        const { snapshot } = monitor;
        assert.equal(snapshot.sinksLoad.failure, undefined);
        assert.equal(snapshot.backfillListLoads.get(lab.sinkId)?.failure, undefined);
        const path = join(folder, 'snapshot.json');
        writeSnapshot(path, snapshot);
        const kept = await readSnapshot(path);
        assert.deepEqual(kept?.sinks, snapshot.sinks);
        assert.deepEqual(kept.backfills, snapshot.backfills);
        for (const backfill of backfillsOf(snapshot, lab.sinkId)) {
          const json = formatBackfillJson(backfill, 'orders');
          assert.equal(json.includes(String(rowsBeyondNumbers)), name === 'numbers beyond 2^53');
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }

  for (const field of fieldsOfResponses()) {
    it(`reads or rejects a response in which ${field} is nested 100,000 deep, without a stack overflow`, async () => {
      await lab.setFault({
        name: field,
        outcome: 'harmless',
        at: 'answer',
        strike: (socket, answer) => {
          const text = JSON.stringify(JSON.parse(answer.body.toString()), (key, value: unknown) =>
            key === field ? 'here' : value,
          );
          const body = Buffer.from(text.replace('"here"', deep));
          socket.write(bytesOf({ ...answer, body }));
        },
      });
      for (const read of [
        () => lab.api.listSinks(),
        () => lab.api.getSink(lab.sinkId),
        () => lab.api.listBackfills(lab.sinkId),
        () => lab.api.getBackfill(lab.sinkId, lab.runningId),
      ]) {
        await read().catch((error: unknown) => {
          const failure = toFailure(error);
          assert.ok(failure?.kind === 'badAnswer' && failure.reason === 'shape', String(error));
        });
      }
    });
  }

  it('a write whose answer is lost, and a gateway that knows no such page: not known, and nothing is forgotten', async () => {
    await monitor.refresh();
    await lab.settled();
    const running = findBackfill(monitor.snapshot, lab.sinkId, lab.runningId) ?? assert.fail('it is gone');
    await lab.setFault(faultNamed('reset before the head'), { times: 1 });
    const changed = monitor.changeBackfill(running, 'pause');
    await until(() => lab.writes > 0);
    await lab.setFault(faultNamed('404 with HTML'));
    assert.equal((await changed)?.kind, 'notKnown');
    assert.ok(findBackfill(monitor.snapshot, lab.sinkId, lab.runningId));
    await lab.setFault(undefined);
    await monitor.refresh();
    await lab.settled();
    assert.equal(findBackfill(monitor.snapshot, lab.sinkId, lab.runningId)?.state, 'paused');
  });
});
