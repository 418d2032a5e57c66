import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi } from '../../../src/api/SequinApi.ts';
import { isUnfinished, type Backfill } from '../../../src/model/Backfill.ts';
import { targetStates, type BackfillChange } from '../../../src/model/backfillChanges.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { backfillsOf, findBackfill, type SnapshotChange } from '../../../src/servers/Snapshot.ts';
import { writeMany } from '../../../src/servers/writeMany.ts';
import type { WriteOutcome } from '../../../src/servers/BackfillWriter.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import type { Sink } from '../../emulator/World.ts';
import type { BackfillState } from '../../emulator/sequinTypes.ts';
import { connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { until } from '../until.ts';
import { useEmulators } from '../useServers.ts';

const changes = ['pause', 'resume', 'cancel'] as const;
const states = ['active', 'paused', 'completed', 'cancelled', 'failed'] as const;

describe('a write', () => {
  const startEmulator = useEmulators();
  let emulator: Emulator;
  let clock: TestClock;
  /** Measures the time limits of requests, which pass only when a test turns it. */
  let limits: TestClock;
  let api: SequinApi;
  let monitor: ServerMonitor;
  let sink: Sink;

  beforeEach(async () => {
    clock = new TestClock(now);
    limits = new TestClock(now);
    // The server's clock stands still, and with it its backfills.
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
    api = createApiClient({ address: emulator.url, token: emulator.token, retryDelayMs: 1, clock: limits });
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

  /** Turns the monitor's clock until a write has ended: the writer waits by it between its reads. */
  async function inTime<T>(promise: Promise<T>): Promise<T> {
    let ended = false;
    const result = promise.finally(() => (ended = true));
    await Promise.race([
      result,
      until(
        () => ended,
        () => clock.turn(100),
      ),
    ]);
    return result;
  }

  /** Lets the time limit of a write pass, once the server has received it. */
  async function expireWrite(): Promise<void> {
    await until(() => writes().length > 0);
    await limits.turn(15_000);
  }

  /** A backfill of the server's, and the monitor knowing of it. */
  async function known(state: BackfillState = 'active', table = 'public.orders'): Promise<Backfill> {
    const { json } = emulator.world.addBackfill(sink.json.id, { table });
    if (state !== 'active') {
      emulator.world.setBackfill(json.id, { state });
    }
    await monitor.refresh();
    await monitor.loadBackfillList(sink.json.id);
    return inStore(json.id);
  }

  function inStore(id: string): Backfill {
    return findBackfill(monitor.snapshot, sink.json.id, id) ?? assert.fail('it is not in the store');
  }

  const writes = () => emulator.requests.filter(({ method }) => method !== 'GET');
  /** How often one backfill was asked for and answered. */
  const looks = () =>
    emulator.requests.filter(({ path, status }) => /backfills\/./.test(path) && status === 200).length;
  const onServer = (table: string) =>
    sink.backfills.filter(({ json }) => json.table === table).map(({ json }) => json.state);
  const failureKind = (outcome: WriteOutcome | undefined) =>
    outcome?.kind === 'done' ? 'none' : outcome?.failure.kind;

  describe('of a state', () => {
    const allowed = new Set(['active pause', 'active cancel', 'paused resume', 'paused cancel']);

    for (const from of states) {
      for (const change of changes) {
        const to = targetStates[change];
        // That it is so already, or that it may become so.
        if (from === to || allowed.has(`${from} ${change}`)) {
          it(`${change} on ${from}: is done, and in the store`, async () => {
            const backfill = await known(from);
            const outcome = await monitor.changeBackfill(backfill, change);
            assert.equal(outcome?.kind, 'done');
            assert.equal(inStore(backfill.id).state, to);
            assert.deepEqual(onServer('public.orders'), [to]);
          });
        } else {
          it(`${change} on ${from}: is refused, and what is so is read`, async () => {
            const backfill = await known(from);
            const outcome = await monitor.changeBackfill({ ...backfill, state: 'active' }, change);
            assert.ok(outcome?.kind === 'notDone');
            assert.equal(outcome.failure.kind, 'conflict');
            assert.equal(outcome.currentBackfill?.state, from);
            assert.deepEqual(onServer('public.orders'), [from]);
          });
        }
      }
    }

    it('that somebody else changed first: the store has what is so now', async () => {
      const backfill = await known();
      emulator.world.setBackfill(backfill.id, {
        state: 'completed',
        completed_at: '2026-06-15T11:59:50.000000Z',
      });
      const outcome = await monitor.changeBackfill(backfill, 'cancel');
      assert.ok(outcome?.kind === 'notDone');
      assert.equal(outcome.currentBackfill?.state, 'completed');
      assert.equal(inStore(backfill.id).state, 'completed');
    });

    it('of a backfill that is gone: it leaves the store', async () => {
      const backfill = await known();
      sink.backfills.length = 0;
      const outcome = await monitor.changeBackfill(backfill, 'pause');
      assert.equal(failureKind(outcome), 'notFound');
      assert.equal(findBackfill(monitor.snapshot, sink.json.id, backfill.id), undefined);
      assert.ok(monitor.snapshot.sinks.has(sink.json.id));
    });

    it('of a sink that is gone: it leaves the store with all that is below it', async () => {
      const backfill = await known();
      emulator.world.removeSink(sink.json.id);
      const seen: SnapshotChange[] = [];
      monitor.onDidChange((change) => seen.push(change));
      assert.equal(failureKind(await monitor.changeBackfill(backfill, 'pause')), 'notFound');
      assert.equal(monitor.snapshot.sinks.size, 0);
      assert.deepEqual(backfillsOf(monitor.snapshot, sink.json.id), []);
      assert.ok(
        seen.some(
          ({ sinkListChanged, changedBackfillIds }) => sinkListChanged && changedBackfillIds.has(backfill.id),
        ),
      );
    });
  });

  describe('of a new backfill', () => {
    it('runs, and is in the store', async () => {
      await monitor.refresh();
      const outcome = await monitor.createBackfill(sink.json.id, 'public.items', 'active');
      assert.ok(outcome?.kind === 'done');
      assert.equal(inStore(outcome.backfill.id).state, 'active');
      assert.deepEqual(JSON.parse(writes()[0]?.body ?? ''), { table: 'public.items' });
    });

    it('is created paused', async () => {
      await monitor.refresh();
      const outcome = await monitor.createBackfill(sink.json.id, 'public.items', 'paused');
      assert.ok(outcome?.kind === 'done');
      assert.equal(outcome.backfill.state, 'paused');
      assert.deepEqual(onServer('public.items'), ['paused']);
    });

    it('where somebody else started one first: that one is found', async () => {
      await monitor.refresh();
      const other = emulator.world.addBackfill(sink.json.id, { table: 'public.items' });
      const outcome = await monitor.createBackfill(sink.json.id, 'public.items', 'active');
      assert.ok(outcome?.kind === 'notDone');
      assert.deepEqual(outcome.failure, {
        kind: 'conflict',
        reason: 'alreadyActive',
        reasons: ['already has an active backfill'],
      });
      assert.equal(outcome.currentBackfill?.id, other.json.id);
      assert.equal(inStore(other.json.id).state, 'active');
    });

    it('makes the next look at a quiet server come soon', async () => {
      monitor.dispose();
      const asked: number[] = [];
      monitor = new ServerMonitor({
        connection: connectionTo(emulator.url),
        api: { ...api, listSinks: (options) => (asked.push(clock.now()), api.listSinks(options)) },
        clock,
        intervalMs: () => 2_000,
        random: () => 0,
      });
      monitor.watch('view');
      await monitor.ensureSinks();
      await monitor.createBackfill(sink.json.id, 'public.items', 'active');
      const before = asked.length;
      await clock.turn(2_500);
      assert.ok(asked.length > before);
    });
  });

  describe('that is refused', () => {
    const answers: readonly (readonly [status: number, kind: string])[] = [
      [400, 'invalid'],
      [401, 'unauthorized'],
      [403, 'unauthorized'],
      [404, 'notFound'],
      [409, 'invalid'],
      [413, 'invalid'],
      [418, 'invalid'],
      [422, 'invalid'],
      [429, 'rateLimited'],
    ];
    for (const [status, kind] of answers) {
      // 403 as HTML is a page of something before the server: what became of the write is looked up.
      for (const body of [...(status === 403 ? [] : ['<html>nginx</html>']), { errors: { detail: 'no' } }]) {
        it(`with ${String(status)}${typeof body === 'string' ? ' as HTML' : ''}: ${kind}, and all is as before`, async () => {
          const backfill = await known();
          emulator.fault({ status, body, times: 1 });
          const outcome = await monitor.changeBackfill(backfill, 'pause');
          assert.equal(outcome?.kind, 'notDone');
          assert.equal(failureKind(outcome), kind);
          assert.equal(inStore(backfill.id).state, 'active');
          assert.equal(writes().length, 1);
        });
      }
    }

    for (const status of [500, 501, 502, 503, 504]) {
      it(`with ${String(status)}: is read after, since it may have been done all the same`, async () => {
        const backfill = await known();
        emulator.fault({ status, body: 'Internal Server Error', method: 'PATCH' });
        const outcome = await inTime(monitor.changeBackfill(backfill, 'pause'));
        assert.ok(outcome?.kind === 'notDone');
        assert.equal(outcome.failure.kind, 'server');
        assert.equal(outcome.currentBackfill?.state, 'active');
        assert.equal(writes().length, 1);
      });
    }
  });

  describe('whose answer is lost', () => {
    const losses = [
      ['the connection breaks', 'reset'],
      ['no answer comes in time', 'hang'],
    ] as const;

    for (const [words, loss] of losses) {
      const lost = async <T>(outcome: Promise<T>): Promise<T> => {
        if (loss === 'hang') await expireWrite();
        return inTime(outcome);
      };

      for (const change of changes) {
        const from = change === 'resume' ? 'paused' : 'active';
        it(`${change}, done before ${words}: is found to be done`, async () => {
          const backfill = await known(from);
          emulator.fault({ [loss]: 'after', method: 'PATCH' } as never);
          const outcome = await lost(monitor.changeBackfill(backfill, change));
          assert.equal(outcome?.kind, 'done');
          assert.equal(inStore(backfill.id).state, targetStates[change]);
          assert.equal(writes().length, 1);
        });

        it(`${change}, not done before ${words}: is found to be not done`, async () => {
          const backfill = await known(from);
          emulator.fault({ [loss]: true, method: 'PATCH' } as never);
          const outcome = await lost(monitor.changeBackfill(backfill, change));
          assert.ok(outcome?.kind === 'notDone');
          assert.equal(outcome.currentBackfill?.state, from);
          assert.equal(inStore(backfill.id).state, from);
          assert.equal(writes().length, 1);
        });
      }

      it(`a start, done before ${words}: is found by its table and its time`, async () => {
        await known('completed');
        emulator.fault({ [loss]: 'after', method: 'POST' } as never);
        const outcome = await lost(monitor.createBackfill(sink.json.id, 'public.orders', 'active'));
        assert.ok(outcome?.kind === 'done');
        assert.equal(inStore(outcome.backfill.id).state, 'active');
        assert.deepEqual(onServer('public.orders'), ['completed', 'active']);
        assert.equal(writes().length, 1);
      });

      it(`a start, not done before ${words}: is found to be not done`, async () => {
        await known('completed');
        emulator.fault({ [loss]: true, method: 'POST' } as never);
        const outcome = await lost(monitor.createBackfill(sink.json.id, 'public.orders', 'active'));
        assert.equal(outcome?.kind, 'notDone');
        assert.deepEqual(onServer('public.orders'), ['completed']);
        assert.equal(writes().length, 1);
      });
    }

    it('a start that has ended by then is found in the history', async () => {
      await monitor.refresh();
      emulator.world.addTable('public.items', 0);
      emulator.fault({ reset: 'after', method: 'POST' });
      const create = monitor.createBackfill(sink.json.id, 'public.items', 'active');
      await until(() => sink.backfills.length > 0);
      emulator.world.setBackfill(sink.backfills[0]?.json.id ?? '', { state: 'completed' });
      const outcome = await inTime(create);
      assert.ok(outcome?.kind === 'done');
      assert.equal(inStore(outcome.backfill.id).state, 'completed');
    });

    it('a start is not taken for an older one that nobody had seen yet', async () => {
      await monitor.refresh();
      const older = emulator.world.addBackfill(sink.json.id, { table: 'public.items' });
      emulator.world.setBackfill(older.json.id, { inserted_at: '2026-06-15T11:50:00Z' });
      emulator.fault({ reset: true, method: 'POST' });
      const outcome = await inTime(monitor.createBackfill(sink.json.id, 'public.items', 'active'));
      assert.equal(outcome?.kind, 'notDone');
    });

    it('and that takes effect only later is still found to be done', async () => {
      const backfill = await known();
      emulator.fault({ reset: true, method: 'PATCH' });
      const change = monitor.changeBackfill(backfill, 'pause');
      await until(() => looks() > 0);
      emulator.world.setBackfill(backfill.id, { state: 'paused' });
      assert.equal((await inTime(change))?.kind, 'done');
    });

    it('with the server gone after the first look: is not known', async () => {
      const backfill = await known();
      emulator.fault({ reset: true, method: 'PATCH' });
      const change = monitor.changeBackfill(backfill, 'pause');
      await until(() => looks() > 0);
      await emulator.stop();
      assert.equal((await inTime(change))?.kind, 'notKnown');
    });

    it('with the server gone: is not known, and the row goes back', async () => {
      const backfill = await known();
      emulator.fault({ reset: 'after', method: 'PATCH' });
      const change = monitor.changeBackfill(backfill, 'pause');
      await until(() => writes().length > 0);
      await emulator.stop();
      const outcome = await inTime(change);
      assert.equal(outcome?.kind, 'notKnown');
      await clock.turn(1_000);
      assert.equal(inStore(backfill.id).state, 'active');
      assert.equal(monitor.snapshot.pendingWrites.size, 0);
      await emulator.restart();
      emulator.fault(undefined);
      await monitor.refresh();
      assert.equal(inStore(backfill.id).state, 'paused');
    });

    it('with the backfill gone: is not done, and it leaves the store', async () => {
      const backfill = await known();
      emulator.fault({ reset: true, method: 'PATCH' });
      sink.backfills.length = 0;
      const outcome = await inTime(monitor.changeBackfill(backfill, 'pause'));
      assert.equal(failureKind(outcome), 'notFound');
      assert.equal(findBackfill(monitor.snapshot, sink.json.id, backfill.id), undefined);
    });

    it('that never set out is not looked for', async () => {
      const backfill = await known();
      const elsewhere = await startEmulator();
      await elsewhere.stop();
      const asked: string[] = [];
      const unreachable = createApiClient({
        address: elsewhere.url,
        token: 'any',
        onRequestFinished: ({ method }) => asked.push(method),
      });
      const { connection, snapshot } = monitor;
      monitor.dispose();
      monitor = new ServerMonitor({ connection, api: unreachable, clock, intervalMs: () => 0, snapshot });
      const outcome = await monitor.changeBackfill(backfill, 'pause');
      assert.deepEqual(outcome?.kind === 'notDone' && outcome.failure, {
        kind: 'network',
        reason: 'refused',
      });
      assert.deepEqual(asked, ['PATCH']);
    });
  });

  describe('while it is under way', () => {
    it('is in the store, and a second press sends nothing', async () => {
      const backfill = await known();
      const held = Promise.withResolvers<undefined>();
      emulator.fault({ heldUntil: held.promise, method: 'PATCH' });
      const first = monitor.changeBackfill(backfill, 'pause');
      assert.deepEqual(monitor.snapshot.pendingWrites.get(backfill.id), {
        kind: 'change',
        change: 'pause',
        sinkId: sink.json.id,
        backfillId: backfill.id,
        settled: false,
      });
      assert.equal(await monitor.changeBackfill(backfill, 'pause'), undefined);
      assert.equal(await monitor.changeBackfill(backfill, 'cancel'), undefined);
      held.resolve(undefined);
      assert.equal((await first)?.kind, 'done');
      assert.equal(writes().length, 1);
    });

    it('a double click does not undo it', async () => {
      const backfill = await known();
      await monitor.changeBackfill(backfill, 'pause');
      const paused = inStore(backfill.id);
      await clock.turn(400);
      assert.equal(await monitor.changeBackfill(paused, 'resume'), undefined);
      await clock.turn(200);
      assert.equal((await monitor.changeBackfill(paused, 'resume'))?.kind, 'done');
    });

    it('who means it waits until it is free', async () => {
      const backfill = await known();
      await monitor.changeBackfill(backfill, 'pause');
      const undo = monitor
        .waitForPendingWrites([backfill.id])
        .then(() => monitor.changeBackfill(inStore(backfill.id), 'resume'));
      assert.equal((await inTime(undo))?.kind, 'done');
      assert.equal(inStore(backfill.id).state, 'active');
    });

    it('two starts of a table send one request, and starts of two tables two', async () => {
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
      assert.equal(writes().length, 2);
    });

    it('an answer that was asked for before it does not take it back', async () => {
      const backfill = await known();
      // The list is made up before the pause, and arrives after it.
      const stale = structuredClone(sink.backfills[0]?.json);
      const body = { data: [{ ...sink.json, active_backfills: [stale] }] };
      const held = Promise.withResolvers<undefined>();
      emulator.fault({ status: 200, body, path: /sinks$/, heldUntil: held.promise });
      const list = monitor.refresh();
      await clock.turn(10);
      assert.equal((await monitor.changeBackfill(backfill, 'pause'))?.kind, 'done');
      const seen = new Set<string>();
      monitor.onDidChange(() => seen.add(inStore(backfill.id).state));
      held.resolve(undefined);
      await list;
      assert.deepEqual([...seen], ['paused']);
    });

    it('a backfill that was just started is not lost to a list that was asked for before', async () => {
      await monitor.refresh();
      await monitor.loadBackfillList(sink.json.id);
      const held = Promise.withResolvers<undefined>();
      emulator.fault({
        status: 200,
        body: { data: [] },
        path: /backfills$/,
        method: 'GET',
        times: 1,
        heldUntil: held.promise,
      });
      const history = monitor.loadBackfillList(sink.json.id);
      await clock.turn(10);
      const outcome = await monitor.createBackfill(sink.json.id, 'public.items', 'active');
      held.resolve(undefined);
      await history;
      assert.ok(outcome?.kind === 'done');
      assert.equal(inStore(outcome.backfill.id).state, 'active');
    });
  });

  describe('of many', () => {
    async function many(count: number): Promise<Backfill[]> {
      for (let index = 0; index < count; index += 1) {
        emulator.world.addTable(`public.t${String(index)}`);
        emulator.world.addBackfill(sink.json.id, { table: `public.t${String(index)}` });
      }
      await monitor.refresh();
      return backfillsOf(monitor.snapshot, sink.json.id).filter(isUnfinished);
    }

    function changeAll(
      backfills: readonly Backfill[],
      change: BackfillChange,
      controller = new AbortController(),
    ) {
      let settled = 0;
      const outcomes = writeMany(backfills, (backfill) => monitor.changeBackfill(backfill, change), {
        signal: controller.signal,
        onSettled: () => (settled += 1),
      });
      return { outcomes, settled: () => settled };
    }

    it('sends at most four at a time, and tells of each', async () => {
      const backfills = await many(50);
      let most = 0;
      monitor.onDidChange(() => {
        const underWay = [...monitor.snapshot.pendingWrites.values()].filter(
          ({ settled }) => !settled,
        ).length;
        most = Math.max(most, underWay);
      });
      const { outcomes, settled } = changeAll(backfills, 'pause');
      assert.ok((await outcomes).every((outcome) => outcome?.kind === 'done'));
      assert.equal(settled(), 50);
      assert.equal(most, 4);
      assert.ok(backfills.every(({ id }) => inStore(id).state === 'paused'));
    });

    it('goes on where some fail inside the server', async () => {
      const backfills = await many(20);
      emulator.fault({ status: 500, method: 'PATCH', times: 3 });
      const outcomes = await inTime(changeAll(backfills, 'cancel').outcomes);
      assert.deepEqual(countKinds(outcomes), { done: 17, notDone: 3 });
    });

    it('stops where the server goes away in the middle of 50, and every one is accounted for', async () => {
      const backfills = await many(50);
      const { outcomes, settled } = changeAll(backfills, 'pause');
      await until(() => settled() >= 10);
      await emulator.stop();
      const all = await inTime(outcomes);
      const counts = countKinds(all);
      assert.ok((counts['done'] ?? 0) >= 10);
      assert.ok((counts['undefined'] ?? 0) > 30, JSON.stringify(counts));
      assert.equal(all.length, 50);
      // What is said to be done is, and what is said to be not done is not.
      all.forEach((outcome, index) => {
        const state = onServer(backfills[index]?.table ?? '')[0];
        if (outcome?.kind === 'done') {
          assert.equal(state, 'paused');
        } else if (outcome?.kind !== 'notKnown') {
          assert.equal(state, 'active');
        }
      });
      const sent = new Set(writes().map(({ path }) => path));
      assert.equal(sent.size, writes().length, 'a write was sent twice');
    });

    it('stops where it is cancelled: those under way end, no other begins', async () => {
      const backfills = await many(50);
      const controller = new AbortController();
      const { outcomes, settled } = changeAll(backfills, 'pause', controller);
      await until(() => settled() >= 5);
      controller.abort();
      const counts = countKinds(await outcomes);
      assert.ok((counts['done'] ?? 0) < 20);
      assert.equal((counts['done'] ?? 0) + (counts['undefined'] ?? 0), 50);
      assert.equal(writes().length, counts['done']);
    });

    const countKinds = (outcomes: readonly (WriteOutcome | undefined)[]): Record<string, number> =>
      Object.fromEntries(
        [...Map.groupBy(outcomes, (outcome) => String(outcome?.kind))].map(([kind, those]) => [
          kind,
          those.length,
        ]),
      );
  });

  it('that cancels a backfill is told from a cancel of somebody else', async () => {
    const mine = await known('active', 'public.orders');
    const theirs = await known('active', 'public.items');
    const ended: [string, boolean][] = [];
    monitor.onDidChange((change) => {
      ended.push(
        ...change.finishedBackfills.map(({ id }): [string, boolean] => [id, change.cancelledHereIds.has(id)]),
      );
    });
    await monitor.changeBackfill(mine, 'cancel');
    emulator.world.setBackfill(theirs.id, { state: 'cancelled' });
    await monitor.refresh();
    assert.deepEqual(ended, [
      [mine.id, true],
      [theirs.id, false],
    ]);
  });
});
