import { readdirSync, rmSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { type Backfill, compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import type { Connection } from '../model/Connection.ts';
import { downsampleHistory } from '../model/history/downsampling.ts';
import { listFinishedIds, type ProgressHistory } from '../model/history/history.ts';
import { readSmallFile, replaceFile } from '../shared/files.ts';
import { mapValues } from '../shared/maps.ts';
import { sha256 } from '../shared/sha256.ts';
import { snapshotsFolderName } from './hasSavedSnapshots.ts';
import { toMetricsState, toSavedMetrics } from './savedMetrics.ts';
import {
  encodeSamples,
  formatVersion,
  type SavedMetrics,
  type SavedSnapshot,
  savedSnapshotSchema,
} from './savedSnapshot.ts';
import { emptySnapshot, type Snapshot } from './Snapshot.ts';

/**
 * The size limit of a saved snapshot. A file of this size is read within 50 ms. 1,000 sinks with their health take
 * about 700 kB.
 */
const maxFileBytes = 2_000_000;
/** The largest number of finished backfills that are saved per sink: as many as the tree shows at first. */
const maxRecentPerSink = 50;

/** The largest number of saved histories of unfinished backfills. Those of the newest backfills are saved. */
const maxUnfinishedHistories = 200;
/** The largest number of saved histories of finished backfills. Those of the backfills that finished last are saved. */
const maxFinishedHistories = 20;
/** The limits for all saved histories together, divided evenly among the histories. */
const maxTotalSamples = 6_000;
const maxTotalEvents = 1_200;
/** The part of {@link maxFileBytes} that is reserved for the histories. */
const maxHistoryBytes = 300_000;

/**
 * Returns the path of the saved snapshot of a connection, inside the extension's storage folder. The path depends on
 * the address, too: another server, such as one with a copy of the database, may have sinks and backfills with the same
 * ids. A connection from version 0.1.0, whose id is its address, keeps the path that 0.1.0 used.
 */
export function getSnapshotPath(folder: string, { id, address }: Pick<Connection, 'id' | 'address'>): string {
  return join(
    folder,
    snapshotsFolderName,
    `${sha256(id === address ? id : JSON.stringify([id, address]))}.json`,
  );
}

/**
 * Reads the snapshot of the last session, marked as `fromCache`; undefined if there is no readable one. Deletes a file
 * that is damaged, too large or of another version, but keeps a file that can't be read at the moment.
 */
export async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  let json: string;
  try {
    const { size } = await stat(path);
    json = size <= maxFileBytes ? await readFile(path, 'utf8') : '';
  } catch {
    return undefined;
  }
  try {
    return toSnapshot(v.parse(savedSnapshotSchema, JSON.parse(json)));
  } catch {
    try {
      deleteSnapshot(path);
    } catch {
      // The file can't be deleted. The next save reports the error.
    }
    return undefined;
  }
}

/**
 * Returns when the saved data was loaded from the server, in milliseconds since the epoch; 0 if there is no readable
 * file.
 */
export function readLoadedAt(path: string): number {
  try {
    const saved: unknown = JSON.parse(readSmallFile(path, maxFileBytes));
    return v.parse(v.pick(savedSnapshotSchema, ['loadedAt']), saved).loadedAt;
  } catch {
    return 0;
  }
}

/**
 * Saves a snapshot. The file contains no tokens or other secrets. If the file would become too large, the least
 * important data is left out, such as the oldest finished backfills. A snapshot with too many sinks isn't saved, and
 * its old file is deleted.
 *
 * @throws errors of `node:fs`
 */
export function writeSnapshot(path: string, snapshot: Snapshot): void {
  const json = serializeSnapshot(snapshot);
  if (json === undefined) {
    deleteSnapshot(path);
  } else {
    replaceFile(path, json);
  }
}

/**
 * Deletes a saved snapshot or queue, and its temporary files, which a crashed window may have left behind.
 *
 * @throws errors of `node:fs`
 */
export function deleteSnapshot(path: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(dirname(path));
  } catch {
    // No file was saved yet.
    return;
  }
  for (const name of names.filter((other) => other.startsWith(basename(path)))) {
    rmSync(join(dirname(path), name), { force: true });
  }
}

