import { type Backfill, compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import { getBackfillMap, type Snapshot } from './Snapshot.ts';

/** The limit of a sink at first. */
const initialLimit = 200;
/** The largest number of known backfills that are kept beyond the limit. */
const maxKnownBeyondLimit = 50;

/** Decides which finished backfills of a sink a snapshot keeps: a server may have thousands. */
export class FinishedBackfillLimits {
  /** The limits of the sinks of which the user asked for older backfills, by sink id. */
  readonly #limits = new Map<string, number>();

  /** Doubles the limit of a sink, from the next backfill list on. */
  raise(sinkId: string): void {
    this.#limits.set(sinkId, 2 * this.#getLimit(sinkId));
  }

  forgetSink(sinkId: string): void {
    this.#limits.delete(sinkId);
  }

  /**
   * Finds those of the backfills of a sink that a snapshot leaves out: the oldest finished ones beyond the limit. A few
   * known ones stay, because they were fetched individually for a page. So do all with a history, which were monitored
   * until they finished.
   */
  findExcess(snapshot: Snapshot, sinkId: string, backfills: readonly Backfill[]): ReadonlySet<Backfill> {
    const oldest = backfills
      .filter((backfill) => !isUnfinished(backfill) && !snapshot.progressHistories.has(backfill.id))
      .sort(compareNewestFirst)
      .slice(this.#getLimit(sinkId));
    const known = getBackfillMap(snapshot, sinkId);
    const unknown = oldest.filter(({ id }) => !known.has(id));
    return new Set(oldest.length - unknown.length <= maxKnownBeyondLimit ? unknown : oldest);
  }

  #getLimit(sinkId: string): number {
    return this.#limits.get(sinkId) ?? initialLimit;
  }
}
