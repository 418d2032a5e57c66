import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSink } from '../../../src/api/schemas.ts';
import {
  deleteSnapshot,
  readSnapshot,
  getSnapshotPath,
  writeSnapshot,
} from '../../../src/servers/snapshotFile.ts';
import type { ProgressHistory } from '../../../src/model/history/history.ts';
import { createChart } from '../../../src/model/history/chart.ts';
import type { Snapshot } from '../../../src/servers/Snapshot.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

describe('the snapshot that is kept on disk', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sequin-'));
    path = getSnapshotPath(folder, 'http://a');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function storeWith(...backfills: Parameters<typeof backfill>[0][]): SnapshotStore {
    const store = new SnapshotStore();
    const unfinishedBackfills = backfills.map((different) => backfill(different));
    store.applySinks(
      {
        items: [{ sink: sink(), unfinishedBackfills: unfinishedBackfills }],
        skipped: 0,
        serverTime: now + 3_600_000,
      },
      now,
    );
    return store;
  }

  it('comes back as it was, marked as kept', async () => {
    const { snapshot } = storeWith({ rowsProcessed: 9007199254740993n });
    writeSnapshot(path, snapshot);
    assert.deepEqual(await readSnapshot(path), {
      ...snapshot,
      sinksLoad: { ...snapshot.sinksLoad, fromCache: true },
    });
  });

  it('lets a later session learn how a backfill ended in the meantime', async () => {
    writeSnapshot(path, storeWith({}).snapshot);
    const store = new SnapshotStore(await readSnapshot(path));
    const departed = store.applySinks(
      { items: [{ sink: sink(), unfinishedBackfills: [] }], skipped: 0, serverTime: undefined },
      now,
    );
    assert.equal(departed.length, 1);
    assert.equal(store.snapshot.sinksLoad.fromCache, undefined);
  });

  it('has the progressHistories as they were, and what nobody saw since then is unseen', async () => {
    const before = storeWith({ rowsInitial: 2n ** 60n, rowsProcessed: 2n ** 59n }, { id: 'ended' });
    before.applyBackfill(
      backfill({ id: 'ended', state: 'completed', completedAt: now, updatedAt: now }),
      now,
    );
    for (let page = 1; page < 9; page += 1) {
      const at = now + page * 4_000;
      const open = backfill({ rowsInitial: 2n ** 60n, rowsProcessed: 2n ** 59n + 9_999n * BigInt(page) });
      before.applyBackfill({ ...open, updatedAt: at }, at);
    }
    writeSnapshot(path, before.snapshot);
    const read = (await readSnapshot(path)) ?? assert.fail();
    assert.deepEqual(read.progressHistories, before.snapshot.progressHistories);

    const store = new SnapshotStore(read);
    const later = now + 8 * 3600_000;
    const { id, ...open } = backfill({ rowsProcessed: 2n ** 60n, updatedAt: later - 5_000 });
    store.applyBackfill({ id, ...open }, later);
    const { clockSkewMs } = store.snapshot;
    assert.deepEqual(store.snapshot.progressHistories.get(id)?.events.at(-1), {
      kind: 'unseen',
      from: now + 32_000 + clockSkewMs,
      to: later + clockSkewMs,
    });
    assert.equal(store.snapshot.progressHistories.get('ended'), read.progressHistories.get('ended'));
  });

  it('tells of the journal of one that ended meanwhile, how', async () => {
    const before = storeWith({ id: 'open' });
    before.applyBackfill(backfill({ id: 'open' }), now + 10_000);
    writeSnapshot(path, before.snapshot);
    const store = new SnapshotStore(await readSnapshot(path));
    const completedAt = now + 4 * 3600_000;
    const later = now + 8 * 3600_000;
    store.applyBackfill(
      backfill({ id: 'open', state: 'completed', completedAt, updatedAt: completedAt }),
      later,
    );
    const events = store.snapshot.progressHistories.get('open')?.events.slice(-2);
    assert.deepEqual(events, [
      { kind: 'unseen', from: now + 10_000 + store.snapshot.clockSkewMs, to: completedAt },
      { kind: 'ended', state: 'completed', at: completedAt },
    ]);
  });

  /** All progressHistories as large as they get: of so many open backfills and of 50 that ended, each of a sink. */
  function fullSnapshot(open: number): Snapshot {
    const store = new SnapshotStore();
    const ids = Array.from({ length: open + 50 }, (_, index) => `bf000000-0000-4000-8000-${1e11 + index}`);
    const sinks = ids.map((_, index) => sink({ id: `e1f6d3f4-0000-4000-8000-${1e11 + index}` }));
    for (let poll = 0; poll < 80; poll += 1) {
      const at = now + poll * 4_000;
      store.applySinks(
        {
          items: sinks.map((one, index) => ({
            sink: one,
            unfinishedBackfills: [
              backfill({
                id: ids[index] ?? '',
                sinkId: one.id,
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
    ids.slice(open).forEach((id, index) => {
      const known = store.snapshot.backfills.get(sinks[open + index]?.id ?? '')?.get(id) ?? assert.fail();
      store.applyBackfill({ ...known, state: 'cancelled', canceledAt: now + 400_000 }, now + 400_000);
    });
    const [kept] = store.snapshot.progressHistories.values();
    const start = kept?.samples[0] ?? assert.fail();
    const full = (journal: ProgressHistory): ProgressHistory => ({
      ...journal,
      samples: [
        start,
        ...Array.from({ length: 299 }, (_, index) => ({
          at: now + index * 123_457,
          rows: 9e9 + index * 40_001,
        })),
      ],
      events: [
        ...journal.events.slice(0, 3),
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
        ...journal.events.slice(3),
      ],
    });
    const progressHistories = new Map(
      [...store.snapshot.progressHistories].map(([id, journal]) => [id, full(journal)]),
    );
    return { ...store.snapshot, progressHistories };
  }

  for (const open of [1, 200, 400]) {
    it(`has little of the longest progressHistories: ${open} of open ones, 50 of ended ones`, async () => {
      const snapshot = fullSnapshot(open);
      writeSnapshot(path, snapshot);
      const text = readFileSync(path, 'utf8');
      const parts = Object.entries(JSON.parse(text) as object).map(
        ([name, part]) => `${name} ${Math.round(JSON.stringify(part).length / 1000)} kB`,
      );
      console.log(`      ${Math.round(text.length / 1000)} kB: ${parts.slice(3).join(', ')}`);
      const { progressHistories } = (await readSnapshot(path)) ?? assert.fail();
      const isEnded = ({ events }: ProgressHistory): boolean => events.at(-1)?.kind === 'ended';
      assert.ok(
        JSON.stringify((JSON.parse(text) as { progressHistories: unknown }).progressHistories).length <
          220_000,
      );
      assert.ok(open > 200 || text.length < 1_000_000);
      assert.equal([...progressHistories.values()].filter(isEnded).length, 20);
      assert.equal(progressHistories.size, Math.min(open, 200) + 20);
      for (const [id, journal] of progressHistories) {
        const before = snapshot.progressHistories.get(id) ?? assert.fail();
        assert.deepEqual(journal.samples.at(-1), before.samples.at(-1));
        assert.ok(journal.samples.length >= 20 && journal.events.length >= 4);
        const chart = createChart(journal, backfill({ id }), journal.observedAt);
        assert.equal(chart.rows.at(-1), before.samples.at(-1)?.rows);
      }
    });
  }

  it('is another for another server', () => {
    assert.notEqual(path, getSnapshotPath(folder, 'http://b'));
  });

  it('is nothing where the file is missing, broken, or of another version', async () => {
    assert.equal(await readSnapshot(path), undefined);
    writeSnapshot(path, storeWith({}).snapshot);
    const text = readFileSync(path, 'utf8');
    for (const broken of [
      '',
      '{',
      '[]',
      'null',
      text.slice(0, 100),
      text.replace(/"version":\d+/, '"version":0'),
    ]) {
      writeFileSync(path, broken);
      assert.equal(await readSnapshot(path), undefined, broken);
    }
  });

  it('is gone once it is deleted, and deleting it twice is no matter', async () => {
    writeSnapshot(path, storeWith({}).snapshot);
    deleteSnapshot(path);
    deleteSnapshot(path);
    assert.equal(await readSnapshot(path), undefined);
  });

  it('holds no secret of a destination', () => {
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
