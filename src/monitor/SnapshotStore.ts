import { sameValue } from '../shared/sameValue.ts';
import type { SinkAnswer, SinkListing } from '../api/SequinApi.ts';
import { isOpen, type Backfill } from '../model/Backfill.ts';
import { DisposableBase, Emitter } from '../shared/lifecycle.ts';
import { Merge } from './Merge.ts';
import {
  emptySnapshot,
  neverLoaded,
  writeKey,
  type Load,
  type Snapshot,
  type SnapshotChange,
  type Write,
} from './Snapshot.ts';

const nothing: SnapshotChange = {
  membership: false,
  sinkIds: new Set(),
  backfillIds: new Set(),
  sinksLoad: false,
  ended: [],
  endedHere: new Set(),
};

const noBackfills: ReadonlyMap<string, Backfill> = new Map();

/** The Date header has whole seconds, and an answer takes its time: a smaller difference of clocks is none. */
const skewResolutionMs = 2_000;

/**
 * Holds what is known of one server. Every answer enters here, whoever asked, and makes a new snapshot and
 * one event that says what changed. What did not change keeps its identity. `now` is the editor's time, and
 * `askedAt` when the answer was asked for: an answer to a write in between knows more.
 */
export class SnapshotStore extends DisposableBase {
  #snapshot: Snapshot;
  /** When each backfill that was written here was last answered for, in the editor's time. */
  readonly #writtenAt = new Map<string, number>();
  readonly #onDidChange = this.register(new Emitter<SnapshotChange>());
  readonly onDidChange = this.#onDidChange.event;

