import assert from 'node:assert/strict';
import type { SinkWithBackfills } from '../../../src/api/SequinApi.ts';
import { type Backfill, isUnfinished } from '../../../src/model/Backfill.ts';
import { SequinError } from '../../../src/model/failure.ts';
import { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const hourMs = 3600_000;
const createListing = (...items: SinkWithBackfills[]) => ({ items, skipped: 0, serverTime: undefined });

describe('the memory of a monitor', () => {
  it('holds only the data of the current sinks while 1,000 sinks are added and removed in 24 h', async () => {
    const sinkCount = 1_000;
    const liveCount = 10;
    const backfillsPerSink = 3;
    const clock = new TestClock(now);
    let firstIndex = 0;
    const backfillsByIndex = new Map<number, Backfill[]>();
    /** Returns the indexes of the sinks that exist now. Each sink exists for 1% of the time. */
    const getLiveSinkIndexes = () =>
      Array.from({ length: liveCount }, (_, offset) => firstIndex + offset).filter(
        (index) => index < sinkCount,
      );
    const createBackfills = (index: number): Backfill[] =>
      Array.from({ length: backfillsPerSink }, (_, number) =>
        backfill({
          id: `backfill-${String(index)}-${String(number)}`,
          sinkId: `sink-${String(index)}`,
          table: `public.t${String(number)}`,
          insertedAt: clock.now(),
          updatedAt: clock.now(),
        }),
      );
    const getBackfills = (index: number): Backfill[] => {
      const backfills = backfillsByIndex.get(index) ?? createBackfills(index);
      backfillsByIndex.set(index, backfills);
      return backfills;
    };
    /** Returns the index of a live sink; throws the server's 404 for any other sink. */
    const requireSinkIndex = (sinkId: string): number => {
      const index = Number(sinkId.split('-')[1]);
      if (!getLiveSinkIndexes().includes(index)) {
        throw new SequinError({ kind: 'notFound', resource: 'sink' });
      }
      return index;
    };
    let respondLate: (() => void)[] = [];
    let writeCount = 0;

    const monitor = new ServerMonitor({
      connection: connectionTo('http://a'),
      clock,
      intervalMs: () => 20_000,
      random: () => 0,
      api: apiWith({
        getVersion: () => Promise.resolve('0.14.6'),
        listSinks: () =>
          Promise.resolve(
            createListing(
              ...getLiveSinkIndexes().map((index) => ({
                sink: sink({ id: `sink-${String(index)}`, name: `sink ${String(index)}` }),
                // The last backfill of a sink is only in the first list, and its final state is unreadable.
                unfinishedBackfills: getBackfills(index).filter(
                  (item, number) =>
                    isUnfinished(item) && (number < backfillsPerSink - 1 || item.insertedAt === clock.now()),
                ),
              })),
            ),
          ),
        getSink: (sinkId) => {
          requireSinkIndex(sinkId);
          return Promise.reject(new SequinError({ kind: 'invalidResponse', reason: 'shape', status: 200 }));
        },
        listBackfills: async (sinkId) => {
          const items = getBackfills(requireSinkIndex(sinkId));
          // The response arrives after the sink is removed.
          await new Promise<void>((resolve) => respondLate.push(resolve));
          return { items, skipped: 0 };
        },
        getBackfill: (sinkId) => {
          requireSinkIndex(sinkId);
          return Promise.reject(new SequinError({ kind: 'invalidResponse', reason: 'shape', status: 200 }));
        },
        updateBackfill: (sinkId, backfillId, state) => {
          const items = getBackfills(requireSinkIndex(sinkId));
          const position = items.findIndex(({ id }) => id === backfillId);
          const changed = { ...(items[position] ?? assert.fail()), state, updatedAt: clock.now() };
          items[position] = changed;
          writeCount += 1;
          return Promise.resolve(changed);
        },
      }),
    });
    monitor.watch('view');

    const largestSizes = new Map<string, number>();
    const recordSizes = (): void => {
      const { snapshot, retainedCounts } = monitor;
      const sizes = {
        ...retainedCounts,
        sinks: snapshot.sinks.size,
        backfills: [...snapshot.backfills.values()].reduce((sum, { size }) => sum + size, 0),
        backfillMaps: snapshot.backfills.size,
        backfillListLoads: snapshot.backfillListLoads.size,
        progressTracks: snapshot.progressTracks.size,
        progressHistories: snapshot.progressHistories.size,
        pendingWrites: snapshot.pendingWrites.size,
      };
      for (const [name, size] of Object.entries(sizes)) {
        largestSizes.set(name, Math.max(largestSizes.get(name) ?? 0, size));
      }
    };

    const steps = sinkCount / liveCount;
    for (let step = 0; step < steps; step += 1) {
      await clock.advance(60_000);
      for (const index of getLiveSinkIndexes()) {
        const [first, second] = getBackfills(index);
        void monitor.backfillLists.load(`sink-${String(index)}`);
        await monitor.changeBackfill(first ?? assert.fail(), 'cancel');
        await monitor.changeBackfill(second ?? assert.fail(), 'pause');
      }
      recordSizes();
      firstIndex += liveCount;
      await clock.advance((24 * hourMs) / steps - 120_000);
      recordSizes();
      respondLate.forEach((respond) => {
        respond();
      });
      respondLate = [];
      await clock.advance(60_000);
      recordSizes();
    }

    assert.equal(writeCount, 2 * sinkCount);
    assert.equal(backfillsByIndex.size, sinkCount);
    const backfillCount = liveCount * backfillsPerSink;
    assert.deepEqual(Object.fromEntries(largestSizes), {
      requests: backfillCount,
      unreadable: liveCount,
      pendingLists: liveCount,
      sinks: liveCount,
      backfills: backfillCount,
      backfillMaps: liveCount,
      backfillListLoads: liveCount,
      progressTracks: backfillCount,
      progressHistories: backfillCount,
      pendingWrites: 0,
    });
    firstIndex = sinkCount;
    await monitor.refresh();
    const { snapshot, retainedCounts } = monitor;
    assert.deepEqual(retainedCounts, { requests: 0, unreadable: 0, pendingLists: 0 });
    assert.deepEqual(
      [
        snapshot.sinks,
        snapshot.backfills,
        snapshot.backfillListLoads,
        snapshot.progressTracks,
        snapshot.progressHistories,
        snapshot.pendingWrites,
      ].map(({ size }) => size),
      [0, 0, 0, 0, 0, 0],
    );
    monitor.dispose();
  });
});

describe('the memory of SnapshotStore', () => {
  const response = { sink: sink(), unfinishedBackfills: [backfill()] };
  const { id, sinkId } = backfill();
  let store: SnapshotStore;

  beforeEach(() => {
    store = new SnapshotStore();
    store.applySinks(createListing(response), now);
    const written = backfill({ state: 'paused', updatedAt: now });
    const outcome = { kind: 'done', written } as const;
    const write = { kind: 'change', change: 'pause', sinkId, backfillId: id } as const;
    store.endWrite(write, now, { outcome, order: store.startRequest() });
    assert.equal(store.rememberedRequestCount, 1);
  });

  const removals: readonly (readonly [event: string, remove: () => void])[] = [
    [
      'the backfill is removed',
      () => {
        store.removeBackfill(sinkId, id, now);
      },
    ],
    [
      'its sink is removed',
      () => {
        store.removeSink(sinkId);
      },
    ],
    ['its sink is missing from a list of sinks', () => store.applySinks(createListing(), now)],
    [
      'the backfill is missing from a backfill list',
      () => {
        store.applyBackfillList(sinkId, [], now);
      },
    ],
  ];
  for (const [event, remove] of removals) {
    it(`forgets the latest request for a backfill when ${event}`, () => {
      remove();
      assert.equal(store.rememberedRequestCount, 0);
    });
  }

  it('forgets the backfills of a removed sink even if a faulty server had listed the sink twice', () => {
    store.applySinks(
      createListing({ ...response, unfinishedBackfills: [backfill({ id: 'b' })] }, response),
      now,
    );
    store.applySinks(createListing(), now);
    const { progressTracks, receiptTimes, progressHistories } = store.snapshot;
    assert.deepEqual(
      [progressTracks, receiptTimes, progressHistories].map(({ size }) => size),
      [0, 0, 0],
    );
  });

  it('removes backfills that a late response added after the removal of their sink', () => {
    store.removeSink(sinkId);
    store.applyBackfillList(sinkId, [backfill()], now + 1_000);
    assert.equal(store.snapshot.progressTracks.size, 1);
    store.applySinks(createListing(), now + 2_000);
    const { backfills, backfillListLoads, progressTracks, progressHistories } = store.snapshot;
    assert.deepEqual(
      [backfills, backfillListLoads, progressTracks, progressHistories].map(({ size }) => size),
      [0, 0, 0, 0],
    );
  });
});
