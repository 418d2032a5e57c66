import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';

/**
 * Orders responses by when they were requested, whatever any clock says. Data is outdated if it was requested before the
 * known data, or before the response to a write arrived.
 */
export class RequestOrder {
  /** The order of the latest request. */
  #lastOrder = 0;
  /** When backfills were last removed, in the order of requests. */
  #lastRemoval = 0;
  /** The order of the request that the known data of a backfill is from, by its id. */
  readonly #backfills = new Map<string, number>();
  /** The order of the write that the known data of a sink is from, by its id, until a later list contains the sink. */
  readonly #sinks = new Map<string, number>();

  /** The number of backfills whose latest request is remembered, to check memory use. */
  get rememberedCount(): number {
    return this.#backfills.size;
  }

  /** Returns the order of a request that is about to be sent. */
  start(): number {
    return (this.#lastOrder += 1);
  }

  /**
   * Drops backfills that are outdated, or that may have been removed since the request: if one of these is new, the next
   * list contains it. Remembers the order of the others. The end of a backfill is final: requests that were sent later,
   * but reached the server before the end, don't undo it.
   * @param order the order of the request
   * @param effectiveOrder reads with a lower order are outdated; for a write, the order at which its response arrived
   */
  accept(backfills: readonly Backfill[], order: number, effectiveOrder = order): Backfill[] {
    const accepted = this.dropOutdated(backfills, effectiveOrder).filter(
      (backfill) => order > this.#lastRemoval || this.#backfills.has(backfill.id) || !isUnfinished(backfill),
    );
    for (const backfill of accepted) {
      this.#backfills.set(backfill.id, isUnfinished(backfill) ? effectiveOrder : this.start());
    }
    return accepted;
  }

  /** Returns the backfills without those whose known data is from a later request. */
  dropOutdated(backfills: readonly Backfill[], order: number): Backfill[] {
    return backfills.filter(({ id }) => (this.#backfills.get(id) ?? 0) <= order);
  }

  /** Returns the known sink if a write with a later request returned it, else the received one. */
  getLatestSink(received: Sink, known: ReadonlyMap<string, Sink>, order: number): Sink {
    const { id } = received;
    if ((this.#sinks.get(id) ?? 0) > order) {
      return known.get(id) ?? received;
    }
    this.#sinks.delete(id);
    return received;
  }

  /** Remembers the order of the write that returned a sink. */
  setSink(sinkId: string, order: number): void {
    this.#sinks.set(sinkId, order);
  }

  forgetSink(sinkId: string): void {
    this.#sinks.delete(sinkId);
  }

  /** Forgets backfills that were removed. */
  forgetBackfills(ids: readonly string[]): void {
    for (const id of ids) {
      this.#backfills.delete(id);
      this.#lastRemoval = this.start();
    }
  }
}
