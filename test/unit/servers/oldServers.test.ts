import assert from 'node:assert/strict';
import { createApiClient } from '../../../src/api/createApiClient.ts';
import type { SequinApi, SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { findBackfill, getBackfillsOfSink } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import type { Emulator } from '../../emulator/Emulator.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { useEmulators } from '../useServers.ts';
import { createMonitor } from './createMonitor.ts';

describe('SnapshotStore with a server that does not report unfinished backfills', () => {
  const sinkWithoutBackfills: SinkWithBackfills = { sink: sink(), unfinishedBackfills: undefined };
  const list = (...items: SinkWithBackfills[]) => ({ items, skipped: 0, serverTime: undefined });
  const active = backfill();
  const paused = backfill({ id: 'paused', state: 'paused' });
  const finished = backfill({ id: 'finished', state: 'completed' });
  let store: SnapshotStore;

  beforeEach(() => {
    store = new SnapshotStore();
    store.applySinks(list(sinkWithoutBackfills), now);
    store.applyBackfillList(sink().id, [active, paused, finished], now);
  });

  it('keeps the backfills, and returns the unfinished ones to be fetched individually', () => {
    const before = store.snapshot;
    const returnedIds = store.applySinks(list(sinkWithoutBackfills), now).map(({ id }) => id);
    assert.deepEqual(returnedIds, [active.id, paused.id]);
    assert.equal(store.snapshot.backfills.get(sink().id), before.backfills.get(sink().id));
    assert.deepEqual(store.snapshot.progressTracks, before.progressTracks);
    assert.deepEqual(store.snapshot.progressHistories, before.progressHistories);
    assert.deepEqual(store.snapshot.unreportedEnds, []);
  });

  it('does not return backfills that the latest backfill list lacks', () => {
    store.applyBackfillList(sink().id, [finished], now);
    assert.deepEqual(store.applySinks(list(sinkWithoutBackfills), now), []);
  });

  it('stops returning a backfill after its final state was fetched individually', () => {
    store.applyBackfill(backfill({ state: 'completed', updatedAt: now }), now);
    assert.deepEqual(
      store.applySinks(list(sinkWithoutBackfills), now).map(({ id }) => id),
      [paused.id],
    );
  });
});

describe('ServerMonitor with an old server', () => {
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

  /**
   * Starts an emulator of a Sequin version, and creates a monitor for it. `wrap` may replace methods of the API client.
   */
  async function start(version: string, wrap = (api: SequinApi): SequinApi => api): Promise<ServerMonitor> {
    emulator = await startEmulator({ scenario: 'empty', latency: false, clock, version });
    const connection = connectionTo(emulator.url);
    const api = wrap(createApiClient({ ...connection, token: emulator.token, retryDelayMs: 1 }));
    sinkId = emulator.world.addSink({
      name: 'orders',
      destination: { type: 'webhook', http_endpoint: 'hook' },
    }).json.id;
    return (monitor = new ServerMonitor({ connection, api, clock, intervalMs: () => 0 }));
  }

  /** Removes the unfinished backfills from responses with sinks, as if the server didn't report them. */
  const withoutUnfinishedBackfills = (api: SequinApi): SequinApi => ({
    ...api,
    listSinks: async (options) => {
      const listing = await api.listSinks(options);
      return {
        ...listing,
        items: listing.items.map(({ sink: received }) => ({
          sink: received,
          unfinishedBackfills: undefined,
        })),
      };
    },
    getSink: async (id, options) => ({ ...(await api.getSink(id, options)), unfinishedBackfills: undefined }),
  });

  const startBackfill = (table: string, startedMsAgo = 0): string => {
    emulator.world.addTable(table, 50_000);
    const at = new Date(clock.now() - startedMsAgo).toISOString().slice(0, 19) + 'Z';
    return emulator.world.addBackfill(sinkId, { table, inserted_at: at }).json.id;
  };
  const getState = (id: string) => monitor && findBackfill(monitor.snapshot, sinkId, id)?.state;
  const getRowsProcessed = (id: string) =>
    monitor && findBackfill(monitor.snapshot, sinkId, id)?.rowsProcessed;
  const countRequests = (id: string) => emulator.requests.filter(({ path }) => path.endsWith(id)).length;

  it('tracks the single running backfill per sink that versions before 0.8.20 report', async () => {
    const startedMonitor = await start('0.8.19');
    const id = startBackfill('public.orders');
    await startedMonitor.refresh();
    assert.equal(getState(id), 'active');
    assert.equal(countRequests(id), 0);
    await clock.advance(600_000);
    await startedMonitor.refresh();
    assert.equal(getState(id), 'completed');
    assert.equal(countRequests(id), 1);
  });

  it('tracks a second backfill of the same sink after the backfill list of the sink is loaded', async () => {
    const startedMonitor = await start('0.8.19');
    const older = startBackfill('public.orders', 60_000);
    const newer = startBackfill('public.items');
    await startedMonitor.refresh();
    assert.deepEqual([getState(older), getState(newer)], [undefined, 'active']);
    await startedMonitor.backfillLists.load(sinkId);
    await clock.advance(600_000);
    await startedMonitor.refresh();
    assert.deepEqual([getState(older), getState(newer)], ['completed', 'completed']);
  });

  it('finds backfills only in the backfill list if the list of sinks contains none', async () => {
    const startedMonitor = await start('0.8.9', withoutUnfinishedBackfills);
    const id = startBackfill('public.orders');
    await startedMonitor.refresh();
    await clock.advance(2_000);
    await startedMonitor.refresh();
    assert.deepEqual(getBackfillsOfSink(startedMonitor.snapshot, sinkId), []);
    await startedMonitor.backfillLists.load(sinkId);
    assert.equal(getState(id), 'active');
  });

  it('fetches known running backfills with each poll until they finish', async () => {
    const startedMonitor = await start('0.8.9', withoutUnfinishedBackfills);
    const id = startBackfill('public.orders');
    await startedMonitor.refresh();
    await startedMonitor.backfillLists.load(sinkId);
    const countLists = () => emulator.requests.filter(({ path }) => path === '/api/sinks').length;
    const rows = new Set<unknown>();
    for (let turn = 0; turn < 60 && getState(id) === 'active'; turn += 1) {
      await clock.advance(2_000);
      const listsBefore = countLists();
      const requestsBefore = countRequests(id);
      await startedMonitor.refresh();
      assert.deepEqual([countLists() - listsBefore, countRequests(id) - requestsBefore], [1, 1]);
      rows.add(getRowsProcessed(id));
    }
    assert.equal(getState(id), 'completed');
    assert.equal(getRowsProcessed(id), 50_000);
    assert.ok(rows.size > 3, `progress changed only ${String(rows.size)} times`);
    const before = countRequests(id);
    await startedMonitor.refresh();
    assert.equal(countRequests(id), before);
  });

  it('fetches at most four backfills at a time', async () => {
    let pendingCount = 0;
    let maxPendingCount = 0;
    const startedMonitor = await start('0.8.9', (api) => ({
      ...withoutUnfinishedBackfills(api),
      getBackfill: async (...args) => {
        maxPendingCount = Math.max(maxPendingCount, (pendingCount += 1));
        const response = await api.getBackfill(...args);
        pendingCount -= 1;
        return response;
      },
    }));
    for (let index = 0; index < 20; index += 1) {
      startBackfill(`public.t${String(index)}`);
    }
    await startedMonitor.refresh();
    await startedMonitor.backfillLists.load(sinkId);
    await startedMonitor.refresh();
    assert.equal(maxPendingCount, 4);
  });

  it('polls less often if each poll includes slow requests for single backfills', async () => {
    const respondAfter = <T>(ms: number, response: Promise<T>): Promise<T> =>
      new Promise((resolve) => {
        clock.schedule(ms, () => {
          resolve(response);
        });
      });
    const createApi = (unfinishedBackfills: SinkWithBackfills['unfinishedBackfills']): SequinApi =>
      ({
        listSinks: () =>
          respondAfter(
            100,
            Promise.resolve({
              items: [{ sink: sink(), unfinishedBackfills }],
              skipped: 0,
              serverTime: undefined,
            }),
          ),
        getSink: () => respondAfter(100, Promise.resolve({ sink: sink(), unfinishedBackfills })),
        listBackfills: () => Promise.resolve({ items: [backfill()], skipped: 0 }),
        getBackfill: () => respondAfter(900, Promise.resolve(backfill())),
      }) as Partial<SequinApi> as SequinApi;
    /** Counts the polls in ten minutes. */
    const countPolls = async (
      unfinishedBackfills: SinkWithBackfills['unfinishedBackfills'],
    ): Promise<number> => {
      const api = createApi(unfinishedBackfills);
      let count = 0;
      const counted = { ...api, listSinks: () => ((count += 1), api.listSinks()) };
      const connection = connectionTo('http://a');
      const countedMonitor = createMonitor({
        connection,
        api: counted,
        clock,
      });
      countedMonitor.watch('view');
      void countedMonitor.backfillLists.load(sink().id);
      await clock.advance(600_000);
      countedMonitor.dispose();
      return count;
    };
    await start('0.8.9');
    const pollsIfReported = await countPolls([backfill()]);
    const pollsIfUnreported = await countPolls(undefined);
    // If the list reports the backfill, a poll takes 100 ms, and the next one starts 2 s later. Otherwise, a poll takes
    // 1 s, and the next one starts 40 s later. That uses half of the budget of 5%.
    assert.deepEqual([pollsIfReported, pollsIfUnreported], [286, 15]);
  });

  it('finds the running backfill of a table in the backfill list after the server rejects the creation of another one', async () => {
    const startedMonitor = await start('0.13.5', withoutUnfinishedBackfills);
    const finishedId = startBackfill('public.orders');
    emulator.world.setBackfill(finishedId, { state: 'completed' });
    const id = startBackfill('public.orders');
    await startedMonitor.refresh();
    const outcome = await startedMonitor.createBackfill(sinkId, 'public.orders', 'active');
    assert.ok(outcome?.kind === 'failed');
    assert.equal(outcome.failure.kind, 'conflict');
    assert.equal(outcome.current?.id, id);
  });

  it('keeps the actual state after a server before 0.13.6 rejects the request to pause a backfill', async () => {
    const startedMonitor = await start('0.13.5');
    const id = startBackfill('public.orders');
    await startedMonitor.refresh();
    const running = findBackfill(startedMonitor.snapshot, sinkId, id) ?? assert.fail();
    const outcome = await startedMonitor.changeBackfill(running, 'pause');
    assert.ok(outcome?.kind === 'failed');
    assert.equal(outcome.failure.kind, 'invalid');
    assert.equal(getState(id), 'active');
    await clock.advance(1_000);
    assert.equal((await startedMonitor.changeBackfill(running, 'cancel'))?.kind, 'done');
  });
});
