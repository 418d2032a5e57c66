import { type Backfill, isTableDropped, isUnfinished } from '../model/Backfill.ts';
import { listFinishedIds, type ProgressHistory } from '../model/history/history.ts';
import { recordObservation } from '../model/history/recordObservation.ts';
import type { ProgressTrack } from '../model/progress/ProgressTrack.ts';
import { applyInterruption, trackProgress } from '../model/progress/trackProgress.ts';
import { restartsReplication } from '../model/restartsReplication.ts';
import type { Sink } from '../model/Sink.ts';
import { deepEqual } from '../shared/deepEqual.ts';
import { type BackfillEnd, getPendingChange, type Snapshot } from './Snapshot.ts';

/** The largest number of finished backfills whose history is kept. Those that finished last are kept. */
const maxFinishedHistories = 50;

/** Merges one API response into the known backfills, their progress and their histories. */
export class SnapshotMerger {
  /** The ids of changed and removed backfills. */
  readonly changedIds = new Set<string>();
  readonly removedIds: string[] = [];
  /** The ends of backfills that were unfinished, except for backfills that the user cancelled in this window. */
  readonly ends: BackfillEnd[] = [];
  readonly progressTracks: Map<string, ProgressTrack>;
  readonly receiptTimes: Map<string, number>;
  /** A copy of the previous histories, created on the first change: most responses change no history. */
  #changedHistories: Map<string, ProgressHistory> | undefined;
  readonly #previous: Snapshot;
  readonly #now: number;
  readonly #serverNow: number;

  /**
   * `now` is the time of the local clock when the response arrived; `clockSkewMs` has the same meaning as in the
   * snapshot.
   */
  constructor(previous: Snapshot, now: number, clockSkewMs: number) {
    this.progressTracks = new Map(previous.progressTracks);
    this.receiptTimes = new Map(previous.receiptTimes);
    this.#previous = previous;
    this.#now = now;
    this.#serverNow = now + clockSkewMs;
  }

  get progressHistories(): ReadonlyMap<string, ProgressHistory> {
    return this.#changedHistories ?? this.#previous.progressHistories;
  }

  /** Records in the progress tracks that backfills were interrupted. */
  interrupt(backfillIds: Iterable<string>): void {
    for (const id of backfillIds) {
      const track = this.progressTracks.get(id);
      if (track !== undefined) {
        this.progressTracks.set(id, applyInterruption(track, this.#serverNow));
      }
    }
  }

  /** Merges received backfills into the known ones of a sink. Returns the same map if nothing changed. */
  merge(
    knownBackfills: ReadonlyMap<string, Backfill>,
    received: readonly Backfill[],
    sink: Sink | undefined,
  ): ReadonlyMap<string, Backfill> {
    let merged: Map<string, Backfill> | undefined;
    for (const receivedBackfill of received) {
      const previous = knownBackfills.get(receivedBackfill.id);
      const backfill = keepTableName(receivedBackfill, previous);
      this.#updateProgress(previous, backfill, sink);
      if (previous === undefined || !deepEqual(previous, backfill)) {
        merged ??= new Map(knownBackfills);
        merged.set(backfill.id, backfill);
        this.changedIds.add(backfill.id);
      }
    }
    return merged ?? knownBackfills;
  }

  /**
   * Removes backfills of a sink. If they were `deleted` on the server, adds the unfinished ones to {@link ends}. If
   * they are only `missing` from a response, they may still exist, because a response doesn't contain backfills that
   * were created after its request.
   */
  remove(
    knownBackfills: ReadonlyMap<string, Backfill>,
    removed: readonly Backfill[],
    reason: 'deleted' | 'missing',
  ): ReadonlyMap<string, Backfill> {
    if (removed.length === 0) {
      return knownBackfills;
    }
    const remaining = new Map(knownBackfills);
    for (const backfill of removed) {
      const { id, sinkId } = backfill;
      remaining.delete(id);
      this.progressTracks.delete(id);
      this.receiptTimes.delete(id);
      this.#setHistory(id, undefined);
      this.changedIds.add(id);
      this.removedIds.push(id);
      if (reason === 'deleted' && isUnfinished(backfill)) {
        this.ends.push({ kind: 'deleted', backfill, sink: this.#previous.sinks.get(sinkId) });
      }
    }
    return remaining;
  }

  /** Records an observation of an unfinished backfill, or the end of a backfill that was unfinished before. */
  #updateProgress(previous: Backfill | undefined, backfill: Backfill, sink: Sink | undefined): void {
    if (isUnfinished(backfill)) {
      this.progressTracks.set(backfill.id, this.#addObservation(previous, backfill, sink));
      this.receiptTimes.set(backfill.id, this.#now);
      return;
    }
    if (previous !== undefined && isUnfinished(previous)) {
      this.#addObservation(previous, backfill, sink);
      this.#dropOldHistories();
      const isCancelledHere =
        backfill.state === 'cancelled' && getPendingChange(this.#previous, backfill.id) === 'cancel';
      if (!isCancelledHere) {
        this.ends.push({ kind: 'finished', backfill, sink });
      }
    }
    this.progressTracks.delete(backfill.id);
    this.receiptTimes.delete(backfill.id);
  }

  /** Adds one observation to the progress and the history of a backfill. Returns the updated progress. */
  #addObservation(previous: Backfill | undefined, backfill: Backfill, sink: Sink | undefined): ProgressTrack {
    const { id } = backfill;
    const track = trackProgress(this.progressTracks.get(id), backfill, this.#serverNow, sink);
    const previousTrack = this.#previous.progressTracks.get(id);
    const isSinkEdited = sink !== undefined && this.#isSinkEdited(sink);
    const previousObservation =
      previous === undefined || previousTrack === undefined
        ? undefined
        : { backfill: previous, track: previousTrack };
    this.#setHistory(
      id,
      recordObservation(
        this.progressHistories.get(id),
        previousObservation,
        { backfill, track, isSinkEdited },
        this.#serverNow,
      ),
    );
    return track;
  }

  #isSinkEdited(sink: Sink): boolean {
    const previous = this.#previous.sinks.get(sink.id);
    return previous !== undefined && restartsReplication(previous, sink);
  }

  #setHistory(id: string, history: ProgressHistory | undefined): void {
    if (this.progressHistories.get(id) === history) {
      return;
    }
    this.#changedHistories ??= new Map(this.#previous.progressHistories);
    if (history === undefined) {
      this.#changedHistories.delete(id);
    } else {
      this.#changedHistories.set(id, history);
    }
  }

  /** Removes the histories of finished backfills beyond the limit. */
  #dropOldHistories(): void {
    for (const id of listFinishedIds(this.progressHistories).slice(maxFinishedHistories)) {
      this.#setHistory(id, undefined);
    }
  }
}

/** Keeps the last known name of a table that was dropped. */
function keepTableName(received: Backfill, previous: Backfill | undefined): Backfill {
  const name = previous?.table ?? previous?.droppedTable ?? null;
  return isTableDropped(received) && name !== null ? { ...received, droppedTable: name } : received;
}
