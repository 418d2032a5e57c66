import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareNewestFirst, isOpen, type Backfill } from '../model/Backfill.ts';
import type { Connection } from '../model/Connection.ts';
import type { Sink } from '../model/Sink.ts';
import type { Track } from '../model/track.ts';
import { sha256 } from '../shared/sha256.ts';
import { emptySnapshot, type Snapshot } from './Snapshot.ts';

/** Another form of the file has another number: one of an older version is not read. */
const version = 2;
/** As many past backfills of a sink as are shown at first. */
const pastPerSink = 50;

interface Saved {
  readonly version: number;
  readonly loadedAt: number;
  readonly skewMs: number;
  readonly sinks: readonly Sink[];
  readonly backfills: readonly Backfill[];
  readonly tracks: readonly (readonly [string, Track])[];
}

/** Where the last snapshot of a connection is kept, below the extension's own storage. */
export function snapshotPath(folder: string, { address }: Connection): string {
  return join(folder, 'snapshots', `${sha256(address)}.json`);
}

/** The snapshot of the last session, marked as kept; undefined where there is none that can be read. */
export async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  try {
    return toSnapshot(JSON.parse(await readFile(path, 'utf8'), reviveBigint) as Saved);
  } catch {
    return undefined;
  }
}

/** Keeps a snapshot: only what is drawn, and so neither token nor secret. Throws as `node:fs` does. */
export function writeSnapshot(path: string, snapshot: Snapshot): void {
  mkdirSync(dirname(path), { recursive: true });
  // Two windows may write at once: each its own file, and the last one whole.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(toSaved(snapshot), replaceBigint), { mode: 0o600 });
  renameSync(draft, path);
}

/** Forgets what was kept. */
export function deleteSnapshot(path: string): void {
  rmSync(path, { force: true });
}

function toSaved(snapshot: Snapshot): Saved {
  const backfills = [...snapshot.backfills.values()].flatMap((ofSink) => {
    const newest = [...ofSink.values()].sort(compareNewestFirst);
    return newest.filter((backfill, index) => isOpen(backfill) || index < pastPerSink);
  });
  return {
    version,
    loadedAt: snapshot.sinksLoad.loadedAt ?? 0,
    skewMs: snapshot.skewMs,
    sinks: [...snapshot.sinks.values()],
    backfills,
    tracks: [...snapshot.tracks],
  };
}

function toSnapshot(saved: Saved): Snapshot | undefined {
  if (saved.version !== version) {
    return undefined;
  }
  const backfills = new Map(saved.sinks.map(({ id }) => [id, new Map<string, Backfill>()]));
  for (const backfill of saved.backfills) {
    backfills.get(backfill.sinkId)?.set(backfill.id, backfill);
  }
  return {
    ...emptySnapshot,
    sinks: new Map(saved.sinks.map((sink) => [sink.id, sink])),
    sinksLoad: { loading: false, loadedAt: saved.loadedAt, failure: undefined, kept: true },
    backfills,
    tracks: new Map(saved.tracks),
    skewMs: saved.skewMs,
  };
}

function replaceBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $bigint: String(value) } : value;
}

function reviveBigint(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$bigint' in value
    ? BigInt(String(value.$bigint))
    : value;
}
