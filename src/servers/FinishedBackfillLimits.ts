import { type Backfill, compareNewestFirst, isUnfinished } from '../model/Backfill.ts';
import { getBackfillMap, type Snapshot } from './Snapshot.ts';

/** The number of finished backfills that the snapshot keeps for each sink until the user asks for older ones. */
const initialLimit = 200;
/** The largest number of known backfills that are kept beyond the limit. */
const maxKnownBeyondLimit = 50;

/** Decides which finished backfills of a sink the snapshot keeps, because a sink may have thousands. */
export class FinishedBackfillLimits {
  /** The raised limits, by sink id, of sinks for which the user asked for older backfills. */
  readonly #limits = new Map<string, number>();

  /** Doubles the limit of a sink. The next backfill list applies the new limit. */
  raise(sinkId: string): void {
    this.#limits.set(sinkId, 2 * this.#getLimit(sinkId));
  }

  forgetSink(sinkId: string): void {
    this.#limits.delete(sinkId);
  }

  /**
   * Finds those of a sink's backfills that the snapshot leaves out: the oldest finished ones beyond the limit.
   * Backfills with a history are never left out, because they were monitored until they finished. Known backfills
   * beyond the limit stay, too, if there are at most {@link maxKnownBeyondLimit}: they were fetched individually for a
   * page.
   */
  findExcess(snapshot: Snapshot, sinkId: string, backfills: readonly Backfill[]): ReadonlySet<Backfill> {
    const beyondLimit = backfills
      .filter((backfill) => !isUnfinished(backfill) && !snapshot.progressHistories.has(backfill.id))
      .sort(compareNewestFirst)
      .slice(this.#getLimit(sinkId));
    const known = getBackfillMap(snapshot, sinkId);
    const unknown = beyondLimit.filter(({ id }) => !known.has(id));
    return new Set(beyondLimit.length - unknown.length <= maxKnownBeyondLimit ? unknown : beyondLimit);
  }

  #getLimit(sinkId: string): number {
    return this.#limits.get(sinkId) ?? initialLimit;
  }
}
