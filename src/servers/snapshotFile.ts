import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { compareNewestFirst, isUnfinished, type Backfill } from '../model/Backfill.ts';
import { listFinishedIds, type ProgressHistory, type HistoryEvent } from '../model/history/history.ts';
import type { Sink } from '../model/Sink.ts';
import { downsampleHistory } from '../model/history/downsampling.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import { sha256 } from '../shared/sha256.ts';
import type { DeliveryFailure } from '../model/deliveryFailure.ts';
import { emptySnapshot, type BackfillEnd, type Snapshot } from './Snapshot.ts';

/** Changes with the file format. Files of other versions are ignored. */
const formatVersion = 4;
/** The number of finished backfills saved per sink: as many as the tree shows at first. */
const maxRecentPerSink = 50;

/** The number of saved histories of unfinished backfills, newest first. */
const maxUnfinishedHistories = 200;
/** The number of saved histories of finished backfills, latest first. */
const maxFinishedHistories = 20;
/** Limits for all histories together, divided evenly among them: about 200 kB at most. */
const maxTotalSamples = 6_000;
const maxTotalEvents = 1_200;

interface SavedSnapshot {
  readonly version: number;
  readonly loadedAt: number;
  readonly clockSkewMs: number;
  readonly sinks: readonly Sink[];
  readonly backfills: readonly Backfill[];
  readonly progressTracks: readonly (readonly [string, ProgressTrack])[];
  readonly progressHistories: readonly SavedHistory[];
  readonly deliveryFailures?: readonly (readonly [string, readonly DeliveryFailure[]])[];
  readonly unreportedEnds?: readonly BackfillEnd[];
}

interface SavedHistory {
  readonly id: string;
  readonly observedAt: number;
  /** Two numbers per sample: the milliseconds since the previous sample, and the rows. */
  readonly encodedSamples: readonly number[];
  readonly events: readonly HistoryEvent[];
}

/** The path of the saved snapshot of a connection, inside the extension's storage folder. */
export function getSnapshotPath(folder: string, connectionId: string): string {
  return join(folder, 'snapshots', `${sha256(connectionId)}.json`);
}

/** Reads the snapshot of the last session, marked as `fromCache`; undefined if there is no readable one. */
export async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  try {
    return toSnapshot(JSON.parse(await readFile(path, 'utf8'), reviveBigint) as SavedSnapshot);
  } catch {
    return undefined;
  }
}

/**
 * Saves a snapshot. It contains displayed data only, no tokens or other secrets.
 *
 * @throws errors of `node:fs`
 */
export function writeSnapshot(path: string, snapshot: Snapshot): void {
  mkdirSync(dirname(path), { recursive: true });
  // Two windows may write at the same time: each writes its own file and renames it, so the result is always complete.
  const temporaryPath = `${path}.${process.pid}`;
  writeFileSync(temporaryPath, JSON.stringify(toSavedSnapshot(snapshot), replaceBigint), { mode: 0o600 });
  renameSync(temporaryPath, path);
}

/**
 * Deletes the saved snapshot, and drafts of it that a stopped window left behind.
 *
 * @throws errors of `node:fs`
 */
export function deleteSnapshot(path: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(dirname(path));
  } catch {
    // No snapshot was saved yet.
    return;
  }
  for (const name of names.filter((other) => other.startsWith(basename(path)))) {
    rmSync(join(dirname(path), name), { force: true });
  }
}

/**
 * Deletes the files that weren't written since `before`, in milliseconds since the epoch, except for the snapshots of
 * the given connections: drafts, and the snapshots of connections that no longer exist.
 */
export async function deleteOrphanedSnapshots(
  folder: string,
  connectionIds: readonly string[],
  before: number,
): Promise<void> {
  const retained = new Set(connectionIds.map((id) => getSnapshotPath(folder, id)));
  const snapshotFolder = dirname(getSnapshotPath(folder, ''));
  for (const name of await readdir(snapshotFolder).catch(() => [])) {
    const path = join(snapshotFolder, name);
    try {
      if (!retained.has(path) && (await stat(path)).mtimeMs < before) {
        await rm(path);
      }
    } catch {
      // Another window deleted the file, or the folder isn't writable.
    }
  }
}

