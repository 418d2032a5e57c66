import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSink } from '../../../src/api/schemas.ts';
import {
  deleteSnapshot,
  readSnapshot,
  snapshotPath,
  writeSnapshot,
} from '../../../src/monitor/snapshotFile.ts';
import { SnapshotStore } from '../../../src/monitor/SnapshotStore.ts';
import { backfill, now, sink } from '../samples.ts';

describe('the snapshot that is kept on disk', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sequin-'));
    path = snapshotPath(folder, { origin: 'http://a', address: 'http://a' });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function storeWith(...backfills: Parameters<typeof backfill>[0][]): SnapshotStore {
    const store = new SnapshotStore();
    const openBackfills = backfills.map((different) => backfill(different));
    store.applySinks(
      { items: [{ sink: sink(), openBackfills }], leftOut: 0, serverTime: now + 3_600_000 },
      now,
    );
    return store;
  }

  it('comes back as it was, marked as kept', async () => {
    const { snapshot } = storeWith({ rowsProcessed: 9007199254740993n });
    writeSnapshot(path, snapshot);
    assert.deepEqual(await readSnapshot(path), {
      ...snapshot,
      sinksLoad: { ...snapshot.sinksLoad, kept: true },
    });
  });

  it('lets a later session learn how a backfill ended in the meantime', async () => {
    writeSnapshot(path, storeWith({}).snapshot);
    const store = new SnapshotStore(await readSnapshot(path));
    const departed = store.applySinks(
      { items: [{ sink: sink(), openBackfills: [] }], leftOut: 0, serverTime: undefined },
      now,
    );
    assert.equal(departed.length, 1);
    assert.equal(store.snapshot.sinksLoad.kept, undefined);
  });

  it('is another for another server', () => {
    assert.notEqual(path, snapshotPath(folder, { origin: 'http://b', address: 'http://b' }));
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
    store.applySinks({ items: [{ sink: decoded, openBackfills: [] }], leftOut: 0, serverTime: now }, now);
    writeSnapshot(path, store.snapshot);
    assert.ok(!readFileSync(path, 'utf8').includes('s3cret'));
  });
});
