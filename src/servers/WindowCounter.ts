import { rmSync } from 'node:fs';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { DisposableBase } from '../shared/lifecycle.ts';
import { sha256 } from '../shared/sha256.ts';

/** The shortest time between two counts, in milliseconds. */
const countIntervalMs = 30_000;
/**
 * How long a window is counted after it planned a poll, in milliseconds: longer than the largest delay between two
 * polls, which is 5 min by default. A window with a longer configured interval may be missed, but it hardly uses the
 * budget.
 */
const activeMs = 6 * 60_000;

/**
 * Counts the windows of this machine that poll one server, so that they share the polling budget. Each window has a
 * file, whose modification time is the time at which the window last planned a poll.
 */
export class WindowCounter extends DisposableBase {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #name: string;
  #count = 1;
  /** The monotonic time of the latest count. */
  #countedAt = Number.NEGATIVE_INFINITY;
  #countCompletion: Promise<void> = Promise.resolve();

  /** @param folder the folder that all windows and servers share, created on first use */
  constructor(folder: string, address: string, clock: Clock) {
    super();
    this.#folder = folder;
    this.#clock = clock;
    this.#prefix = `${sha256(address)}.`;
    this.#name = `${this.#prefix}${crypto.randomUUID()}`;
  }

  /**
   * Returns the number of windows from the latest count. If that count is at least 30 s old, marks this window as
   * active and starts another count.
   */
  count(): number {
    const now = this.#clock.monotonicNow();
    if (now - this.#countedAt >= countIntervalMs && !this.isDisposed) {
      this.#countedAt = now;
      // If the folder isn't writable, each window counts only itself.
      this.#countCompletion = this.#countAgain(this.#clock.now()).catch(() => undefined);
    }
    return this.#count;
  }

  /** Resolves when the latest count has ended. For tests. */
  get whenCounted(): Promise<void> {
    return this.#countCompletion;
  }

  override dispose(): void {
    super.dispose();
    try {
      rmSync(join(this.#folder, this.#name), { force: true });
    } catch {
      // Another window deletes the file later.
    }
  }

  async #countAgain(now: number): Promise<void> {
    const path = join(this.#folder, this.#name);
    await mkdir(this.#folder, { recursive: true });
    await writeFile(path, '', { mode: 0o600 });
    await utimes(path, now / 1000, now / 1000);
    if (this.isDisposed) {
      this.dispose();
      return;
    }
    const names = await readdir(this.#folder);
    const activeFlags = await Promise.all(names.map((name) => this.#checkActive(name, now)));
    this.#count = Math.max(
      1,
      names.filter((name, index) => name.startsWith(this.#prefix) && activeFlags[index]).length,
    );
  }

  /**
   * Returns whether the window that a file belongs to planned a poll recently. If it didn't, deletes the file, which a
   * crashed window may have left behind.
   */
  async #checkActive(name: string, now: number): Promise<boolean> {
    const path = join(this.#folder, name);
    try {
      // A file with a time in the future was written before the clock was set back. If its window is still open, the
      // window creates the file again.
      if (Math.abs((await stat(path)).mtimeMs - now) < activeMs) {
        return true;
      }
      await rm(path, { force: true });
    } catch {
      // Another window deleted the file.
    }
    return false;
  }
}
