import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSink } from '../../../src/api/decodeSink.ts';
import { createChart } from '../../../src/model/history/chart.ts';
import { type ProgressHistory, restartCauses } from '../../../src/model/history/history.ts';
import type { Sink } from '../../../src/model/Sink.ts';
import { findBackfill, type Snapshot } from '../../../src/servers/Snapshot.ts';
import {
  deleteSnapshot,
  getSnapshotPath,
  readSnapshot,
  writeSnapshot,
} from '../../../src/servers/snapshotFile.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, connectionTo, now, sink } from '../samples.ts';

const allTables = { includeSchemas: null, excludeSchemas: null, includeTables: null, excludeTables: null };

describe('a saved snapshot', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sequin-'));
    path = getSnapshotPath(folder, connectionTo('http://a'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function storeWith(...backfills: Parameters<typeof backfill>[0][]): SnapshotStore {
    const store = new SnapshotStore();
    const unfinishedBackfills = backfills.map((overrides) => backfill(overrides));
    store.applySinks(
      {
        items: [{ sink: sink(), unfinishedBackfills }],
        skipped: 0,
        serverTime: now + 3_600_000,
      },
      now,
    );
    return store;
  }

  it('is read as it was written, and marked as cached', async () => {
    const { snapshot } = storeWith({ rowsProcessed: 9007199254740993n });
    writeSnapshot(path, snapshot);
    assert.deepEqual(await readSnapshot(path), {
      ...snapshot,
      sinksLoad: { ...snapshot.sinksLoad, fromCache: true },
      receiptTimes: new Map(),
    });
  });

  it('is readable if a backfill has so many rows that it would never finish', async () => {
    const store = new SnapshotStore();
    for (let poll = 0; poll < 30; poll += 1) {
      const at = now + poll * 4_000;
      const counts = { rowsInitial: 2n ** 63n - 1n, rowsProcessed: poll * 10_000 };
      const unfinishedBackfills = [backfill({ ...counts, insertedAt: now, updatedAt: at })];
      const items = [{ sink: sink(), unfinishedBackfills }];
      store.applySinks({ items, skipped: 0, serverTime: undefined }, at);
    }
    writeSnapshot(path, store.snapshot);
    const { progressTracks } = (await readSnapshot(path)) ?? assert.fail();
    assert.deepEqual(progressTracks, store.snapshot.progressTracks);
  });

  it('contains the databases, the results of their connection tests, and the deliveries', async () => {
    const store = storeWith({});
    const database = { id: 'd', name: 'shop', hostname: 'db.internal', port: 5432, database: null };
    const items = [database, { ...database, id: 'e', hostname: null, port: null }];
    store.applyDatabases({ items, skipped: 0 }, now);
    store.setConnectionTest('d', {
      isPassed: false,
      reason: 'password authentication failed',
      testedAt: now,
    });
    store.setConnectionTest('e', { isPassed: true, testedAt: now });
    const counted = { sinkId: sink().id, delivered: 900, failed: 70, isComplete: true, isFinal: false };
    const sample = { at: now, counters: new Map([[sink().id, { delivered: 5_900, failed: 80 }]]) };
    store.setMetrics({
      url: 'http://localhost:8376/metrics',
      failure: undefined,
      deliveries: {
        samples: [sample],
        rates: new Map(),
        ofBackfills: new Map([
          [
            backfill().id,
            {
              ...counted,
              line: [
                [now - 5_000, 0],
                [now, 900],
              ],
            },
          ],
        ]),
      },
    });
    writeSnapshot(path, store.snapshot);
    const { databases, connectionTests, metrics } = (await readSnapshot(path)) ?? assert.fail();
    assert.deepEqual(
      { databases, connectionTests, metrics },
      {
        databases: store.snapshot.databases,
        connectionTests: store.snapshot.connectionTests,
        metrics: store.snapshot.metrics,
      },
    );
  });

  it('lets the next session detect that a backfill is no longer listed', async () => {
    writeSnapshot(path, storeWith({}).snapshot);
    const store = new SnapshotStore(await readSnapshot(path));
    const unlistedBackfills = store.applySinks(
      { items: [{ sink: sink(), unfinishedBackfills: [] }], skipped: 0, serverTime: undefined },
      now,
    );
    assert.equal(unlistedBackfills.length, 1);
    assert.equal(store.snapshot.sinksLoad.fromCache, undefined);
  });

  it('restores histories, and lets the next session record the time between the sessions as unobserved', async () => {
    const before = storeWith({ rowsInitial: 2n ** 60n, rowsProcessed: 2n ** 59n }, { id: 'finished' });
    before.applyBackfill(
      backfill({ id: 'finished', state: 'completed', completedAt: now, updatedAt: now }),
      now,
    );
    for (let poll = 1; poll < 9; poll += 1) {
      const at = now + poll * 4_000;
      const progressed = backfill({
        rowsInitial: 2n ** 60n,
        rowsProcessed: 2n ** 59n + 9_999n * BigInt(poll),
      });
      before.applyBackfill({ ...progressed, updatedAt: at }, at);
    }
    writeSnapshot(path, before.snapshot);
    const read = (await readSnapshot(path)) ?? assert.fail();
    assert.deepEqual(read.progressHistories, before.snapshot.progressHistories);

    const store = new SnapshotStore(read);
    const later = now + 8 * 3600_000;
    const latest = backfill({ rowsProcessed: 2n ** 60n, updatedAt: later - 5_000 });
    store.applyBackfill(latest, later);
    const { clockSkewMs } = store.snapshot;
    assert.deepEqual(store.snapshot.progressHistories.get(latest.id)?.events.at(-1), {
      kind: 'unobserved',
      from: now + 32_000 + clockSkewMs,
      to: later + clockSkewMs,
    });
    assert.equal(store.snapshot.progressHistories.get('finished'), read.progressHistories.get('finished'));
  });

  it('restores the cause of each restart in a history', async () => {
    for (const cause of restartCauses) {
      const { snapshot } = storeWith({});
      const [[id, history] = assert.fail()] = snapshot.progressHistories;
      const event = { kind: 'restarted', cause, at: history.observedAt } as const;
      const progressHistories = new Map([[id, { ...history, events: [...history.events, event] }]]);
      writeSnapshot(path, { ...snapshot, progressHistories });
      const read = (await readSnapshot(path)) ?? assert.fail(`the cause ${cause} can't be read`);
      assert.deepEqual(read.progressHistories.get(id)?.events.at(-1), event);
    }
  });

  it('lets the next session record an edit of a sink as a restart, but not a dropped table or a disabled sink', async () => {
    const orders = sink({ source: { ...allTables, includeTables: ['public.orders', 'public.users'] } });
    const changes: [Partial<Sink>, isRestarted: boolean][] = [
      [{ name: 'renamed' }, true],
      [{ settings: { ...orders.settings, batchSize: 50 } }, true],
      [{ source: { ...allTables, includeTables: ['public.orders'] } }, false],
      [{ status: 'disabled' }, false],
    ];
    for (const [change, isRestarted] of changes) {
      const before = new SnapshotStore();
      const list = (item: Sink) => ({
        items: [{ sink: item, unfinishedBackfills: [backfill()] }],
        skipped: 0,
        serverTime: now,
      });
      before.applySinks(list(orders), now);
      writeSnapshot(path, before.snapshot);
      const store = new SnapshotStore(await readSnapshot(path));
      store.applySinks(list({ ...orders, ...change }), now + 10_000);
      const [history = assert.fail()] = store.snapshot.progressHistories.values();
      const causes = history.events.flatMap((event) => (event.kind === 'restarted' ? [event.cause] : []));
      assert.deepEqual(causes, isRestarted ? ['sinkEdited'] : [], JSON.stringify(change));
    }
  });

  it('lets the next session record when a backfill finished between sessions', async () => {
    const before = storeWith({ id: 'unfinished' });
    before.applyBackfill(backfill({ id: 'unfinished' }), now + 10_000);
    writeSnapshot(path, before.snapshot);
    const store = new SnapshotStore(await readSnapshot(path));
    const completedAt = now + 4 * 3600_000;
    const later = now + 8 * 3600_000;
    store.applyBackfill(
      backfill({ id: 'unfinished', state: 'completed', completedAt, updatedAt: completedAt }),
      later,
    );
    const events = store.snapshot.progressHistories.get('unfinished')?.events.slice(-2);
    assert.deepEqual(events, [
      { kind: 'unobserved', from: now + 10_000 + store.snapshot.clockSkewMs, to: completedAt },
      { kind: 'finished', state: 'completed', at: completedAt },
    ]);
  });

  /**
   * Creates a snapshot with `unfinishedCount` unfinished and 50 finished backfills. Each backfill has its own sink and a
   * history of the largest size.
   */
  function createFullSnapshot(unfinishedCount: number): Snapshot {
    const store = new SnapshotStore();
    const ids = Array.from(
      { length: unfinishedCount + 50 },
      (_, index) => `bf000000-0000-4000-8000-${1e11 + index}`,
    );
    const sinks = ids.map((_, index) => sink({ id: `e1f6d3f4-0000-4000-8000-${1e11 + index}` }));
    for (let poll = 0; poll < 80; poll += 1) {
      const at = now + poll * 4_000;
      store.applySinks(
        {
          items: sinks.map((item, index) => ({
            sink: item,
            unfinishedBackfills: [
              backfill({
                id: ids[index] ?? '',
                sinkId: item.id,
                rowsInitial: 10_000_000_000,
                rowsProcessed: 9_000_000_000 + poll * 40_000,
                updatedAt: at,
              }),
            ],
          })),
          skipped: 0,
          serverTime: undefined,
        },
        at,
      );
    }
    ids.slice(unfinishedCount).forEach((id, index) => {
      const unfinished =
        findBackfill(store.snapshot, sinks[unfinishedCount + index]?.id ?? '', id) ?? assert.fail();
      store.applyBackfill({ ...unfinished, state: 'cancelled', canceledAt: now + 400_000 }, now + 400_000);
    });
    const [firstHistory] = store.snapshot.progressHistories.values();
    const start = firstHistory?.samples[0] ?? assert.fail();
    const fill = (history: ProgressHistory): ProgressHistory => ({
      ...history,
      samples: [
        start,
        ...Array.from({ length: 299 }, (_, index) => ({
          at: now + index * 123_457,
          rows: 9e9 + index * 40_001,
        })),
      ],
      events: [
        ...history.events.slice(0, 3),
        ...Array.from({ length: 48 }, (_, index) => [
          {
            kind: 'paused',
            by: 'itself',
            at: now + 1e6 * index,
            notBefore: now + 1e6 * index - 50_000,
          } as const,
          {
            kind: 'resumed',
            by: 'itself',
            at: now + 1e6 * index + 9e5,
            notBefore: now + 1e6 * index,
          } as const,
        ]).flat(),
        ...history.events.slice(3),
      ],
    });
    const progressHistories = new Map(
      [...store.snapshot.progressHistories].map(([id, history]) => [id, fill(history)]),
    );
    return { ...store.snapshot, progressHistories };
  }

  for (const unfinishedCount of [1, 200, 400]) {
    const savedCount = Math.min(unfinishedCount, 200);
    it(`contains the histories of ${savedCount} of ${unfinishedCount} unfinished and 20 of 50 finished backfills, in less than 220 kB`, async () => {
      const snapshot = createFullSnapshot(unfinishedCount);
      writeSnapshot(path, snapshot);
      const file = JSON.parse(readFileSync(path, 'utf8')) as { progressHistories: unknown };
      const { length } = JSON.stringify(file.progressHistories);
      assert.ok(length < 220_000, `${length} characters`);
      const { progressHistories } = (await readSnapshot(path)) ?? assert.fail();
      const isFinished = ({ events }: ProgressHistory): boolean => events.at(-1)?.kind === 'finished';
      assert.equal([...progressHistories.values()].filter(isFinished).length, 20);
      assert.equal(progressHistories.size, savedCount + 20);
      for (const [id, history] of progressHistories) {
        const before = snapshot.progressHistories.get(id) ?? assert.fail();
        assert.deepEqual(history.samples.at(-1), before.samples.at(-1));
        assert.ok(history.samples.length >= 20 && history.events.length >= 4);
        const chart = createChart(history, backfill({ id }), history.observedAt);
        assert.equal(chart.rows.at(-1), before.samples.at(-1)?.rows);
      }
    });
  }

  it('has a different path for each connection and address', () => {
    const connections = ['http://a', 'http://b'].flatMap((address) => [
      connectionTo(address),
      connectionTo(address, { id: 'c1' }),
      connectionTo(address, { id: 'c2' }),
    ]);
    const paths = new Set(connections.map((connection) => getSnapshotPath(folder, connection)));
    assert.equal(paths.size, connections.length);
  });

  it('is read as undefined if no file exists', async () => {
    assert.equal(await readSnapshot(path), undefined);
  });

  it('can be deleted twice without an error', async () => {
    writeSnapshot(path, storeWith({}).snapshot);
    deleteSnapshot(path);
    deleteSnapshot(path);
    assert.equal(await readSnapshot(path), undefined);
  });

  it('contains no secrets of destinations', () => {
    const { sink: decoded } = decodeSink(
      {
        id: 's',
        name: 's',
        status: 'active',
        destination: {
          type: 'kafka',
          topic: 't',
          hosts: 'h',
          username: 's3cret',
          aws_access_key_id: 's3cret',
        },
      },
      () => undefined,
    );
    const store = new SnapshotStore();
    store.applySinks(
      { items: [{ sink: decoded, unfinishedBackfills: [] }], skipped: 0, serverTime: now },
      now,
    );
    writeSnapshot(path, store.snapshot);
    assert.ok(!readFileSync(path, 'utf8').includes('s3cret'));
  });
});