  /** `snapshot` is what was known at the end of the last session. */
  constructor(snapshot: Snapshot = emptySnapshot) {
    super();
    this.#snapshot = snapshot;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /**
   * Takes the list of all sinks. Returns the backfills that were open and are not in it: they ended, and how
   * is not told here; or their sink does not tell which are open. Either way they stay as they were until they
   * are asked for themselves.
   */
  applySinks({ items, serverTime }: SinkListing, now: number, askedAt = now): Backfill[] {
    const before = this.#snapshot;
    const answered = new Map(items.map(({ sink }) => [sink.id, keep(before.sinks.get(sink.id), sink)]));
    const sinks = sameValues(before.sinks, answered) ? before.sinks : answered;
    const gone = [...before.sinks.keys()].filter((sinkId) => !sinks.has(sinkId));
    const skewMs = newSkew(before.skewMs, serverTime, now);
    const merged = new Merge(before, now + skewMs);
    const backfills = new Map(
      items.map(({ sink, openBackfills }) => [
        sink.id,
        merged.take(
          before.backfills.get(sink.id) ?? noBackfills,
          this.#upToDate(openBackfills ?? [], askedAt),
          sink,
        ),
      ]),
    );
    const changed = items
      .map(({ sink }) => sink.id)
      .filter(
        (sinkId) =>
          sinks.get(sinkId) !== before.sinks.get(sinkId) ||
          backfills.get(sinkId) !== before.backfills.get(sinkId),
      );
    for (const sinkId of gone) {
      merged.forget(before.backfills.get(sinkId) ?? noBackfills);
    }
    this.#change(
      {
        sinks,
        backfills,
        skewMs,
        tracks: merged.tracks,
        journals: merged.journals,
        sinksLoad: { loading: false, loadedAt: now, failure: undefined },
        historyLoads: new Map([...before.historyLoads].filter(([sinkId]) => sinks.has(sinkId))),
      },
      {
        membership: gone.length > 0 || sinks.size !== before.sinks.size,
        sinkIds: new Set([...changed, ...gone]),
        backfillIds: merged.changed,
        sinksLoad: true,
        ended: merged.ended,
        endedHere: merged.endedHere,
      },
    );
    return this.#upToDate(
      items.flatMap((answer) => departed(before, answer)),
      askedAt,
    );
  }

  /** Takes one sink with its open backfills. Returns those to be asked for themselves, as {@link applySinks} does. */
  applySink(answer: SinkAnswer, now: number, askedAt = now): Backfill[] {
    const before = this.#snapshot;
    const { sink, openBackfills } = answer;
    const kept = keep(before.sinks.get(sink.id), sink);
    this.#changeSink(sink.id, now, {
      answered: this.#upToDate(openBackfills ?? [], askedAt),
      parts: kept === before.sinks.get(sink.id) ? {} : { sinks: new Map(before.sinks).set(sink.id, kept) },
    });
    return this.#upToDate(departed(before, answer), askedAt);
  }

  /** Takes the whole list of a sink's backfills: what it does not hold is gone. */
  applyHistory(sinkId: string, backfills: readonly Backfill[], now: number, askedAt = now): void {
    const listed = new Set(backfills.map(({ id }) => id));
    const known = this.#snapshot.backfills.get(sinkId) ?? noBackfills;
    this.#changeSink(sinkId, now, {
      answered: this.#upToDate(backfills, askedAt),
      gone: this.#upToDate(
        [...known.values()].filter(({ id }) => !listed.has(id)),
        askedAt,
      ),
      load: { loading: false, loadedAt: now, failure: undefined },
    });
  }

  /** Takes one backfill, as a read told it. */
  applyBackfill(backfill: Backfill, now: number, askedAt = now): void {
    this.#changeSink(backfill.sinkId, now, { answered: this.#upToDate([backfill], askedAt) });
  }

  /** Takes one backfill, as the answer to a write told it. */
  applyWritten(backfill: Backfill, now: number): void {
    this.#writtenAt.set(backfill.id, now);
    this.#changeSink(backfill.sinkId, now, { answered: [backfill] });
  }

  /** Takes it that a backfill does not exist any more. */
  removeBackfill(sinkId: string, backfillId: string, now: number): void {
    const known = this.#snapshot.backfills.get(sinkId)?.get(backfillId);
    if (known !== undefined) {
      this.#changeSink(sinkId, now, { gone: [known] });
    }
  }

  /** Takes it that a sink does not exist any more, and with it its backfills. */
  removeSink(sinkId: string): void {
    const before = this.#snapshot;
    if (!before.sinks.has(sinkId)) {
      return;
    }
    const known = before.backfills.get(sinkId) ?? noBackfills;
    const merged = new Merge(before, 0);
    merged.forget(known);
    this.#change(
      {
        tracks: merged.tracks,
        journals: merged.journals,
        sinks: without(before.sinks, sinkId),
        backfills: without(before.backfills, sinkId),
        historyLoads: without(before.historyLoads, sinkId),
      },
      { ...nothing, membership: true, sinkIds: new Set([sinkId]), backfillIds: new Set(known.keys()) },
    );
  }

  /** Takes note of a write that is under way, or of how it stands now. */
  setWrite(write: Write): void {
    this.#changeWrites(new Map(this.#snapshot.writes).set(writeKey(write), write), write);
  }

  /** Forgets a write: what the rest of the snapshot tells is all. */
  removeWrite(write: Write): void {
    this.#changeWrites(without(this.#snapshot.writes, writeKey(write)), write);
  }

  #changeWrites(writes: Snapshot['writes'], write: Write): void {
    const backfillIds = new Set(write.kind === 'change' ? [write.backfillId] : []);
    this.#change({ writes }, { ...nothing, sinkIds: new Set([write.sinkId]), backfillIds });
  }

  setSinksLoad(load: Partial<Load>): void {
    this.#change({ sinksLoad: { ...this.#snapshot.sinksLoad, ...load } }, { ...nothing, sinksLoad: true });
  }

  /** What a version lacks is not offered, on no row. */
  setVersion(version: string | undefined): void {
    if (version !== this.#snapshot.version) {
      const sinkIds = new Set(this.#snapshot.sinks.keys());
      this.#change({ version }, { ...nothing, sinkIds, sinksLoad: true });
    }
  }

  setHistoryLoad(sinkId: string, load: Partial<Load>, now: number): void {
    this.#changeSink(sinkId, now, { load });
  }

  /** Those of which no write was answered since the answer about them was asked for. */
  #upToDate(backfills: readonly Backfill[], askedAt: number): Backfill[] {
    return backfills.filter(({ id }) => (this.#writtenAt.get(id) ?? Number.NEGATIVE_INFINITY) <= askedAt);
  }

  #changeSink(
    sinkId: string,
    now: number,
    change: {
      readonly answered?: readonly Backfill[];
      readonly gone?: readonly Backfill[];
      readonly load?: Partial<Load>;
      readonly parts?: Partial<Snapshot>;
    },
  ): void {
    const before = this.#snapshot;
    const { answered = [], gone = [], load, parts } = change;
    const merged = new Merge(before, now + before.skewMs);
    const known = before.backfills.get(sinkId) ?? noBackfills;
    const sink = (parts?.sinks ?? before.sinks).get(sinkId);
    const backfills = merged.take(merged.remove(known, gone), answered, sink);
    const historyLoads =
      load === undefined
        ? before.historyLoads
        : new Map(before.historyLoads).set(sinkId, {
            ...(before.historyLoads.get(sinkId) ?? neverLoaded),
            ...load,
          });
    this.#change(
      {
        ...parts,
        historyLoads,
        tracks: merged.tracks,
        journals: merged.journals,
        backfills: new Map(before.backfills).set(sinkId, backfills),
      },
      {
        ...nothing,
        sinkIds: new Set([sinkId]),
        backfillIds: merged.changed,
        ended: merged.ended,
        endedHere: merged.endedHere,
      },
    );
  }

  #change(parts: Partial<Snapshot>, change: SnapshotChange): void {
    this.#snapshot = { ...this.#snapshot, ...parts };
    this.#onDidChange.fire(change);
  }
}

/** The backfills known to be open of which an answer does not say so: all of them, where it says nothing of any. */
function departed(before: Snapshot, { sink, openBackfills = [] }: SinkAnswer): Backfill[] {
  const known = before.backfills.get(sink.id) ?? noBackfills;
  if (known.size === 0) {
    return [];
  }
  const listed = new Set(openBackfills.map(({ id }) => id));
  return [...known.values()].filter((backfill) => isOpen(backfill) && !listed.has(backfill.id));
}

function without<T>(map: ReadonlyMap<string, T>, key: string): Map<string, T> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

function keep<T>(known: T | undefined, answered: T): T {
  return known !== undefined && sameValue(known, answered) ? known : answered;
}

/** Whether two maps hold the same values, in whatever order: the server lists sinks in none. */
function sameValues<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  return a.size === b.size && [...b].every(([key, value]) => a.get(key) === value);
}

function newSkew(skewMs: number, serverTime: number | undefined, now: number): number {
  const seen = serverTime === undefined ? skewMs : serverTime - now;
  return Math.abs(seen - skewMs) < skewResolutionMs ? skewMs : seen;
}
