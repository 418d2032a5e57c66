import { rmSync, statSync } from 'node:fs';
import * as v from 'valibot';
import type { Connection } from '../model/Connection.ts';
import { type BackfillQueue, type QueueItem, queueOutcomes } from '../model/queue/BackfillQueue.ts';
import type { FileLock } from '../shared/FileLock.ts';
import { readSmallFile, replaceFile } from '../shared/files.ts';
import type { QueueStorage } from './QueueRunner.ts';
import { getSnapshotPath } from './snapshotFile.ts';

/** Larger files aren't read. An item takes some 200 bytes, so a queue may have 50,000 backfills. */
const maxFileBytes = 10_000_000;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const optionalTime = v.nullable(v.pipe(v.number(), v.finite()));

const queueItem: v.GenericSchema<unknown, QueueItem> = v.object({
  sinkId: v.string(),
  backfillId: v.string(),
  phase: v.picklist(['waiting', 'started', ...queueOutcomes]),
  resumedAt: optionalTime,
  // Missing in files of earlier versions.
  cancelingSince: v.optional(optionalTime, null),
  rejections: count,
  rows: v.nullable(v.pipe(v.number(), v.finite(), v.minValue(0))),
});

const queueSchema: v.GenericSchema<unknown, BackfillQueue> = v.object({
  limit: v.pipe(count, v.minValue(1)),
  items: v.pipe(
    v.array(queueItem),
    v.check((items) => new Set(items.map(({ backfillId }) => backfillId)).size === items.length),
  ),
});

/** The path of the saved queue of a connection, next to its saved snapshot. */
export function getQueuePath(folder: string, connection: Pick<Connection, 'id' | 'address'>): string {
  return getSnapshotPath(folder, connection).replace(/\.json$/, '.queue.json');
}

/** The queue of a connection in a file that all windows share, and the locks for resuming its backfills. */
export class QueueFile implements QueueStorage {
  readonly #path: string;
  readonly #lock: FileLock;
  readonly #onError: (error: unknown) => void;
  /** The queue as it was last read or written, and the version of its file. */
  #cached: { readonly version: string; readonly queue: BackfillQueue | undefined } | undefined;

  /** `onError` receives errors from writing the file. */
  constructor(path: string, lock: FileLock, onError: (error: unknown) => void) {
    this.#path = path;
    this.#lock = lock;
    this.#onError = onError;
  }

  /** Returns the saved queue; undefined if there is none or if it is invalid. Reads the file only if it has changed. */
  read(): BackfillQueue | undefined {
    const version = this.#getVersion();
    if (version !== this.#cached?.version) {
      this.#cached = { version, queue: version === '' ? undefined : this.#parseFile() };
    }
    return this.#cached.queue;
  }

  /** Saves a queue; undefined deletes the file. A queue that can't be saved applies to this window only. */
  write(queue: BackfillQueue | undefined): void {
    try {
      if (queue === undefined) {
        rmSync(this.#path, { force: true });
      } else {
        replaceFile(this.#path, JSON.stringify(queue));
      }
    } catch (error) {
      this.#onError(error);
    }
    this.#cached = { version: this.#getVersion(), queue };
  }

  tryAcquire(key: string, expiryThreshold: number): boolean {
    return this.#lock.tryAcquire(this.#toLockKey(key), expiryThreshold);
  }

  release(key: string): void {
    this.#lock.release(this.#toLockKey(key));
  }

  #toLockKey(key: string): string {
    return JSON.stringify([this.#path, key]);
  }

  /**
   * Returns an identifier of the file's version; '' if the file doesn't exist or isn't accessible. Each write creates a
   * new file, so the inode changes even if the time doesn't.
   */
  #getVersion(): string {
    try {
      const { ino, mtimeNs, size } = statSync(this.#path, { bigint: true });
      return [ino, mtimeNs, size].join();
    } catch {
      return '';
    }
  }

  #parseFile(): BackfillQueue | undefined {
    try {
      return v.parse(queueSchema, JSON.parse(readSmallFile(this.#path, maxFileBytes)));
    } catch {
      // The file is damaged, or another window has just deleted it.
      return undefined;
    }
  }
}
