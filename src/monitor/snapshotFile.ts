import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareNewestFirst, isOpen, type Backfill } from '../model/Backfill.ts';
import { endedIn, type Journal, type JournalEvent } from '../model/journal.ts';
import type { Sink } from '../model/Sink.ts';
import { shrunk } from '../model/thinning.ts';
import type { Track } from '../model/track.ts';
import { sha256 } from '../shared/sha256.ts';
import { emptySnapshot, type Snapshot } from './Snapshot.ts';

/** Another form of the file has another number: one of an older version is not read. */
const version = 3;
/** As many past backfills of a sink as are shown at first. */
const pastPerSink = 50;

/** How many journals are kept: of open backfills, the newest, and of ended ones, the latest. */
const openJournals = 200;
const endedJournals = 20;
/** What all journals may have together, shared out evenly: at most some 200 kB. */
const samplesInAll = 6_000;
const eventsInAll = 1_200;

interface Saved {
  readonly version: number;
  readonly loadedAt: number;
  readonly skewMs: number;
  readonly sinks: readonly Sink[];
  readonly backfills: readonly Backfill[];
  readonly tracks: readonly (readonly [string, Track])[];
  readonly journals: readonly SavedJournal[];
}

interface SavedJournal {
  readonly id: string;
  readonly lookedAt: number;
  /** Of each sample, the time since the one before, in milliseconds, and the rows. */
  readonly samples: readonly number[];
  readonly events: readonly JournalEvent[];
}

/** Where the last snapshot of the server at an address is kept, below the extension's own storage. */
export function snapshotPath(folder: string, address: string): string {
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
    journals: toSavedJournals(snapshot.journals, new Set(backfills.map(({ id }) => id))),
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
    journals: new Map(saved.journals.map((journal) => [journal.id, toJournal(journal)])),
    skewMs: saved.skewMs,
  };
}

/** The journals of what is saved, thinned out where there are many. */
function toSavedJournals(
  journals: ReadonlyMap<string, Journal>,
  savedIds: ReadonlySet<string>,
): readonly SavedJournal[] {
  const ended = endedIn(journals);
  const isEnded = new Set(ended);
  const open = [...journals]
    .filter(([id]) => !isEnded.has(id))
    .sort(([, a], [, b]) => startOf(b) - startOf(a));
  const ids = [
    ...open.slice(0, openJournals).map(([id]) => id),
    ...ended.filter((id) => savedIds.has(id)).slice(0, endedJournals),
  ];
  const share = (all: number): number => Math.floor(all / Math.max(1, ids.length));
  return ids.flatMap((id) => {
    const journal = journals.get(id);
    return journal === undefined
      ? []
      : [toSavedJournal(id, shrunk(journal, share(samplesInAll), share(eventsInAll)))];
  });
}

function startOf({ samples }: Journal): number {
  return samples[0]?.at ?? 0;
}

function toSavedJournal(id: string, { lookedAt, samples, events }: Journal): SavedJournal {
  const steps = samples.flatMap(({ at, rows }, index) => [at - (samples[index - 1]?.at ?? 0), rows]);
  return { id, lookedAt, events, samples: steps };
}

function toJournal({ lookedAt, events, samples: steps }: SavedJournal): Journal {
  const samples: { at: number; rows: number }[] = [];
  for (let index = 0; index < steps.length; index += 2) {
    samples.push({ at: (samples.at(-1)?.at ?? 0) + (steps[index] ?? 0), rows: steps[index + 1] ?? 0 });
  }
  return { lookedAt, events, samples };
}

function replaceBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { $bigint: String(value) } : value;
}

function reviveBigint(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$bigint' in value
    ? BigInt(String(value.$bigint))
    : value;
}
