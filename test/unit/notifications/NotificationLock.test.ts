import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NotificationLock } from '../../../src/notifications/NotificationLock.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

const day = 24 * 3600_000;

describe('claims', () => {
  let root: string;
  let folder: string;
  let claims: NotificationLock;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'sequin-'));
    folder = join(root, 'deep', 'told');
    claims = new NotificationLock(folder, new TestClock(now));
  });
  afterEach(async () => {
    await rm(root, { recursive: true });
  });

  it('belong to the first, in whatever window', () => {
    const elsewhere = new NotificationLock(folder, new TestClock(now));
    assert.equal(claims.tryAcquire('a'), true);
    assert.equal(elsewhere.tryAcquire('a'), false);
    assert.equal(claims.tryAcquire('a'), false);
    assert.equal(elsewhere.tryAcquire('b'), true);
  });

  it('have names that say nothing and any file system takes', async () => {
    claims.tryAcquire('http://localhost:7376/../x');
    assert.match((await readdir(folder)).join(), /^[0-9a-f]{64}$/);
  });

  it('are deleted when they are older than thirty days', async () => {
    claims.tryAcquire('a');
    const [old = ''] = await readdir(folder);
    claims.tryAcquire('b');
    for (const name of await readdir(folder)) {
      const time = new Date(name === old ? now - 31 * day : now - 29 * day);
      await utimes(join(folder, name), time, time);
    }
    await claims.deleteExpired();
    assert.equal(claims.tryAcquire('b'), false);
    assert.equal(claims.tryAcquire('a'), true);
  });

  it('need no folder to be swept', async () => {
    await claims.deleteExpired();
    assert.deepEqual(await readdir(root), []);
  });
});
