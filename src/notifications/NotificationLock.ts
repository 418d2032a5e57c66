import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import { sha256 } from '../shared/sha256.ts';

const retentionMs = 30 * 24 * 3600_000;

/**
 * Settles among all windows, and over reloads, who tells what: whoever creates the file of that name. Between
 * looking whether it is there and writing it no other window can come.
 */
export class NotificationLock {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Whether it is for the caller to tell. Where no file can be written it is: better twice than never. */
  tryAcquire(key: string): boolean {
    const path = join(this.#folder, sha256(key));
    try {
      mkdirSync(this.#folder, { recursive: true });
    } catch {
      return true;
    }
    try {
      writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'EEXIST';
    }
  }

  /** Takes a claim back: it was not so in the end. */
  release(key: string): void {
    try {
      rmSync(join(this.#folder, sha256(key)), { force: true });
    } catch {
      // Where no file can be written, there is no claim either.
    }
  }

  /** Deletes the claims that are too old to be asked for again. */
  async deleteExpired(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const path = join(this.#folder, name);
      try {
        if ((await stat(path)).mtimeMs < this.#clock.now() - retentionMs) {
          await rm(path);
        }
      } catch {
        // Another window swept it, or nobody can.
      }
    }
  }
}