function toSavedSnapshot(snapshot: Snapshot): SavedSnapshot {
  const backfills = [...snapshot.backfills.values()].flatMap((sinkBackfills) => {
    const newest = [...sinkBackfills.values()].sort(compareNewestFirst);
    return newest.filter((backfill, index) => isUnfinished(backfill) || index < maxRecentPerSink);
  });
  return {
    version: formatVersion,
    loadedAt: snapshot.sinksLoad.loadedAt ?? 0,
    clockSkewMs: snapshot.clockSkewMs,
    sinks: [...snapshot.sinks.values()],
    backfills,
    progressTracks: [...snapshot.progressTracks],
    progressHistories: toSavedHistories(snapshot.progressHistories, new Set(backfills.map(({ id }) => id))),
    deliveryFailures: [...snapshot.deliveryFailures],
    unreportedEnds: snapshot.unreportedEnds,
  };
}

function toSnapshot(saved: SavedSnapshot): Snapshot | undefined {
  if (saved.version !== formatVersion) {
    return undefined;
  }
  const backfills = new Map(saved.sinks.map(({ id }) => [id, new Map<string, Backfill>()]));
  for (const backfill of saved.backfills) {
    backfills.get(backfill.sinkId)?.set(backfill.id, backfill);
  }
  return {
    ...emptySnapshot,
    sinks: new Map(saved.sinks.map((sink) => [sink.id, sink])),
    sinksLoad: { loading: false, loadedAt: saved.loadedAt, failure: undefined, fromCache: true },
    backfills,
    progressTracks: new Map(saved.progressTracks),
    progressHistories: new Map(saved.progressHistories.map((history) => [history.id, toHistory(history)])),
    deliveryFailures: new Map(saved.deliveryFailures),
    unreportedEnds: saved.unreportedEnds ?? [],
    clockSkewMs: saved.clockSkewMs,
  };
}

/** Selects the histories to save and downsamples them to the shared limits. */
function toSavedHistories(
  histories: ReadonlyMap<string, ProgressHistory>,
  savedIds: ReadonlySet<string>,
): readonly SavedHistory[] {
  const finishedIds = listFinishedIds(histories);
  const finishedIdSet = new Set(finishedIds);
  const unfinished = [...histories]
    .filter(([id]) => !finishedIdSet.has(id))
    .sort(([, a], [, b]) => getStartTime(b) - getStartTime(a));
  const ids = [
    ...unfinished.slice(0, maxUnfinishedHistories).map(([id]) => id),
    ...finishedIds.filter((id) => savedIds.has(id)).slice(0, maxFinishedHistories),
  ];
  const sharePerHistory = (total: number): number => Math.floor(total / Math.max(1, ids.length));
  return ids.flatMap((id) => {
    const history = histories.get(id);
    return history === undefined
      ? []
      : [
          toSavedHistory(
            id,
            downsampleHistory(history, sharePerHistory(maxTotalSamples), sharePerHistory(maxTotalEvents)),
          ),
        ];
  });
}

function getStartTime({ samples }: ProgressHistory): number {
  return samples[0]?.at ?? 0;
}

function toSavedHistory(id: string, { observedAt, samples, events }: ProgressHistory): SavedHistory {
  const encoded = samples.flatMap(({ at, rows }, index) => [at - (samples[index - 1]?.at ?? 0), rows]);
  return { id, observedAt, events, encodedSamples: encoded };
}

function toHistory({ observedAt, events, encodedSamples: encoded }: SavedHistory): ProgressHistory {
  const samples: { at: number; rows: number }[] = [];
  for (let index = 0; index < encoded.length; index += 2) {
    samples.push({ at: (samples.at(-1)?.at ?? 0) + (encoded[index] ?? 0), rows: encoded[index + 1] ?? 0 });
  }
  return { observedAt, events, samples };
}

function replaceBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $bigint: String(value) } : value;
}

function reviveBigint(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$bigint' in value
    ? BigInt(String(value.$bigint))
    : value;
}
