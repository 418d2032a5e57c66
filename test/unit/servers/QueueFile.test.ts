import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addToQueue } from '../../../src/model/queue/BackfillQueue.ts';
import { getQueuePath, QueueFile } from '../../../src/servers/QueueFile.ts';
import { FileLock } from '../../../src/shared/FileLock.ts';
import { backfill, connectionTo, now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';

describe('QueueFile', () => {
  const queue = addToQueue(undefined, [backfill({ state: 'paused' })], 2);
  const [item = assert.fail()] = queue.items;
  let folder: string;
  let path: string;
  let errors: unknown[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sequin-'));
    path = getQueuePath(folder, connectionTo('http://localhost:7376'));
    errors = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const openWindow = (): QueueFile => {
    const lock = new FileLock(join(folder, 'locks'), new TestClock(now));
    return new QueueFile(path, lock, (error) => errors.push(error));
  };

  it('shares the queue between windows', () => {
    const [first, second] = [openWindow(), openWindow()];
    assert.equal(second.read(), undefined);
    first.write(queue);
    assert.deepEqual(second.read(), queue);
    second.write({ ...queue, limit: 3 });
    assert.equal(first.read()?.limit, 3);
    first.write(undefined);
    assert.equal(second.read(), undefined);
    assert.deepEqual(readdirSync(dirname(path)), []);
  });

  it('shares a queue of 10,000 backfills between windows', () => {
    const backfills = Array.from({ length: 10_000 }, (_, index) =>
      backfill({ id: `bf000000-0000-4000-8000-${1e11 + index}`, state: 'paused' }),
    );
    openWindow().write(addToQueue(undefined, backfills, 2));
    assert.equal(openWindow().read()?.items.length, 10_000);
  });

  it('returns the same object until the file changes', () => {
    const window = openWindow();
    window.write(queue);
    assert.equal(window.read(), queue);
    assert.equal(window.read(), window.read());
  });

  it('reads a file from a version that did not record cancellations', () => {
    openWindow().write(queue);
    const { cancelingSince, ...olderItem } = item;
    assert.equal(cancelingSince, null);
    writeFileSync(path, JSON.stringify({ ...queue, items: [olderItem] }));
    assert.deepEqual(openWindow().read(), queue);
  });

  it('ignores an invalid file', () => {
    mkdirSync(dirname(path), { recursive: true });
    const invalid = [
      '',
      '{',
      'null',
      JSON.stringify({ ...queue, limit: 0 }),
      JSON.stringify({ ...queue, limit: 1.5 }),
      JSON.stringify({ ...queue, items: [{ ...item, phase: 'other' }] }),
      JSON.stringify({ ...queue, items: [{ ...item, backfillId: 5 }] }),
      JSON.stringify({ ...queue, items: [item, item] }),
      `${JSON.stringify(queue)}${' '.repeat(10_000_000)}`,
    ];
    for (const text of invalid) {
      writeFileSync(path, text);
      assert.equal(openWindow().read(), undefined, text.slice(0, 100));
    }
  });

  it('keeps the queue in memory if the file can’t be written, and reports the error', () => {
    writeFileSync(join(folder, 'file'), '');
    for (const unusablePath of [join(folder, 'file', 'in a file'), join(folder, 'too long'.repeat(100))]) {
      errors = [];
      path = unusablePath;
      const window = openWindow();
      assert.equal(window.read(), undefined);
      window.write(queue);
      assert.equal(window.read(), queue);
      assert.equal(errors.length, 1);
    }
  });
});
