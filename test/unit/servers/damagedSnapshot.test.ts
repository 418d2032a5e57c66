import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addDeliverySample, noDeliveries } from '../../../src/model/deliveries/deliveries.ts';
import { formatVersion } from '../../../src/servers/savedSnapshot.ts';
import { readSnapshot, writeSnapshot } from '../../../src/servers/snapshotFile.ts';
import { SnapshotStore } from '../../../src/servers/SnapshotStore.ts';
import { setLocale } from '../../../src/text/format.ts';
import { assertReadable, renderViews } from '../renderViews.ts';
import { fieldsOf, replaceField } from '../replaceField.ts';
import { backfill, now, sink } from '../samples.ts';
import { createLargeSnapshot } from './largeSnapshot.ts';

const oddValues: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, 2 ** 53, 1e300, -1e300],
  ...[
    '',
    'x',
    '__proto__',
    '5',
    [],
    {},
    [null],
    [[]],
    [{}],
    { $bigint: '-1' },
    { $bigint: '9'.repeat(5_000) },
  ],
];

describe('a damaged saved snapshot', () => {
  let folder: string;
  let path: string;

  before(() => {
    setLocale('en', 'UTC');
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sequin-'));
    path = join(folder, 'snapshot.json');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Saves a snapshot with an unfinished and a finished backfill and their histories. Returns the JSON of the file. */
  function createFile(): unknown {
    const store = new SnapshotStore();
    const apply = (at: number, rowsProcessed: number, overrides: Parameters<typeof backfill>[0]): void => {
      const unfinishedBackfills = [
        backfill({ rowsProcessed: 2n ** 60n, rowsInitial: 2n ** 61n }),
        backfill({ id: 'other', rowsProcessed, updatedAt: at, ...overrides }),
      ];
      store.applySinks({ items: [{ sink: sink(), unfinishedBackfills }], skipped: 0, serverTime: at }, at);
    };
    apply(now, 0, { rowsInitial: null });
    apply(now + 4_000, 10_000, {});
    apply(now + 8_000, 10_000, { state: 'paused' });
    apply(now + 400_000, 20_000, {});
    const finished = backfill({
      id: 'other',
      state: 'completed',
      completedAt: now + 410_000,
      updatedAt: now + 410_000,
    });
    store.applyBackfill(finished, now + 411_000);
    const database = { id: 'd', name: 'shop', hostname: 'db', port: 5432, database: 'shop' };
    store.applyDatabases({ items: [database], skipped: 0 }, now);
    store.setConnectionTest('d', { isPassed: false, reason: 'refused', testedAt: now });
    const counters = new Map([[sink().id, { delivered: 10, failed: 1 }]]);
    const context = { sinkIds: store.snapshot.sinks, backfills: [backfill()], chartedIds: new Set<string>() };
    store.setMetrics({
      url: 'http://localhost:8376/metrics',
      failure: undefined,
      deliveries: addDeliverySample(noDeliveries, { at: now, counters }, { ...context, clockSkewMs: 0 }),
    });
    writeSnapshot(path, store.snapshot);
    return JSON.parse(readFileSync(path, 'utf8'));
  }

  it('is either deleted or readable in the views, regardless of which field has an odd value', async () => {
    const file = createFile();
    let deletedCount = 0;
    let shownCount = 0;
    for (const field of fieldsOf(file)) {
      for (const odd of oddValues) {
        const message = `${field.join('.')}: ${JSON.stringify(odd)}`;
        writeFileSync(path, JSON.stringify(replaceField(file, field, odd)));
        const snapshot = await readSnapshot(path);
        assert.equal(existsSync(path), snapshot !== undefined, message);
        if (snapshot === undefined) {
          deletedCount += 1;
          continue;
        }
        assertReadable(renderViews(snapshot), message);
        // The next response is merged with the restored snapshot.
        const store = new SnapshotStore(snapshot);
        const progressed = backfill({ rowsProcessed: 2n ** 60n + 2n ** 20n, rowsInitial: 2n ** 61n });
        const items = [{ sink: sink(), unfinishedBackfills: [progressed] }];
        store.applySinks({ items, skipped: 0, serverTime: undefined }, now + 500_000);
        assertReadable(renderViews(store.snapshot), message);
        shownCount += 1;
      }
    }
    assert.ok(deletedCount > 1_000 && shownCount > 100, `${deletedCount} deleted, ${shownCount} shown`);
  });

  it('is deleted when it isn’t JSON, is cut off, or has another format version', async () => {
    const text = JSON.stringify(createFile());
    const otherVersion = text.replace(/"version":\d+/, `"version":${formatVersion - 1}`);
    const zeros = Buffer.alloc(1_000);
    for (const content of [
      '',
      '{',
      '[]',
      'null',
      text.slice(0, -100),
      `${text}${text}`,
      otherVersion,
      zeros,
    ]) {
      writeFileSync(path, content);
      assert.equal(await readSnapshot(path), undefined);
      assert.ok(!existsSync(path));
    }
  });

  it('is kept when reading the file fails', async function () {
    if (process.platform === 'win32') {
      // On Windows, symbolic links require a privilege.
      this.skip();
    }
    // Reading a link to itself fails with ELOOP.
    symlinkSync(path, path);
    assert.equal(await readSnapshot(path), undefined);
    assert.deepEqual(readdirSync(folder), ['snapshot.json']);
  });

  it('is deleted when the samples of a history are not in order', async () => {
    const outOfOrder = JSON.stringify(createFile()).replace(
      /"samples":\[(\d+),0,(\d+)/,
      '"samples":[$1,0,-$2',
    );
    writeFileSync(path, outOfOrder);
    assert.equal(await readSnapshot(path), undefined);
    assert.ok(!existsSync(path));
  });

  it('is deleted when it exceeds the size limit, even if its content is valid', async () => {
    const text = JSON.stringify(createFile());
    writeFileSync(path, text + ' '.repeat(2_000_000));
    assert.equal(await readSnapshot(path), undefined);
    assert.ok(!existsSync(path));
  });
});

describe('the saved snapshot of a large server', () => {
  let path: string;
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'sequin-')), 'snapshot.json');
  });
  afterEach(() => {
    rmSync(join(path, '..'), { recursive: true });
  });

  it('keeps all sinks, unfinished backfills and unreported ends, and the newest finished backfills, in at most 2 MB', async () => {
    const snapshot = createLargeSnapshot({ sinks: 1_000, running: 200, finishedPerSink: 50 });
    const end = { kind: 'finished', backfill: backfill({ state: 'failed' }), sink: sink() } as const;
    writeSnapshot(path, { ...snapshot, unreportedEnds: [end] });
    assert.ok(readFileSync(path).length <= 2_000_000);
    const read = (await readSnapshot(path)) ?? assert.fail('not saved');
    assert.equal(read.sinks.size, 1_000);
    assert.equal(read.progressTracks.size, 200);
    assert.deepEqual(read.unreportedEnds, [end]);
    const saved = [...read.backfills.values()].flatMap((backfills) => [...backfills.values()]);
    assert.equal(saved.filter(({ state }) => state === 'active').length, 200);
    const finished = saved.filter(({ state }) => state === 'completed').map(({ insertedAt }) => insertedAt);
    assert.ok(finished.length >= 1_000, `${finished.length} finished backfills`);
    // These are the newest finished backfills of all sinks.
    assert.ok(Math.min(...finished) >= now - 3_600_000 * 2);
  });

  it('is deleted when the sinks alone are too large, because a partial list would look complete', () => {
    writeSnapshot(path, createLargeSnapshot({ sinks: 10, running: 1, finishedPerSink: 1 }));
    const store = new SnapshotStore();
    const items = Array.from({ length: 20 }, (_, index) => ({
      sink: sink({ id: String(index), name: 'ü'.repeat(100_000) }),
      unfinishedBackfills: [],
    }));
    store.applySinks({ items, skipped: 0, serverTime: undefined }, now);
    writeSnapshot(path, store.snapshot);
    assert.ok(!existsSync(path));
  });
});
