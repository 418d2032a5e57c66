import { isUnfinished, type Backfill } from '../model/Backfill.ts';
import { listFinishedIds, type ProgressHistory } from '../model/history/history.ts';
import { recordObservation } from '../model/history/recordObservation.ts';
import type { Sink } from '../model/Sink.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import { trackProgress } from '../model/progress/trackProgress.ts';
import { deepEqual } from '../shared/deepEqual.ts';
import type { Snapshot } from './Snapshot.ts';

/** Of so many ended backfills the journal is kept: the latest. */
const maxFinishedHistories = 50;

/** What becomes of backfills, their tracks and journals by one answer. */
export class SnapshotMerger {
  readonly changedIds = new Set<string>();
  readonly finishedBackfills: Backfill[] = [];
  readonly cancelledHereIds = new Set<string>();
  readonly progressTracks: Map<string, ProgressTrack>;
  #progressHistories: ReadonlyMap<string, ProgressHistory>;
  /** The same map while it is ours to change; most answers change no journal. */
  #copiedHistories: Map<string, ProgressHistory> | undefined;
  readonly #pendingWrites: Snapshot['pendingWrites'];
  readonly #serverNow: number;

  constructor({ progressTracks, progressHistories, pendingWrites }: Snapshot, serverNow: number) {
    this.progressTracks = new Map(progressTracks);
    this.#progressHistories = progressHistories;
    this.#pendingWrites = pendingWrites;
    this.#serverNow = serverNow;
  }

  get progressHistories(): ReadonlyMap<string, ProgressHistory> {
    return this.#progressHistories;
  }

  /**
   * The known backfills with what an answer told of some; the same map if that is nothing new. An answer
   * that was under way for longer than another may be the older one: `updated_at` tells.
   */
  merge(
    known: ReadonlyMap<string, Backfill>,
    received: readonly Backfill[],
    sink: Sink | undefined,
  ): ReadonlyMap<string, Backfill> {
    let merged: Map<string, Backfill> | undefined;
    for (const backfill of received) {
      const previous = known.get(backfill.id);
      if (previous !== undefined && backfill.updatedAt < previous.updatedAt) {
        continue;
      }
      this.#updateProgress(previous, backfill, sink);
      if (previous === undefined || !deepEqual(previous, backfill)) {
        merged ??= new Map(known);
        merged.set(backfill.id, backfill);
        this.changedIds.add(backfill.id);
      }
    }
    return merged ?? known;
  }

  remove(known: ReadonlyMap<string, Backfill>, removed: readonly Backfill[]): ReadonlyMap<string, Backfill> {
    if (removed.length === 0) {
      return known;
    }
    const remaining = new Map(known);
    for (const { id } of removed) {
      remaining.delete(id);
      this.progressTracks.delete(id);
      this.#setHistory(id, undefined);
      this.changedIds.add(id);
    }
    return remaining;
  }

  removeAll(known: ReadonlyMap<string, Backfill>): void {
    this.remove(known, [...known.values()]);
  }

  /** Observes it while it is open, and its end. An end is one only of what was seen before. */
  #updateProgress(previous: Backfill | undefined, backfill: Backfill, sink: Sink | undefined): void {
    if (isUnfinished(backfill)) {
      this.progressTracks.set(backfill.id, this.#addObservation(previous, backfill, sink));
      return;
    }
    if (previous !== undefined && isUnfinished(previous)) {
      this.#addObservation(previous, backfill, sink);
      this.#dropOldHistories();
      this.finishedBackfills.push(backfill);
      const pendingWrite = this.#pendingWrites.get(backfill.id);
      if (
        pendingWrite?.kind === 'change' &&
        pendingWrite.change === 'cancel' &&
        backfill.state === 'cancelled'
      ) {
        this.cancelledHereIds.add(backfill.id);
      }
    }
    this.progressTracks.delete(backfill.id);
  }

  /** Takes down what a look tells; returns what is known of it by now. */
  #addObservation(previous: Backfill | undefined, backfill: Backfill, sink: Sink | undefined): ProgressTrack {
    const { id } = backfill;
    const known = this.progressTracks.get(id);
    const track = trackProgress(known, backfill, this.#serverNow, sink);
    const previousObservation =
      previous === undefined || known === undefined ? undefined : { backfill: previous, track: known };
    this.#setHistory(
      id,
      recordObservation(
        this.#progressHistories.get(id),
        previousObservation,
        { backfill, track },
        this.#serverNow,
      ),
    );
    return track;
  }

  #setHistory(id: string, history: ProgressHistory | undefined): void {
    if (this.#progressHistories.get(id) === history) {
      return;
    }
    this.#copiedHistories ??= new Map(this.#progressHistories);
    this.#progressHistories = this.#copiedHistories;
    if (history === undefined) {
      this.#copiedHistories.delete(id);
    } else {
      this.#copiedHistories.set(id, history);
    }
  }

  #dropOldHistories(): void {
    for (const id of listFinishedIds(this.#progressHistories).slice(maxFinishedHistories)) {
      this.#setHistory(id, undefined);
    }
  }
}
