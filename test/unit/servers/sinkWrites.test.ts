import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import { type SinkAction, sinkActionRules } from '../../../src/model/sinkActions.ts';
import type { SinkJson } from '../../../src/sampleServer/sequinTypes.ts';
import type { Sink } from '../../../src/sampleServer/World.ts';
import { getStatus } from '../../../src/servers/liveStatus.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill } from '../../../src/servers/Snapshot.ts';
import type { WriteOutcome } from '../../../src/servers/WriteSender.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';

describe('changeSink', () => {
  const startEmulator = useEmulators();
  let emulator: Emulator;
  let clock: TestClock;
  let monitor: ServerMonitor;
  let sink: Sink;

  beforeEach(async () => {
    clock = new TestClock(now);
    emulator = await startEmulator({ scenario: 'empty', latency: false, clock });
    sink = emulator.world.addSink({ name: 'orders', destination: { type: 'kafka' } });
    monitor = new ServerMonitor({
      connection: connectionTo(emulator.url),
      api: createApiClient({
        address: emulator.url,
        token: emulator.token,
        retryDelayMs: 1,
        // Nothing advances this clock, so requests don't time out.
        clock: new TestClock(now),
      }),
      clock,
      intervalMs: () => 0,
      random: () => 0,
    });
  });
  afterEach(() => {
    monitor.dispose();
  });

  async function load(status: SinkJson['status']): Promise<void> {
    sink.json.status = status;
    await monitor.refresh();
  }

  /** Performs an action, and advances the clock until the action has an outcome. */
  async function run(action: SinkAction): Promise<WriteOutcome<{ status: string }> | undefined> {
    let settled = false;
    const result = monitor.changeSink(sink.json.id, action).finally(() => (settled = true));
    await Promise.race([
      result,
      waitUntil(
        () => settled,
        () => clock.advance(100),
      ),
    ]);
    return result;
  }

  const listWrites = () => emulator.requests.filter(({ method }) => method !== 'GET');
  const getKnownStatus = () => monitor.snapshot.sinks.get(sink.json.id)?.status;
  const isPending = () => monitor.snapshot.pendingWrites.size > 0;

  for (const [action, { allowedStatuses, targetStatus }] of Object.entries(sinkActionRules)) {
    for (const status of allowedStatuses) {
      it(`performs the action ${action} on a sink that is ${status}, and stores the result`, async () => {
        await load(status);
        const outcome = await run(action as SinkAction);
        assert.equal(outcome?.kind, 'done');
        assert.deepEqual(
          [sink.json.status, getKnownStatus(), isPending()],
          [targetStatus, targetStatus, false],
        );
        assert.deepEqual(
          listWrites().map(({ body }) => JSON.parse(body) as unknown),
          [{ status: targetStatus }],
        );
      });
    }

    it(`sends no write for the action ${action} if the sink already has the target status`, async () => {
      await load(allowedStatuses[0]);
      sink.json.status = targetStatus;
      const outcome = await run(action as SinkAction);
      assert.equal(outcome?.kind, 'done');
      assert.deepEqual([listWrites().length, getKnownStatus()], [0, targetStatus]);
    });
  }

  it('sends no write if the status no longer allows the action, and stores the actual status', async () => {
    await load('active');
    sink.json.status = 'disabled';
    const outcome = await run('pauseSink');
    assert.ok(outcome?.kind === 'failed' && outcome.failure.kind === 'conflict');
    assert.equal(outcome.current?.status, 'disabled');
    assert.deepEqual([listWrites().length, getKnownStatus()], [0, 'disabled']);
  });

  it('sends one write for a double click', async () => {
    await load('paused');
    const [first, second] = await Promise.all([run('resumeSink'), run('resumeSink')]);
    assert.deepEqual([first?.kind, second], ['done', undefined]);
    assert.equal(listWrites().length, 1);
  });

  it('removes a sink that was deleted in the meantime', async () => {
    await load('paused');
    emulator.world.removeSink(sink.json.id);
    const outcome = await run('resumeSink');
    assert.ok(outcome?.kind === 'failed' && outcome.failure.kind === 'notFound');
    assert.deepEqual([getKnownStatus(), isPending()], [undefined, false]);
  });

  it('fails without a write if the sink can’t be read', async () => {
    await load('paused');
    emulator.fault({ status: 500, path: /sinks\/./ });
    const outcome = await run('resumeSink');
    assert.ok(outcome?.kind === 'failed' && outcome.failure.kind === 'server');
    assert.deepEqual([listWrites().length, getKnownStatus()], [0, 'paused']);
  });

  const lostWrites: readonly [condition: string, isPerformed: boolean, expected: string][] = [
    ['has performed', true, 'done'],
    ['may still perform', false, 'unconfirmed'],
  ];
  for (const [condition, isPerformed, expected] of lostWrites) {
    it(`reports a write that the server ${condition} as ${expected} after a lost response, and does not repeat it`, async () => {
      await load('paused');
      emulator.fault({ reset: isPerformed ? 'after' : true, method: 'PATCH' });
      const outcome = await run('resumeSink');
      assert.equal(outcome?.kind, expected);
      assert.equal(listWrites().length, 1);
      assert.equal(getKnownStatus(), isPerformed ? 'active' : 'paused');
    });
  }

  it('keeps the known health, because the response to a write contains none', async () => {
    await load('paused');
    const { health } = monitor.snapshot.sinks.get(sink.json.id) ?? assert.fail();
    await run('resumeSink');
    assert.deepEqual(monitor.snapshot.sinks.get(sink.json.id)?.health, health);
  });

  it('ignores a list that was requested before the write', async () => {
    await load('paused');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    emulator.fault({ heldUntil: promise, times: 1, path: /sinks$/ });
    const refreshing = monitor.refresh();
    await waitUntil(() => emulator.requests.at(-1)?.path.endsWith('/sinks') === true);
    await run('resumeSink');
    sink.json.status = 'paused';
    resolve(undefined);
    await refreshing;
    assert.equal(getKnownStatus(), 'active');
    await monitor.refresh();
    assert.equal(getKnownStatus(), 'paused');
  });

  it('reports the backfills of a resumed sink as resuming until rows move, and other backfills as running', async () => {
    const other = emulator.world.addSink({ name: 'customers', destination: { type: 'kafka' } });
    emulator.world.addTable('public.orders', 2_000_000);
    emulator.world.addTable('public.customers', 90_000_000);
    const { json } = emulator.world.addBackfill('orders', { table: 'public.orders' }, 0.3);
    const { json: otherJson } = emulator.world.addBackfill('customers', { table: 'public.customers' }, 0.3);
    await monitor.refresh();
    emulator.world.updateSink('orders', { status: 'paused' });
    await clock.advance(600_000);
    await monitor.refresh();
    const getStatusOf = (sinkId: string, id: string) => {
      const { snapshot, serverNow } = monitor;
      const backfill = findBackfill(snapshot, sinkId, id) ?? assert.fail();
      const { status, stall } = getStatus(snapshot, backfill, serverNow);
      return [status, stall?.cause.kind];
    };
    assert.deepEqual(getStatusOf(sink.json.id, json.id), ['stalled', 'sinkPaused']);

    // `run` would advance the clock further on a slow machine.
    await monitor.changeSink(sink.json.id, 'resumeSink');
    assert.deepEqual(getStatusOf(sink.json.id, json.id), ['running', 'resuming']);
    assert.deepEqual(getStatusOf(other.json.id, otherJson.id), ['running', undefined]);
    await clock.advance(20_000);
    await monitor.refresh();
    assert.deepEqual(getStatusOf(sink.json.id, json.id), ['running', undefined]);
  });
});
