import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { type Backfill, isUnfinished } from '../../../src/model/Backfill.ts';
import { actionRules, type ChangeAction } from '../../../src/model/backfillActions.ts';
import type { BackfillState } from '../../../src/sampleServer/sequinTypes.ts';
import type { Sink } from '../../../src/sampleServer/World.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill, getBackfillsOfSink, type SnapshotChange } from '../../../src/servers/Snapshot.ts';
import { writeMany } from '../../../src/servers/writeMany.ts';
import type { WriteOutcome } from '../../../src/servers/WriteSender.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';
import { waitUntil } from '../waitUntil.ts';
import { createMonitor } from './createMonitor.ts';

const changes = ['pause', 'resume', 'cancel'] as const;
const states = ['active', 'paused', 'completed', 'cancelled', 'failed'] as const;

describe('writes to backfills', () => {
  const startEmulator = useEmulators();
  let emulator: Emulator;
  let clock: TestClock;
  /** The clock for request timeouts. Requests time out only when a test advances this clock. */
  let timeoutClock: TestClock;
  let api: SequinApi;
  let monitor: ServerMonitor;
  let sink: Sink;

  beforeEach(async () => {
    clock = new TestClock(now);
    timeoutClock = new TestClock(now);
    // The server's clock doesn't advance, so its backfills make no progress.
    emulator = await startEmulator({ scenario: 'empty', latency: false, clock: { now: () => now } });
    sink = emulator.world.addSink({
      name: 'orders-kafka',
      source: {
        include_schemas: null,
        exclude_schemas: null,
        exclude_tables: null,
        include_tables: ['public.orders', 'public.items'],
      },
      destination: { type: 'kafka', hosts: 'kafka:9092', topic: 'orders' },
    });
    api = createApiClient({
      address: emulator.url,
      token: emulator.token,
      retryDelayMs: 1,
      clock: timeoutClock,
    });
    monitor = new ServerMonitor({
      connection: connectionTo(emulator.url),
      api,
      clock,
      intervalMs: () => 0,
      random: () => 0,
    });
  });
  afterEach(() => {
    monitor.dispose();
  });

  /** Advances the monitor's clock until a write has an outcome, because the writer waits between its reads. */
  async function advanceUntilSettled<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const result = promise.finally(() => (isSettled = true));
    await Promise.race([
      result,
      waitUntil(
        () => isSettled,
        () => clock.advance(100),
      ),
    ]);
    return result;
  }

  /** Lets a write time out after the server has received it. */
  async function expireWrite(): Promise<void> {
    await waitUntil(() => listWrites().length > 0);
    await timeoutClock.advance(15_000);
  }

  /** Adds a backfill to the server and loads it into the monitor. */
  async function addKnownBackfill(
    state: BackfillState = 'active',
    table = 'public.orders',
  ): Promise<Backfill> {
    const { json } = emulator.world.addBackfill(sink.json.id, { table });
    if (state !== 'active') {
      emulator.world.setBackfill(json.id, { state });
    }
    await monitor.refresh();
    await monitor.backfillLists.load(sink.json.id);
    return getStored(json.id);
  }

  function getStored(id: string): Backfill {
    return (
      findBackfill(monitor.snapshot, sink.json.id, id) ?? assert.fail('the backfill is not in the store')
    );
  }

  const listWrites = () => emulator.requests.filter(({ method }) => method !== 'GET');
  /** Counts the successful reads of single backfills. */
  const countReads = () =>
    emulator.requests.filter(({ path, status }) => /backfills\/./.test(path) && status === 200).length;
  const getStatesOnServer = (table: string) =>
    sink.backfills.filter(({ json }) => json.table === table).map(({ json }) => json.state);
  const getFailureKind = (outcome: WriteOutcome | undefined) =>
    outcome?.kind === 'done' ? 'none' : outcome?.failure.kind;

  describe('changeBackfill', () => {
    const allowed = new Set(['active pause', 'active cancel', 'paused resume', 'paused cancel']);

    for (const from of states) {
      for (const change of changes) {
        const to = actionRules[change].targetState;
        // Setting the current state again is allowed, too.
        if (from === to || allowed.has(`${from} ${change}`)) {
          it(`performs the action ${change} on a backfill that is ${from}, and stores the result`, async () => {
            const backfill = await addKnownBackfill(from);
            const outcome = await monitor.changeBackfill(backfill, change);
            assert.equal(outcome?.kind, 'done');
            assert.equal(getStored(backfill.id).state, to);
            assert.deepEqual(getStatesOnServer('public.orders'), [to]);
          });
        } else {
          it(`reads the actual state after the server rejects the action ${change} on a backfill that is ${from}`, async () => {
            const backfill = await addKnownBackfill(from);
            const outcome = await monitor.changeBackfill({ ...backfill, state: 'active' }, change);
            assert.ok(outcome?.kind === 'failed');
            assert.equal(outcome.failure.kind, 'conflict');
            assert.equal(outcome.current?.state, from);
            assert.deepEqual(getStatesOnServer('public.orders'), [from]);
          });
        }
      }
    }

    it('stores the actual state if the backfill has completed in the meantime', async () => {
      const backfill = await addKnownBackfill();
      emulator.world.setBackfill(backfill.id, {
        state: 'completed',
        completed_at: '2026-06-15T11:59:50.000000Z',
      });
      const outcome = await monitor.changeBackfill(backfill, 'cancel');
      assert.ok(outcome?.kind === 'failed');
      assert.equal(outcome.current?.state, 'completed');
      assert.equal(getStored(backfill.id).state, 'completed');
    });

    it('removes a backfill that no longer exists', async () => {
      const backfill = await addKnownBackfill();
      sink.backfills.length = 0;
      const outcome = await monitor.changeBackfill(backfill, 'pause');
      assert.equal(getFailureKind(outcome), 'notFound');
      assert.equal(findBackfill(monitor.snapshot, sink.json.id, backfill.id), undefined);
      assert.ok(monitor.snapshot.sinks.has(sink.json.id));
    });

    it('removes a sink that no longer exists, with its backfills', async () => {
      const backfill = await addKnownBackfill();
      emulator.world.removeSink(sink.json.id);
      const seen: SnapshotChange[] = [];
      monitor.onDidChange((change) => seen.push(change));
      assert.equal(getFailureKind(await monitor.changeBackfill(backfill, 'pause')), 'notFound');
      assert.equal(monitor.snapshot.sinks.size, 0);
      assert.deepEqual(getBackfillsOfSink(monitor.snapshot, sink.json.id), []);
      assert.ok(
        seen.some(
          ({ sinkListChanged, changedBackfillIds }) => sinkListChanged && changedBackfillIds.has(backfill.id),
        ),
      );
    });
  });

  describe('createBackfill', () => {
    it('creates an active backfill, and stores it', async () => {
      await monitor.refresh();
      const outcome = await monitor.createBackfill(sink.json.id, 'public.items', 'active');
      assert.ok(outcome?.kind === 'done');
      assert.equal(getStored(outcome.written.id).state, 'active');
      assert.deepEqual(JSON.parse(listWrites()[0]?.body ?? ''), { table: 'public.items' });
    });

    it('creates a paused backfill', async () => {
      await monitor.refresh();
      const outcome = await monitor.createBackfill(sink.json.id, 'public.items', 'paused');
      assert.ok(outcome?.kind === 'done');
      assert.equal(outcome.written.state, 'paused');
      assert.deepEqual(getStatesOnServer('public.items'), ['paused']);
    });

    it('fails and returns the backfill that another client created first', async () => {
      await monitor.refresh();
      const other = emulator.world.addBackfill(sink.json.id, { table: 'public.items' });
      const outcome = await monitor.createBackfill(sink.json.id, 'public.items', 'active');
      assert.ok(outcome?.kind === 'failed');
      assert.deepEqual(outcome.failure, {
        kind: 'conflict',
        reason: 'alreadyActive',
        serverMessages: ['already has an active backfill'],
      });
      assert.equal(outcome.current?.id, other.json.id);
      assert.equal(getStored(other.json.id).state, 'active');
    });

    it('shortens the polling interval of a server that had no running backfill', async () => {
      monitor.dispose();
      const requestTimes: number[] = [];
      monitor = createMonitor({
        connection: connectionTo(emulator.url),
        api: { ...api, listSinks: (options) => (requestTimes.push(clock.now()), api.listSinks(options)) },
        clock,
      });
      monitor.watch('view');
      await monitor.ensureSinks();
      await monitor.createBackfill(sink.json.id, 'public.items', 'active');
      const before = requestTimes.length;
      await clock.advance(2_500);
      assert.ok(requestTimes.length > before);
    });
  });

  describe('rejected writes', () => {
    const responses: readonly (readonly [status: number, kind: string])[] = [
      [400, 'invalid'],
      [401, 'unauthorized'],
      [403, 'unauthorized'],
      [404, 'notFound'],
      [407, 'network'],
      [409, 'invalid'],
      [413, 'invalid'],
      [418, 'invalid'],
      [422, 'invalid'],
      [429, 'rateLimited'],
    ];
    for (const [status, kind] of responses) {
      // A 403 with HTML comes from a proxy or gateway that may have forwarded the write, so only a read shows the
      // outcome.
      for (const body of [...(status === 403 ? [] : ['<html>nginx</html>']), { errors: { detail: 'no' } }]) {
        it(`change nothing and fail as ${kind} if the response has the status ${String(status)}${typeof body === 'string' ? ' and an HTML body' : ''}`, async () => {
          const backfill = await addKnownBackfill();
          emulator.fault({ status, body, times: 1 });
          const outcome = await monitor.changeBackfill(backfill, 'pause');
          assert.equal(outcome?.kind, 'failed');
          assert.equal(getFailureKind(outcome), kind);
          assert.equal(getStored(backfill.id).state, 'active');
          assert.equal(listWrites().length, 1);
        });
      }
    }

    for (const [status, kind] of [
      [500, 'failed'],
      [501, 'failed'],
      [502, 'unconfirmed'],
      [503, 'unconfirmed'],
      [504, 'unconfirmed'],
    ] as const) {
      it(`are reported as ${kind} if the response has the status ${String(status)} and reads show the unchanged state`, async () => {
        const backfill = await addKnownBackfill();
        emulator.fault({ status, body: 'Internal Server Error', method: 'PATCH' });
        const outcome = await advanceUntilSettled(monitor.changeBackfill(backfill, 'pause'));
        assert.ok(outcome?.kind === kind);
        assert.equal(outcome.failure.kind, 'server');
        assert.equal(outcome.current?.state, 'active');
        assert.equal(listWrites().length, 1);
      });
    }
  });

  describe('writes without a response', () => {
    const losses = [
      ['a connection reset', 'reset'],
      ['a timeout', 'hang'],
    ] as const;

    for (const [lossName, loss] of losses) {
      const settleLost = async <T>(outcome: Promise<T>): Promise<T> => {
        if (loss === 'hang') {
          await expireWrite();
        }
        return advanceUntilSettled(outcome);
      };

      for (const change of changes) {
        const from = change === 'resume' ? 'paused' : 'active';
        it(`are reported as done if the server performed the action ${change} before ${lossName}`, async () => {
          const backfill = await addKnownBackfill(from);
          emulator.fault({ [loss]: 'after', method: 'PATCH' } as never);
          const outcome = await settleLost(monitor.changeBackfill(backfill, change));
          assert.equal(outcome?.kind, 'done');
          assert.equal(getStored(backfill.id).state, actionRules[change].targetState);
          assert.equal(listWrites().length, 1);
        });

        it(`are reported as unconfirmed if the server did not perform the action ${change} before ${lossName}`, async () => {
          const backfill = await addKnownBackfill(from);
          emulator.fault({ [loss]: true, method: 'PATCH' } as never);
          const outcome = await settleLost(monitor.changeBackfill(backfill, change));
          assert.ok(outcome?.kind === 'unconfirmed');
          assert.equal(outcome.current?.state, from);
          assert.equal(getStored(backfill.id).state, from);
          assert.equal(listWrites().length, 1);
        });
      }

      it(`are reported as done if the server created the backfill before ${lossName}`, async () => {
        await addKnownBackfill('completed');
        emulator.fault({ [loss]: 'after', method: 'POST' } as never);
        const outcome = await settleLost(monitor.createBackfill(sink.json.id, 'public.orders', 'active'));
        assert.ok(outcome?.kind === 'done');
        assert.equal(getStored(outcome.written.id).state, 'active');
        assert.deepEqual(getStatesOnServer('public.orders'), ['completed', 'active']);
        assert.equal(listWrites().length, 1);
      });

      it(`are reported as unconfirmed if the server did not create the backfill before ${lossName}`, async () => {
        await addKnownBackfill('completed');
        emulator.fault({ [loss]: true, method: 'POST' } as never);
        const outcome = await settleLost(monitor.createBackfill(sink.json.id, 'public.orders', 'active'));
        assert.equal(outcome?.kind, 'unconfirmed');
        assert.deepEqual(getStatesOnServer('public.orders'), ['completed']);
        assert.equal(listWrites().length, 1);
      });
    }

    it('are unconfirmed while a slow server delays them, and take effect later', async () => {
      const backfill = await addKnownBackfill();
      const held = Promise.withResolvers<undefined>();
      const requests = [
        ['POST', () => monitor.createBackfill(sink.json.id, 'public.items', 'active')],
        ['PATCH', () => monitor.changeBackfill(backfill, 'cancel')],
      ] as const;
      for (const [method, write] of requests) {
        emulator.fault({ heldUntil: held.promise, method });
        const outcome = write();
        await waitUntil(() => listWrites().some((request) => request.method === method));
        await timeoutClock.advance(15_000);
        assert.equal((await advanceUntilSettled(outcome))?.kind, 'unconfirmed');
      }
      held.resolve(undefined);
      await waitUntil(() => getStatesOnServer('public.items').length > 0);
      await waitUntil(() => getStatesOnServer('public.orders')[0] === 'cancelled');
      await monitor.refresh();
      assert.equal(getStored(backfill.id).state, 'cancelled');
      assert.ok(
        getBackfillsOfSink(monitor.snapshot, sink.json.id).some(({ table }) => table === 'public.items'),
      );
    });

    it('fail if a read shows a state that makes them impossible', async () => {
      const backfill = await addKnownBackfill();
      emulator.fault({ reset: true, method: 'PATCH' });
      const change = monitor.changeBackfill(backfill, 'pause');
      await waitUntil(() => listWrites().length > 0);
      emulator.world.setBackfill(backfill.id, { state: 'completed' });
      const outcome = await advanceUntilSettled(change);
      assert.ok(outcome?.kind === 'failed');
      assert.equal(outcome.current?.state, 'completed');
      assert.equal(getStored(backfill.id).state, 'completed');
    });

    it('are reported as done if the created backfill has already finished, so only the backfill list contains it', async () => {
      await monitor.refresh();
      emulator.world.addTable('public.items', 0);
      emulator.fault({ reset: 'after', method: 'POST' });
      const create = monitor.createBackfill(sink.json.id, 'public.items', 'active');
      await waitUntil(() => sink.backfills.length > 0);
      emulator.world.setBackfill(sink.backfills[0]?.json.id ?? '', { state: 'completed' });
      const outcome = await advanceUntilSettled(create);
      assert.ok(outcome?.kind === 'done');
      assert.equal(getStored(outcome.written.id).state, 'completed');
    });

    it('are unconfirmed if the server’s only backfill of the table is older than the write', async () => {
      await monitor.refresh();
      const older = emulator.world.addBackfill(sink.json.id, { table: 'public.items' });
      emulator.world.setBackfill(older.json.id, { inserted_at: '2026-06-15T11:50:00Z' });
      emulator.fault({ reset: true, method: 'POST' });
      const outcome = await advanceUntilSettled(
        monitor.createBackfill(sink.json.id, 'public.items', 'active'),
      );
      assert.equal(outcome?.kind, 'unconfirmed');
    });

    it('are reported as done if they take effect between two reads', async () => {
      const backfill = await addKnownBackfill();
      emulator.fault({ reset: true, method: 'PATCH' });
      const change = monitor.changeBackfill(backfill, 'pause');
      await waitUntil(() => countReads() > 0);
      emulator.world.setBackfill(backfill.id, { state: 'paused' });
      assert.equal((await advanceUntilSettled(change))?.kind, 'done');
    });

    it('are unconfirmed if the server stops after the first read', async () => {
      const backfill = await addKnownBackfill();
      emulator.fault({ reset: true, method: 'PATCH' });
      const change = monitor.changeBackfill(backfill, 'pause');
      await waitUntil(() => countReads() > 0);
      await emulator.stop();
      assert.equal((await advanceUntilSettled(change))?.kind, 'unconfirmed');
    });

    it('are unconfirmed and leave the known state unchanged if the server stops after it has performed them', async () => {
      const backfill = await addKnownBackfill();
      emulator.fault({ reset: 'after', method: 'PATCH' });
      const change = monitor.changeBackfill(backfill, 'pause');
      await waitUntil(() => listWrites().length > 0);
      await emulator.stop();
      const outcome = await advanceUntilSettled(change);
      assert.equal(outcome?.kind, 'unconfirmed');
      await clock.advance(1_000);
      assert.equal(getStored(backfill.id).state, 'active');
      assert.equal(monitor.snapshot.pendingWrites.size, 0);
      await emulator.restart();
      emulator.fault(undefined);
      await monitor.refresh();
      assert.equal(getStored(backfill.id).state, 'paused');
    });

    it('fail as notFound and remove the backfill if the server no longer has the backfill', async () => {
      const backfill = await addKnownBackfill();
      emulator.fault({ reset: true, method: 'PATCH' });
      sink.backfills.length = 0;
      const outcome = await advanceUntilSettled(monitor.changeBackfill(backfill, 'pause'));
      assert.equal(getFailureKind(outcome), 'notFound');
      assert.equal(findBackfill(monitor.snapshot, sink.json.id, backfill.id), undefined);
    });

    it('fail without reading the backfill if they can’t have reached the server', async () => {
      const backfill = await addKnownBackfill();
      const stoppedEmulator = await startEmulator();
      await stoppedEmulator.stop();
      const methods: string[] = [];
      const unreachable = createApiClient({
        address: stoppedEmulator.url,
        token: 'any',
        onRequestFinished: ({ method }) => methods.push(method),
      });
      const { connection, snapshot } = monitor;
      monitor.dispose();
      monitor = new ServerMonitor({ connection, api: unreachable, clock, intervalMs: () => 0, snapshot });
      const outcome = await monitor.changeBackfill(backfill, 'pause');
      assert.deepEqual(outcome?.kind === 'failed' && outcome.failure, {
        kind: 'network',
        reason: 'refused',
      });
      assert.deepEqual(methods, ['PATCH']);
    });
  });

  describe('a pending write', () => {
    it('fires three events: when it begins, when it ends, and when the next write is possible', async () => {
      const backfill = await addKnownBackfill();
      const itemsBackfill = await addKnownBackfill('active', 'public.items');
      const recordEvents = async (write: () => Promise<WriteOutcome | undefined>): Promise<unknown[]> => {
        const pendingCounts: number[] = [];
        const subscription = monitor.onDidChange(() => {
          pendingCounts.push(monitor.snapshot.pendingWrites.size);
        });
        const outcome = await write();
        await clock.advance(1_000);
        subscription.dispose();
        return [outcome?.kind, ...pendingCounts];
      };
      const create = (): Promise<WriteOutcome | undefined> =>
        monitor.createBackfill(sink.json.id, 'public.orders', 'active');
      // The server rejects the creation, because the table has a running backfill.
      assert.deepEqual(await recordEvents(create), ['failed', 1, 0, 0]);
      assert.deepEqual(await recordEvents(() => monitor.changeBackfill(backfill, 'pause')), [
        'done',
        1,
        0,
        0,
      ]);
      assert.deepEqual(await recordEvents(() => monitor.changeBackfill(backfill, 'cancel')), [
        'done',
        1,
        0,
        0,
      ]);
      assert.deepEqual(await recordEvents(create), ['done', 1, 0, 0]);
      emulator.world.setBackfill(itemsBackfill.id, { state: 'completed' });
      assert.deepEqual(await recordEvents(() => monitor.changeBackfill(itemsBackfill, 'cancel')), [
        'failed',
        1,
        0,
        0,
      ]);
      emulator.world.removeSink(sink.json.id);
      assert.deepEqual(await recordEvents(() => monitor.changeBackfill(itemsBackfill, 'cancel')), [
        'failed',
        1,
        0,
        0,
      ]);
    });

    it('is in the snapshot, and blocks other writes to the backfill', async () => {
      const backfill = await addKnownBackfill();
      const held = Promise.withResolvers<undefined>();
      emulator.fault({ heldUntil: held.promise, method: 'PATCH' });
      const first = monitor.changeBackfill(backfill, 'pause');
      assert.deepEqual(monitor.snapshot.pendingWrites.get(backfill.id), {
        kind: 'change',
        change: 'pause',
        sinkId: sink.json.id,
        backfillId: backfill.id,
      });
      assert.equal(await monitor.changeBackfill(backfill, 'pause'), undefined);
      assert.equal(await monitor.changeBackfill(backfill, 'cancel'), undefined);
      held.resolve(undefined);
      assert.equal((await first)?.kind, 'done');
      assert.equal(listWrites().length, 1);
    });

    it('blocks other writes to the backfill for 500 ms after its end, such as those of a double click', async () => {
      const backfill = await addKnownBackfill();
      await monitor.changeBackfill(backfill, 'pause');
      const paused = getStored(backfill.id);
      await clock.advance(400);
      assert.equal(await monitor.changeBackfill(paused, 'resume'), undefined);
      // Views offer no action for a blocked key, because the action would have no effect.
      assert.deepEqual([...monitor.snapshot.blockedWriteKeys], [backfill.id]);
      await clock.advance(200);
      assert.deepEqual([...monitor.snapshot.blockedWriteKeys], []);
      assert.equal((await monitor.changeBackfill(paused, 'resume'))?.kind, 'done');
    });

    it('can be awaited before the next write', async () => {
      const backfill = await addKnownBackfill();
      await monitor.changeBackfill(backfill, 'pause');
      const undo = monitor
        .waitForPendingWrites([backfill.id])
        .then(() => monitor.changeBackfill(getStored(backfill.id), 'resume'));
      assert.equal((await advanceUntilSettled(undo))?.kind, 'done');
      assert.equal(getStored(backfill.id).state, 'active');
    });

    it('blocks the creation of another backfill of the same table, but not of other tables', async () => {
      await monitor.refresh();
      const outcomes = await Promise.all(
        ['public.items', 'public.items', 'public.orders'].map((table) =>
          monitor.createBackfill(sink.json.id, table, 'active'),
        ),
      );
      assert.deepEqual(
        outcomes.map((outcome) => outcome?.kind),
        ['done', undefined, 'done'],
      );
      assert.equal(listWrites().length, 2);
    });

    it('is not undone by a list of sinks that was requested earlier', async () => {
      const backfill = await addKnownBackfill();
      // The server creates the response before the pause. The response arrives after the pause.
      const active = structuredClone(sink.backfills[0]?.json);
      const body = { data: [{ ...sink.json, active_backfills: [active] }] };
      const held = Promise.withResolvers<undefined>();
      emulator.fault({ status: 200, body, path: /sinks$/, heldUntil: held.promise });
      const list = monitor.refresh();
      await clock.advance(10);
      assert.equal((await monitor.changeBackfill(backfill, 'pause'))?.kind, 'done');
      const seenStates = new Set<string>();
      monitor.onDidChange(() => seenStates.add(getStored(backfill.id).state));
      held.resolve(undefined);
      await list;
      assert.deepEqual([...seenStates], ['paused']);
    });

    it('is not undone by a backfill list that was requested earlier and lacks the new backfill', async () => {
      await monitor.refresh();
      await monitor.backfillLists.load(sink.json.id);
      const held = Promise.withResolvers<undefined>();
      emulator.fault({
        status: 200,
        body: { data: [] },
        path: /backfills$/,
        method: 'GET',
        times: 1,
        heldUntil: held.promise,
      });
      const list = monitor.backfillLists.load(sink.json.id);
      await clock.advance(10);
      const outcome = await monitor.createBackfill(sink.json.id, 'public.items', 'active');
      held.resolve(undefined);
      await list;
      assert.ok(outcome?.kind === 'done');
      assert.equal(getStored(outcome.written.id).state, 'active');
    });
  });

  describe('writeMany', () => {
    async function addBackfills(count: number): Promise<Backfill[]> {
      for (let index = 0; index < count; index += 1) {
        emulator.world.addTable(`public.t${String(index)}`);
        emulator.world.addBackfill(sink.json.id, { table: `public.t${String(index)}` });
      }
      await monitor.refresh();
      return getBackfillsOfSink(monitor.snapshot, sink.json.id).filter(isUnfinished);
    }

    function changeAll(
      backfills: readonly Backfill[],
      change: ChangeAction,
      controller = new AbortController(),
    ) {
      let settledCount = 0;
      const outcomes = writeMany(backfills, (backfill) => monitor.changeBackfill(backfill, change), {
        signal: controller.signal,
        onSettled: () => (settledCount += 1),
      });
      return { outcomes, countSettled: () => settledCount };
    }

    it('sends at most four writes at a time, and calls onSettled after each write', async () => {
      const backfills = await addBackfills(50);
      let maxPendingCount = 0;
      monitor.onDidChange(() => {
        maxPendingCount = Math.max(maxPendingCount, monitor.snapshot.pendingWrites.size);
      });
      const { outcomes, countSettled } = changeAll(backfills, 'pause');
      assert.ok((await outcomes).every((outcome) => outcome?.kind === 'done'));
      assert.equal(countSettled(), 50);
      assert.equal(maxPendingCount, 4);
      assert.ok(backfills.every(({ id }) => getStored(id).state === 'paused'));
    });

    it('continues after internal errors of the server', async () => {
      const backfills = await addBackfills(20);
      emulator.fault({ status: 500, method: 'PATCH', times: 3 });
      const outcomes = await advanceUntilSettled(changeAll(backfills, 'cancel').outcomes);
      assert.deepEqual(countKinds(outcomes), { done: 17, failed: 3 });
    });

    it('starts no more writes when the server becomes unreachable, and returns the outcome of each write', async () => {
      const backfills = await addBackfills(50);
      const { outcomes, countSettled } = changeAll(backfills, 'pause');
      await waitUntil(() => countSettled() >= 10);
      await emulator.stop();
      const all = await advanceUntilSettled(outcomes);
      const counts = countKinds(all);
      assert.ok((counts['done'] ?? 0) >= 10);
      assert.ok((counts['undefined'] ?? 0) > 30, JSON.stringify(counts));
      assert.equal(all.length, 50);
      // The reported outcomes match the states on the server.
      all.forEach((outcome, index) => {
        const state = getStatesOnServer(backfills[index]?.table ?? '')[0];
        if (outcome?.kind === 'done') {
          assert.equal(state, 'paused');
        } else if (outcome?.kind !== 'unconfirmed') {
          assert.equal(state, 'active');
        }
      });
      const sentPaths = new Set(listWrites().map(({ path }) => path));
      assert.equal(sentPaths.size, listWrites().length, 'a write was sent twice');
    });

    it('starts no more writes after an abort, and completes the pending writes', async () => {
      const backfills = await addBackfills(50);
      const controller = new AbortController();
      const { outcomes, countSettled } = changeAll(backfills, 'pause', controller);
      await waitUntil(() => countSettled() >= 5);
      controller.abort();
      const counts = countKinds(await outcomes);
      assert.ok((counts['done'] ?? 0) < 20);
      assert.equal((counts['done'] ?? 0) + (counts['undefined'] ?? 0), 50);
      assert.equal(listWrites().length, counts['done']);
    });

    const countKinds = (outcomes: readonly (WriteOutcome | undefined)[]): Record<string, number> =>
      Object.fromEntries(
        [...Map.groupBy(outcomes, (outcome) => String(outcome?.kind))].map(([kind, group]) => [
          kind,
          group.length,
        ]),
      );
  });

  it('prevent a report of a cancellation by the user, but not of a cancellation by another client', async () => {
    const ownBackfill = await addKnownBackfill('active', 'public.orders');
    const otherBackfill = await addKnownBackfill('active', 'public.items');
    await monitor.changeBackfill(ownBackfill, 'cancel');
    emulator.world.setBackfill(otherBackfill.id, { state: 'cancelled' });
    await monitor.refresh();
    assert.equal(findBackfill(monitor.snapshot, ownBackfill.sinkId, ownBackfill.id)?.state, 'cancelled');
    assert.deepEqual(
      monitor.snapshot.unreportedEnds.map(({ backfill: { id } }) => id),
      [otherBackfill.id],
    );
  });
});
