import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backfill } from '../../../src/model/Backfill.ts';
import type { ServerMonitor } from '../../../src/servers/ServerMonitor.ts';
import { readSnapshot, writeSnapshot } from '../../../src/servers/snapshotFile.ts';
import { SnapshotPersister } from '../../../src/servers/SnapshotPersister.ts';
import type { Disposable } from '../../../src/shared/lifecycle.ts';
import { apiWith, backfill, connectionTo, now, sink } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { createMonitor } from './createMonitor.ts';

const hour = 3600_000;

describe('SnapshotPersister', () => {
  let folder: string;
  let path: string;
  let clock: TestClock;
  let unfinishedBackfills: readonly Backfill[];
  let monitor: ServerMonitor;
  let watch: Disposable;
  let persister: SnapshotPersister;
  let errors: unknown[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sequin-'));
    path = join(folder, 'snapshot.json');
    clock = new TestClock(now);
    unfinishedBackfills = [backfill({ state: 'paused' })];
    errors = [];
    monitor = createMonitor({
      connection: connectionTo('http://a'),
      api: apiWith({
        listSinks: () =>
          Promise.resolve({
            items: [{ sink: sink(), unfinishedBackfills }],
            skipped: 0,
            serverTime: undefined,
          }),
        getBackfill: () => Promise.resolve(backfill({ state: 'completed', completedAt: now })),
        listDatabases: () => Promise.resolve({ items: [], skipped: 0 }),
        getVersion: () => Promise.resolve('0.14.6'),
      }),
      clock,
    });
    persister = new SnapshotPersister(monitor, path, clock, (error) => errors.push(error));
    watch = monitor.watch('view');
    await clock.advance(0);
  });
  afterEach(() => {
    persister.dispose();
    monitor.dispose();
    rmSync(folder, { recursive: true });
  });

  it('saves a change 30 s later', async () => {
    await clock.advance(29_999);
    assert.ok(!existsSync(path));
    await clock.advance(1);
    const saved = await readSnapshot(path);
    assert.deepEqual(saved?.sinks, monitor.snapshot.sinks);
  });

  it('writes nothing while polls return the same data', async () => {
    await clock.advance(30_000);
    rmSync(path);
    await clock.advance(hour);
    assert.ok(!existsSync(path));
    unfinishedBackfills = [];
    await clock.advance(60_000);
    const saved = await readSnapshot(path);
    assert.equal(saved?.unreportedEnds.length, 1);
  });

  it('saves after the metrics count a new delivery of a backfill, but not after unchanged metrics', async () => {
    unfinishedBackfills = [backfill()];
    let delivered = 1;
    monitor.setMetricsSource({
      url: 'http://a/metrics',
      fetch: () => Promise.resolve(new Map([[sink().id, { delivered, failed: 0 }]])),
    });
    await clock.advance(60_000);
    rmSync(path);
    await clock.advance(hour);
    assert.ok(!existsSync(path));
    delivered = 2;
    await clock.advance(120_000);
    assert.ok(existsSync(path));
  });

  it('saves the time of the latest data when it is disposed, but not when it is disposed again', async () => {
    await clock.advance(hour);
    persister.dispose();
    const saved = await readSnapshot(path);
    assert.equal(saved?.sinksLoad.loadedAt, monitor.snapshot.sinksLoad.loadedAt);
    await clock.advance(10_000);
    rmSync(path);
    persister.dispose();
    assert.ok(!existsSync(path));
  });

  it('does not overwrite another window’s newer snapshot when it is disposed', async () => {
    await clock.advance(hour);
    watch.dispose();
    await clock.advance(hour);
    const { snapshot } = monitor;
    writeSnapshot(path, { ...snapshot, sinksLoad: { ...snapshot.sinksLoad, loadedAt: clock.now() } });
    persister.dispose();
    const saved = await readSnapshot(path);
    assert.equal(saved?.sinksLoad.loadedAt, clock.now());
  });

  it('when it is disposed, overwrites a file whose time is in the future because the clock was set back', async () => {
    await clock.advance(hour);
    const { snapshot } = monitor;
    writeSnapshot(path, { ...snapshot, sinksLoad: { ...snapshot.sinksLoad, loadedAt: clock.now() + hour } });
    persister.dispose();
    const saved = await readSnapshot(path);
    assert.equal(saved?.sinksLoad.loadedAt, snapshot.sinksLoad.loadedAt);
  });

  it('tries again to save a change after an error', async () => {
    mkdirSync(path);
    await clock.advance(30_000);
    assert.equal(errors.length, 1);
    rmSync(path, { recursive: true });
    await clock.advance(40_000);
    assert.ok(existsSync(path));
    assert.equal(errors.length, 1);
  });
});
