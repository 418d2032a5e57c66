import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { deleteOldFiles } from './files.ts';
import { sha256 } from './sha256.ts';

/**
 * The name of the folder for lock files, inside the extension's storage folder. Version 0.1.0 used this name; with
 * another name, existing locks would be ignored.
 */
export const lockFolderName = 'told';

/** How long lock files are kept. */
const retentionMs = 30 * 24 * 3600_000;

/**
 * A set of locks, one for each key. A lock lets only one window do something, such as show a notification, even across
 * reloads. The window that creates the file of a lock holds it; checking for the file and creating it are one atomic
 * operation.
 */
export class FileLock {
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /**
   * Acquires the lock for a key, and returns whether that succeeded. Returns false if any window, even this one,
   * already holds the lock. Returns true if the folder isn't writable: a duplicate notification is better than a lost
   * one.
   * @param expiryThreshold locks acquired at or before this time, in milliseconds since the epoch, have expired; by
   * default, locks don't expire
   */
  tryAcquire(key: string, expiryThreshold?: number): boolean {
    if (this.#tryCreate(key)) {
      return true;
    }
    if (expiryThreshold === undefined) {
      return false;
    }
    const acquiredAt = this.getAcquiredAt(key);
    if (acquiredAt !== undefined) {
      // If several callers find the lock expired, only the first one acquires it.
      if (acquiredAt > expiryThreshold || !this.#tryCreate(JSON.stringify([key, acquiredAt]))) {
        return false;
      }
      this.release(key);
    }
    return this.#tryCreate(key);
  }

  #tryCreate(key: string): boolean {
    const path = join(this.#folder, sha256(key));
    try {
      mkdirSync(this.#folder, { recursive: true });
    } catch {
      return true;
    }
    try {
      writeFileSync(path, String(this.#clock.now()), { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'EEXIST';
    }
  }

  /**
   * Returns when the lock of a key was acquired, in milliseconds since the epoch; undefined if it isn't held. Releases
   * a lock whose time is in the future: the clock has been set back, so the lock would be held for too long.
   */
  getAcquiredAt(key: string): number | undefined {
    const path = join(this.#folder, sha256(key));
    try {
      // A file is empty until the window that created it has written the time.
      const acquiredAt = Number(readFileSync(path, 'utf8') || Math.floor(statSync(path).mtimeMs));
      if (acquiredAt <= this.#clock.now()) {
        return acquiredAt;
      }
      this.release(key);
    } catch {
      // There is no lock file.
    }
    return undefined;
  }

  /** Releases the lock of a key, so that it can be acquired again. */
  release(key: string): void {
    try {
      rmSync(join(this.#folder, sha256(key)), { force: true });
    } catch {
      // A folder that isn't writable contains no lock files.
    }
  }

  /**
   * Deletes lock files older than 30 days, so that the folder doesn't grow. An event that lasts longer may be reported
   * again.
   */
  async deleteOld(): Promise<void> {
    await deleteOldFiles(this.#folder, this.#clock.now() - retentionMs);
  }
}
