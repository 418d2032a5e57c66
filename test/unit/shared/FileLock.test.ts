import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLock } from '../../../src/shared/FileLock.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const day = 24 * 3600_000;

describe('FileLock', () => {
  let root: string;
  let folder: string;
  let lock: FileLock;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'sequin-'));
    folder = join(root, 'deep', 'notified');
    lock = new FileLock(folder, new TestClock(now));
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it('is acquired only by the first caller in any window', () => {
    const otherWindow = new FileLock(folder, new TestClock(now));
    assert.equal(lock.tryAcquire('a'), true);
    assert.equal(otherWindow.tryAcquire('a'), false);
    assert.equal(lock.tryAcquire('a'), false);
    assert.equal(otherWindow.tryAcquire('b'), true);
  });

  it('is acquired again by only one caller after it has expired', () => {
    const clock = new TestClock(now);
    const [first, second] = [new FileLock(folder, clock), new FileLock(folder, clock)];
    assert.equal(first.tryAcquire('a', now - 1), true);
    assert.equal(second.tryAcquire('a', now - 1), false);
    clock.sleep(1_000);
    assert.equal(second.tryAcquire('a', now), true);
    assert.equal(first.tryAcquire('a', now), false);
  });

  it('uses the modification time of its file as the time of acquisition if the file is empty', async () => {
    lock.tryAcquire('a');
    const [name = ''] = await readdir(folder);
    await writeFile(join(folder, name), '');
    await utimes(join(folder, name), now / 1000, now / 1000);
    assert.equal(lock.getAcquiredAt('a'), now);
  });

  it('can be acquired again after the clock was set back to a time before the first acquisition', () => {
    const clock = new TestClock(now);
    const lockWithClock = new FileLock(folder, clock);
    lockWithClock.tryAcquire('a');
    clock.setBack(1);
    assert.equal(lockWithClock.tryAcquire('a', now - day), true);
    assert.equal(lockWithClock.getAcquiredAt('a'), now - 1);
  });

  it('names its file with a hash, so that every file system accepts the name', async () => {
    lock.tryAcquire('http://localhost:7376/../x');
    assert.match((await readdir(folder)).join(), /^[0-9a-f]{64}$/);
  });

  it('deletes lock files older than 30 days', async () => {
    lock.tryAcquire('a');
    const [old = ''] = await readdir(folder);
    lock.tryAcquire('b');
    for (const name of await readdir(folder)) {
      const time = new Date(name === old ? now - 31 * day : now - 29 * day);
      await utimes(join(folder, name), time, time);
    }
    await lock.deleteOld();
    assert.equal(lock.tryAcquire('b'), false);
    assert.equal(lock.tryAcquire('a'), true);
  });

  it('doesn’t create its folder to delete old files', async () => {
    await lock.deleteOld();
    assert.deepEqual(await readdir(root), []);
  });
});