/** Converts a snapshot to JSON. Returns undefined if its sinks alone exceed the size limit. */
function serializeSnapshot(snapshot: Snapshot): string | undefined {
  const space = new FileSpace(maxFileBytes - maxHistoryBytes);
  const sinks = space.take([...snapshot.sinks.values()]);
  if (sinks.length < snapshot.sinks.size) {
    return undefined;
  }
  const backfillsOfSinks = [...snapshot.backfills.values()].map((sinkBackfills) =>
    [...sinkBackfills.values()].sort(compareNewestFirst),
  );
  const unfinished = backfillsOfSinks.flat().filter(isUnfinished);
  const recent = backfillsOfSinks.flatMap((sinkBackfills) =>
    sinkBackfills.slice(0, maxRecentPerSink).filter((backfill) => !isUnfinished(backfill)),
  );
  const savedUnfinished = space.take(unfinished);
  // The parts are in the order of importance: each part gets the space that the previous ones leave.
  const saved: Omit<SavedSnapshot, 'progressHistories'> = {
    version: formatVersion,
    loadedAt: snapshot.sinksLoad.loadedAt ?? 0,
    clockSkewMs: snapshot.clockSkewMs,
    sinks,
    progressTracks: space.takeMap(snapshot.progressTracks),
    unreportedEnds: space.take(snapshot.unreportedEnds),
    deliveryFailures: space.takeMap(snapshot.deliveryFailures),
    databases: space.take([...snapshot.databases.values()]),
    connectionTests: space.takeMap(snapshot.connectionTests),
    metrics: space.takeMetrics(toSavedMetrics(snapshot)),
    // These are last, because there may be any number of them.
    backfills: [...savedUnfinished, ...space.take(recent.sort(compareNewestFirst))],
  };
  const histories = selectHistories(snapshot.progressHistories, new Set(saved.backfills.map(({ id }) => id)));
  const encoded = mapValues(histories, ({ samples, ...history }) => ({
    ...history,
    samples: encodeSamples(samples),
  }));
  return stringify({ ...saved, progressHistories: new FileSpace(maxHistoryBytes).takeMap(encoded) });
}

/** The space that remains in a file of limited size. */
class FileSpace {
  #remainingBytes: number;

  constructor(bytes: number) {
    this.#remainingBytes = bytes;
  }

  /** Returns as many of the first items as fit, and deducts their size. */
  take<T>(items: readonly T[]): T[] {
    const taken: T[] = [];
    for (const item of items) {
      const bytes = Buffer.byteLength(stringify(item)) + 1;
      if (bytes > this.#remainingBytes) {
        break;
      }
      this.#remainingBytes -= bytes;
      taken.push(item);
    }
    return taken;
  }

  /** Returns as many of the first entries as fit, and deducts their size. */
  takeMap<V>(map: ReadonlyMap<string, V>): Map<string, V> {
    return new Map(this.take([...map]));
  }

  /**
   * Returns the metrics with the deliveries of as many backfills as fit. Returns null if the counters don't fit,
   * because a missing counter would mean 0.
   */
  takeMetrics(metrics: SavedMetrics | null): SavedMetrics | null {
    const [withoutBackfills] = metrics === null ? [] : this.take([{ ...metrics, ofBackfills: new Map() }]);
    return metrics === null || withoutBackfills === undefined
      ? null
      : { ...withoutBackfills, ofBackfills: this.takeMap(metrics.ofBackfills) };
  }
}

function toSnapshot(saved: SavedSnapshot): Snapshot {
  const backfills = new Map(saved.sinks.map(({ id }) => [id, new Map<string, Backfill>()]));
  for (const backfill of saved.backfills) {
    backfills.get(backfill.sinkId)?.set(backfill.id, backfill);
  }
  return {
    ...emptySnapshot,
    sinks: new Map(saved.sinks.map((sink) => [sink.id, sink])),
    sinksLoad: { loading: false, loadedAt: saved.loadedAt, failure: undefined, fromCache: true },
    backfills,
    progressTracks: saved.progressTracks,
    progressHistories: saved.progressHistories,
    deliveryFailures: saved.deliveryFailures,
    unreportedEnds: saved.unreportedEnds,
    databases: new Map(saved.databases.map((database) => [database.id, database])),
    connectionTests: saved.connectionTests,
    metrics: toMetricsState(saved.metrics),
    clockSkewMs: saved.clockSkewMs,
  };
}

/** Selects the histories to save and downsamples them to the shared limits. */
function selectHistories(
  histories: ReadonlyMap<string, ProgressHistory>,
  savedIds: ReadonlySet<string>,
): Map<string, ProgressHistory> {
  const finishedIds = listFinishedIds(histories);
  const finishedIdSet = new Set(finishedIds);
  const unfinished = [...histories]
    .filter(([id]) => !finishedIdSet.has(id))
    .sort(([, a], [, b]) => getStartTime(b) - getStartTime(a));
  const ids = [
    ...unfinished.slice(0, maxUnfinishedHistories).map(([id]) => id),
    ...finishedIds.filter((id) => savedIds.has(id)).slice(0, maxFinishedHistories),
  ];
  const divide = (total: number): number => Math.floor(total / ids.length);
  return new Map(
    ids.flatMap((id) => {
      const history = histories.get(id);
      return history === undefined
        ? []
        : [[id, downsampleHistory(history, divide(maxTotalSamples), divide(maxTotalEvents))]];
    }),
  );
}

function getStartTime({ samples }: ProgressHistory): number {
  return samples[0]?.at ?? 0;
}

/** Converts a value to JSON: maps to lists of their entries, and bigints to objects with their digits. */
function stringify(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map) {
      return [...part];
    }
    return typeof part === 'bigint' ? { $bigint: String(part) } : part;
  });
}
