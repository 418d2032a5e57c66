import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi, SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import type { Backfill } from '../../../src/model/Backfill.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { backfillsOf, findBackfill } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';

describe('the store, of a sink that does not tell which backfills are open', () => {
  const notTold: SinkWithBackfills = { sink: sink(), unfinishedBackfills: undefined };
  const list = (...items: SinkWithBackfills[]) => ({ items, skipped: 0, serverTime: undefined });
  const active = backfill();
  const paused = backfill({ id: 'paused', state: 'paused' });
  const ended = backfill({ id: 'ended', state: 'completed' });
  let store: SnapshotStore;

  beforeEach(() => {
    store = new SnapshotStore();
    store.applySinks(list(notTold), now);
    store.applyBackfillList(sink().id, [active, paused, ended], now);
  });

  for (const [how, apply] of [
    ['in the list', () => store.applySinks(list(notTold), now)],
    ['alone', () => store.applySink(notTold, now)],
  ] as const) {
    it(`keeps what is known as it is, and names what is open, to be asked for: ${how}`, () => {
      const known = store.snapshot;
      const ended: Backfill[] = [];
      store.onDidChange((change) => ended.push(...change.finishedBackfills));
      const asked = apply().map(({ id }) => id);
      assert.deepEqual(asked, [active.id, paused.id]);
      assert.equal(store.snapshot.backfills.get(sink().id), known.backfills.get(sink().id));
      assert.deepEqual(store.snapshot.progressTracks, known.progressTracks);
      assert.deepEqual(store.snapshot.progressHistories, known.progressHistories);
      assert.deepEqual(ended, []);
    });
  }

  it('takes it that all are gone from a history that lacks them', () => {
    store.applyBackfillList(sink().id, [ended], now);
    assert.deepEqual(store.applySinks(list(notTold), now), []);
  });

  it('learns an end from the backfill itself', () => {
    store.applyBackfill(backfill({ state: 'completed', updatedAt: now }), now);
    assert.deepEqual(
      store.applySinks(list(notTold), now).map(({ id }) => id),
      [paused.id],
    );
  });
});

