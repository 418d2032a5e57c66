import { isOpen, type Backfill } from '../model/Backfill.ts';
import { endedIn, record, type Journal } from '../model/journal.ts';
import type { Sink } from '../model/Sink.ts';
import { observe, type Track } from '../model/track.ts';
import { sameValue } from '../shared/sameValue.ts';
import type { Snapshot } from './Snapshot.ts';

/** Of so many ended backfills the journal is kept: the latest. */
const endedJournals = 50;

/** What becomes of backfills, their tracks and journals by one answer. */
export class Merge {
  readonly changed = new Set<string>();
  readonly ended: Backfill[] = [];
  readonly endedHere = new Set<string>();
  readonly tracks: Map<string, Track>;
  #journals: ReadonlyMap<string, Journal>;
  /** The same map while it is ours to change; most answers change no journal. */
  #newJournals: Map<string, Journal> | undefined;
  readonly #writes: Snapshot['writes'];
  readonly #serverNow: number;

  constructor({ tracks, journals, writes }: Snapshot, serverNow: number) {
    this.tracks = new Map(tracks);
    this.#journals = journals;
    this.#writes = writes;
    this.#serverNow = serverNow;
  }

  get journals(): ReadonlyMap<string, Journal> {
    return this.#journals;
  }

  /**
   * The known backfills with what an answer told of some; the same map if that is nothing new. An answer
   * that was under way for longer than another may be the older one: `updated_at` tells.
   */
  take(
    known: ReadonlyMap<string, Backfill>,
    answered: readonly Backfill[],
    sink: Sink | undefined,
  ): ReadonlyMap<string, Backfill> {
    let merged: Map<string, Backfill> | undefined;
    for (const backfill of answered) {
      const before = known.get(backfill.id);
      if (before !== undefined && backfill.updatedAt < before.updatedAt) {
        continue;
      }
      this.#follow(before, backfill, sink);
      if (before === undefined || !sameValue(before, backfill)) {
        merged ??= new Map(known);
        merged.set(backfill.id, backfill);
        this.changed.add(backfill.id);
      }
    }
    return merged ?? known;
  }

  remove(known: ReadonlyMap<string, Backfill>, gone: readonly Backfill[]): ReadonlyMap<string, Backfill> {
    if (gone.length === 0) {
      return known;
    }
    const kept = new Map(known);
    for (const { id } of gone) {
      kept.delete(id);
      this.tracks.delete(id);
      this.#setJournal(id, undefined);
      this.changed.add(id);
    }
    return kept;
  }

  forget(known: ReadonlyMap<string, Backfill>): void {
    this.remove(known, [...known.values()]);
  }

  /** Observes it while it is open, and its end. An end is one only of what was seen before. */
  #follow(before: Backfill | undefined, backfill: Backfill, sink: Sink | undefined): void {
    if (isOpen(backfill)) {
      this.tracks.set(backfill.id, this.#observe(before, backfill, sink));
      return;
    }
    if (before !== undefined && isOpen(before)) {
      this.#observe(before, backfill, sink);
      this.#forgetOldJournals();
      this.ended.push(backfill);
      const write = this.#writes.get(backfill.id);
      if (write?.kind === 'change' && write.change === 'cancel' && backfill.state === 'cancelled') {
        this.endedHere.add(backfill.id);
      }
    }
    this.tracks.delete(backfill.id);
  }

  /** Takes down what a look tells; returns what is known of it by now. */
  #observe(before: Backfill | undefined, backfill: Backfill, sink: Sink | undefined): Track {
    const { id } = backfill;
    const known = this.tracks.get(id);
    const track = observe(known, backfill, this.#serverNow, sink);
    const lookBefore =
      before === undefined || known === undefined ? undefined : { backfill: before, track: known };
    this.#setJournal(id, record(this.#journals.get(id), lookBefore, { backfill, track }, this.#serverNow));
    return track;
  }

  #setJournal(id: string, journal: Journal | undefined): void {
    if (this.#journals.get(id) === journal) {
      return;
    }
    this.#newJournals ??= new Map(this.#journals);
    this.#journals = this.#newJournals;
    if (journal === undefined) {
      this.#newJournals.delete(id);
    } else {
      this.#newJournals.set(id, journal);
    }
  }

  #forgetOldJournals(): void {
    for (const id of endedIn(this.#journals).slice(endedJournals)) {
      this.#setJournal(id, undefined);
    }
  }
}
