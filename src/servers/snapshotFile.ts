import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareNewestFirst, isUnfinished, type Backfill } from '../model/Backfill.ts';
import { listFinishedIds, type ProgressHistory, type HistoryEvent } from '../model/history/history.ts';
import type { Sink } from '../model/Sink.ts';
import { downsampleHistory } from '../model/history/downsampling.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import { sha256 } from '../shared/sha256.ts';
import { emptySnapshot, type Snapshot } from './Snapshot.ts';

/** Another form of the file has another number: one of an older version is not read. */
const formatVersion = 4;
/** As many past backfills of a sink as are shown at first. */
const maxRecentPerSink = 50;

/** How many journals are kept: of open backfills, the newest, and of ended ones, the latest. */
const maxUnfinishedHistories = 200;
const maxFinishedHistories = 20;
/** What all journals may have together, shared out evenly: at most some 200 kB. */
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
}

interface SavedHistory {
  readonly id: string;
  readonly observedAt: number;
  /** Of each sample, the time since the one before, in milliseconds, and the rows. */
  readonly encodedSamples: readonly number[];
  readonly events: readonly HistoryEvent[];
}

/** Where the last snapshot of the server at an address is kept, below the extension's own storage. */
export function getSnapshotPath(folder: string, address: string): string {
  return join(folder, 'snapshots', `${sha256(address)}.json`);
}

/** The snapshot of the last session, marked as kept; undefined where there is none that can be read. */
export async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  try {
    return toSnapshot(JSON.parse(await readFile(path, 'utf8'), reviveBigint) as SavedSnapshot);
  } catch {
    return undefined;
  }
}

/** Keeps a snapshot: only what is drawn, and so neither token nor secret. Throws as `node:fs` does. */
export function writeSnapshot(path: string, snapshot: Snapshot): void {
  mkdirSync(dirname(path), { recursive: true });
  // Two windows may write at once: each its own file, and the last one whole.
  const temporaryPath = `${path}.${process.pid}`;
  writeFileSync(temporaryPath, JSON.stringify(toSavedSnapshot(snapshot), replaceBigint), { mode: 0o600 });
  renameSync(temporaryPath, path);
}

/** Forgets what was kept. */
export function deleteSnapshot(path: string): void {
  rmSync(path, { force: true });
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
    clockSkewMs: saved.clockSkewMs,
  };
}

/** The journals of what is saved, thinned out where there are many. */
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