describe('a monitor of an old server', () => {
  const startEmulator = useEmulators();
  let clock: TestClock;
  let emulator: Emulator;
  let monitor: ServerMonitor | undefined;
  let sinkId: string;

  beforeEach(() => {
    clock = new TestClock(now);
  });
  afterEach(() => {
    monitor?.dispose();
  });

  async function start(version: string, change = (api: SequinApi): SequinApi => api): Promise<ServerMonitor> {
    emulator = await startEmulator({ scenario: 'empty', latency: false, clock, version });
    const connection = connectionTo(emulator.url);
    const api = change(createApiClient({ ...connection, token: emulator.token, retryDelayMs: 1 }));
    sinkId = emulator.world.addSink({
      name: 'orders',
      destination: { type: 'webhook', http_endpoint: 'hook' },
    }).json.id;
    return (monitor = new ServerMonitor({ connection, api, clock, intervalMs: () => 0 }));
  }

  /** Of no version that is known: neither the list of open backfills nor the one before it. */
  const tellingNothing = (api: SequinApi): SequinApi => ({
    ...api,
    listSinks: async (options) => {
      const listing = await api.listSinks(options);
      return {
        ...listing,
        items: listing.items.map(({ sink: it }) => ({ sink: it, unfinishedBackfills: undefined })),
      };
    },
    getSink: async (id, options) => ({ ...(await api.getSink(id, options)), unfinishedBackfills: undefined }),
  });

  const startBackfill = (table: string, startedMsAgo = 0): string => {
    emulator.world.addTable(table, 50_000);
    const at = new Date(clock.now() - startedMsAgo).toISOString().slice(0, 19) + 'Z';
    return emulator.world.addBackfill(sinkId, { table, inserted_at: at }).json.id;
  };
  const stateOf = (id: string) => monitor && findBackfill(monitor.snapshot, sinkId, id)?.state;
  const rowsOf = (id: string) => monitor && findBackfill(monitor.snapshot, sinkId, id)?.rowsProcessed;
  const asked = (id: string) => emulator.requests.filter(({ path }) => path.endsWith(id)).length;

  it('follows the one backfill that a sink told of before 0.8.20', async () => {
    const it = await start('0.8.19');
    const id = startBackfill('public.orders');
    await it.refresh();
    assert.equal(stateOf(id), 'active');
    assert.equal(asked(id), 0);
    await clock.turn(600_000);
    await it.refresh();
    assert.equal(stateOf(id), 'completed');
    assert.equal(asked(id), 1);
  });

  it('follows another one of that sink too, once it is known', async () => {
    const it = await start('0.8.19');
    const older = startBackfill('public.orders', 60_000);
    const newer = startBackfill('public.items');
    await it.refresh();
    assert.deepEqual([stateOf(older), stateOf(newer)], [undefined, 'active']);
    await it.loadBackfillList(sinkId);
    await clock.turn(600_000);
    await it.refresh();
    assert.deepEqual([stateOf(older), stateOf(newer)], ['completed', 'completed']);
  });

  it('knows of nothing where a sink tells nothing, until its history is looked at', async () => {
    const it = await start('0.8.9', tellingNothing);
    const id = startBackfill('public.orders');
    await it.refresh();
    await clock.turn(2_000);
    await it.refresh();
    assert.deepEqual(backfillsOf(it.snapshot, sinkId), []);
    await it.loadBackfillList(sinkId);
    assert.equal(stateOf(id), 'active');
  });

  it('asks for what it knows to run at each turn, and no more once that ended', async () => {
    const it = await start('0.8.9', tellingNothing);
    const id = startBackfill('public.orders');
    await it.refresh();
    await it.loadBackfillList(sinkId);
    const lists = () => emulator.requests.filter(({ path }) => path === '/api/sinks').length;
    const rows = new Set<unknown>();
    for (let turn = 0; turn < 60 && stateOf(id) === 'active'; turn += 1) {
      await clock.turn(2_000);
      const [listsBefore, askedBefore] = [lists(), asked(id)];
      await it.refresh();
      assert.deepEqual([lists() - listsBefore, asked(id) - askedBefore], [1, 1]);
      rows.add(rowsOf(id));
    }
    assert.equal(stateOf(id), 'completed');
    assert.equal(rowsOf(id), 50_000);
    assert.ok(rows.size > 3, `progress was seen only ${String(rows.size)} times`);
    const before = asked(id);
    await it.refresh();
    assert.equal(asked(id), before);
  });

  it('asks for four at a time at most', async () => {
    let underWay = 0;
    let most = 0;
    const it = await start('0.8.9', (api) => ({
      ...tellingNothing(api),
      getBackfill: async (...args) => {
        most = Math.max(most, (underWay += 1));
        const answer = await api.getBackfill(...args);
        underWay -= 1;
        return answer;
      },
    }));
    for (let index = 0; index < 20; index += 1) {
      startBackfill(`public.t${String(index)}`);
    }
    await it.refresh();
    await it.loadBackfillList(sinkId);
    await it.refresh();
    assert.equal(most, 4);
  });

  it('takes what it asks for beside the list for a part of the list’s price', async () => {
    const slow = <T>(ms: number, answer: Promise<T>): Promise<T> =>
      new Promise((resolve) => {
        clock.schedule(ms, () => {
          resolve(answer);
        });
      });
    const apiOf = (unfinishedBackfills: SinkWithBackfills['unfinishedBackfills']): SequinApi =>
      ({
        listSinks: () =>
          slow(
            100,
            Promise.resolve({
              items: [{ sink: sink(), unfinishedBackfills }],
              skipped: 0,
              serverTime: undefined,
            }),
          ),
        getSink: () => slow(100, Promise.resolve({ sink: sink(), unfinishedBackfills })),
        listBackfills: () => Promise.resolve({ items: [backfill()], skipped: 0 }),
        getBackfill: () => slow(900, Promise.resolve(backfill())),
      }) as Partial<SequinApi> as SequinApi;
    /** How often the server is asked in ten minutes. */
    const polls = async (unfinishedBackfills: SinkWithBackfills['unfinishedBackfills']): Promise<number> => {
      const api = apiOf(unfinishedBackfills);
      let count = 0;
      const counted = { ...api, listSinks: () => ((count += 1), api.listSinks()) };
      const connection = connectionTo('http://a');
      const one = new ServerMonitor({
        connection,
        api: counted,
        clock,
        intervalMs: () => 2_000,
        random: () => 0,
      });
      one.watch('view');
      void one.loadBackfillList(sink().id);
      await clock.turn(600_000);
      one.dispose();
      return count;
    };
    await start('0.8.9');
    const told = await polls([backfill()]);
    const notTold = await polls(undefined);
    assert.ok(told > 250, `told: ${String(told)}`);
    // A second for the list and what is asked for beside it, of twenty.
    assert.ok(notTold > 5 && notTold < 40, `not told: ${String(notTold)}`);
  });

  it('finds what runs on a table in the history, where a start is refused and the sink tells nothing', async () => {
    const it = await start('0.13.5', tellingNothing);
    const past = startBackfill('public.orders');
    emulator.world.setBackfill(past, { state: 'completed' });
    const id = startBackfill('public.orders');
    await it.refresh();
    const outcome = await it.createBackfill(sinkId, 'public.orders', 'active');
    assert.ok(outcome?.kind === 'notDone');
    assert.equal(outcome.failure.kind, 'conflict');
    assert.equal(outcome.currentBackfill?.id, id);
  });

  it('is refused a pause before 0.13.6, and knows what is so', async () => {
    const it = await start('0.13.5');
    const id = startBackfill('public.orders');
    await it.refresh();
    const running = findBackfill(it.snapshot, sinkId, id) ?? assert.fail();
    const outcome = await it.changeBackfill(running, 'pause');
    assert.ok(outcome?.kind === 'notDone');
    assert.equal(outcome.failure.kind, 'invalid');
    assert.equal(stateOf(id), 'active');
    await clock.turn(1_000);
    assert.equal((await it.changeBackfill(running, 'cancel'))?.kind, 'done');
  });
});
