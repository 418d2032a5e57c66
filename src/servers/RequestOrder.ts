import { type Backfill, isUnfinished } from '../model/Backfill.ts';
import type { Sink } from '../model/Sink.ts';

/**
 * Orders responses by when they were requested, independently of any clock: each request gets a number, its order. Data
 * is outdated if its request was sent before that of the known data, or before the response to a write arrived.
 */
export class RequestOrder {
  /** The order of the latest request. */
  #lastOrder = 0;
  /** The order at which backfills were last removed. */
  #lastRemovalOrder = 0;
  /** The order of the request that returned the known data of a backfill, by backfill id. */
  readonly #backfillOrders = new Map<string, number>();
  /**
   * The order of the write, or of the read after it, that returned the known data of a sink, by sink id. Deleted once a
   * later list contains the sink.
   */
  readonly #sinkOrders = new Map<string, number>();

  /** The number of backfills whose latest request is remembered, to check memory use. */
  get rememberedCount(): number {
    return this.#backfillOrders.size;
  }

  /** Returns the order of a request that is about to be sent. */
  start(): number {
    return (this.#lastOrder += 1);
  }

  /**
   * Returns the backfills without those that are outdated or may have been removed since the request, and remembers the
   * order of the returned ones. If a backfill that is left out wasn't removed but is new, the next list contains it.
   * The end of a backfill is final: an unfinished state in another response doesn't undo the end, even if that response
   * was requested later.
   * @param order the order of the request
   * @param effectiveOrder reads with a lower order are outdated; for a write, the order at which its response arrived
   */
  accept(backfills: readonly Backfill[], order: number, effectiveOrder = order): Backfill[] {
    const accepted = this.dropOutdated(backfills, effectiveOrder).filter(
      (backfill) =>
        order > this.#lastRemovalOrder || this.#backfillOrders.has(backfill.id) || !isUnfinished(backfill),
    );
    for (const backfill of accepted) {
      this.#backfillOrders.set(backfill.id, isUnfinished(backfill) ? effectiveOrder : this.start());
    }
    return accepted;
  }

  /** Returns the backfills without those whose known data is from a later request. */
  dropOutdated(backfills: readonly Backfill[], order: number): Backfill[] {
    return backfills.filter(({ id }) => (this.#backfillOrders.get(id) ?? 0) <= order);
  }

  /** Returns the known sink if it is from a write that was requested later, otherwise the received sink. */
  getLatestSink(received: Sink, known: ReadonlyMap<string, Sink>, order: number): Sink {
    const { id } = received;
    if ((this.#sinkOrders.get(id) ?? 0) > order) {
      return known.get(id) ?? received;
    }
    this.#sinkOrders.delete(id);
    return received;
  }

  /** Remembers the order of the write, or of the read after it, that returned a sink. */
  setSinkOrder(sinkId: string, order: number): void {
    this.#sinkOrders.set(sinkId, order);
  }

  forgetSink(sinkId: string): void {
    this.#sinkOrders.delete(sinkId);
  }

  /** Forgets backfills that were removed. */
  forgetBackfills(ids: readonly string[]): void {
    for (const id of ids) {
      this.#backfillOrders.delete(id);
      this.#lastRemovalOrder = this.start();
    }
  }
}
