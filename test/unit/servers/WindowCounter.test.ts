import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindowCounter } from '../../../src/servers/WindowCounter.ts';
import { now } from '../samples.ts';
import { TestClock } from '../TestClock.ts';
import { waitUntil } from '../waitUntil.ts';

const address = 'http://localhost:7376';

describe('WindowCounter', () => {
  let folder: string;
  let clock: TestClock;
  let windows: WindowCounter[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sequin-windows-'));
    clock = new TestClock(now);
    windows = [];
  });
  afterEach(() => {
    for (const window of windows) {
      window.dispose();
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  function openWindow(server = address): WindowCounter {
    const window = new WindowCounter(join(folder, 'windows'), server, clock);
    windows.push(window);
    return window;
  }
  const countFiles = () =>
    existsSync(join(folder, 'windows')) ? readdirSync(join(folder, 'windows')).length : 0;

  /**
   * Lets each window plan a poll after `ms` and another poll 30 s later. Then asserts that each window counts
   * `expected` windows.
   */
  async function expectCount(
    expected: number,
    pollingWindows: readonly WindowCounter[],
    ms = 30_000,
  ): Promise<void> {
    for (const delayMs of [ms, 30_000]) {
      await clock.advance(delayMs);
      for (const window of pollingWindows) {
        window.count();
        await window.whenCounted;
      }
    }
    assert.deepEqual(
      pollingWindows.map((window) => window.count()),
      pollingWindows.map(() => expected),
    );
  }

  it('counts only itself at first', () => {
    assert.equal(openWindow().count(), 1);
  });

  it('counts the windows that poll the same server', async () => {
    const [first, second] = [openWindow(), openWindow()];
    openWindow('http://other:7376').count();
    await expectCount(2, [first, second]);
    second.dispose();
    await expectCount(1, [first]);
  });

  it('does not count a window that stopped polling or crashed, and deletes the file of that window', async () => {
    const [first, second] = [openWindow(), openWindow()];
    await expectCount(2, [first, second]);
    await expectCount(1, [first], 6 * 60_000);
    assert.equal(countFiles(), 1);
  });

  it('does not count a window that crashed before the clock was set back', async () => {
    const [first, second] = [openWindow(), openWindow()];
    await expectCount(2, [first, second]);
    clock.setBack(3600_000);
    await expectCount(1, [first]);
    assert.equal(countFiles(), 1);
  });

  it('deletes its file when it is disposed', async () => {
    const window = openWindow();
    await expectCount(1, [window]);
    await waitUntil(() => countFiles() === 1);
    window.dispose();
    assert.equal(countFiles(), 0);
    assert.equal(window.count(), 1);
  });

  it('counts only itself if the folder can’t be created', async () => {
    writeFileSync(join(folder, 'windows'), '');
    await expectCount(1, [openWindow()]);
  });
});
