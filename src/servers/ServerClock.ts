/** Smaller clock differences are ignored, because the Date header has whole seconds and responses take time. */
const minDifferenceMs = 2_000;

/**
 * Estimates the time of Sequin's database, which writes the times of backfills. Two other clocks are involved: the
 * local one, and that of the gateway or server that writes the Date header. Each of them may be wrong, and may be set
 * at any time. A backfill that was updated between two polls limits the error, because its update time is from the
 * database. Times are in milliseconds since the epoch.
 */
export class ServerClock {
  /** The Date header minus the database's time. */
  #headerOffsetMs = 0;
  /** The local times of the request and of the response of the previous poll. */
  #lastPoll: { readonly requestedAt: number; readonly respondedAt: number } | undefined;
  #skewMs: number;

  /**
   * Continues from an earlier session: from the local time of its last poll, and from its last estimate of the skew.
   */
  constructor(lastPolledAt: number | undefined, skewMs: number) {
    this.#lastPoll =
      lastPolledAt === undefined ? undefined : { requestedAt: lastPolledAt, respondedAt: lastPolledAt };
    this.#skewMs = skewMs;
  }

  /** The database's time minus the local time. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /**
   * Adds a poll.
   * @param now when the response arrived, by the local clock
   * @param headerTime the Date header of the response
   * @param updateTimes `updated_at` of the backfills that progressed since the previous poll, by the database's clock,
   * truncated to whole seconds
   * @param requestedAt when the request was sent, by the local clock; the response may contain later data
   * @returns the change of the estimated server time in milliseconds; earlier estimates need the same correction
   */
  addPoll(
    now: number,
    headerTime: number | undefined,
    updateTimes: readonly number[],
    requestedAt = now,
  ): number {
    const lastPoll = this.#lastPoll;
    this.#lastPoll = { requestedAt, respondedAt: now };
    this.#applyHeader(now, headerTime, lastPoll?.respondedAt);
    return lastPoll === undefined || now < lastPoll.respondedAt
      ? 0
      : this.#clampSkew(
          Math.max(...updateTimes) - now,
          Math.min(...updateTimes) + 1_000 - lastPoll.requestedAt,
        );
  }

  /**
   * Attributes a new difference between the header and the estimate to the clock that was probably set: the local one
   * or that of the header.
   */
  #applyHeader(now: number, headerTime: number | undefined, lastPolledAt: number | undefined): void {
    const differenceMs =
      headerTime === undefined ? 0 : headerTime - this.#headerOffsetMs - now - this.#skewMs;
    if (Math.abs(differenceMs) < minDifferenceMs) {
      return;
    }
    const localElapsedMs = now - (lastPolledAt ?? now);
    const headerElapsedMs = localElapsedMs + differenceMs;
    const isLocalClockSet = localElapsedMs < 0 || (headerElapsedMs >= 0 && headerElapsedMs < localElapsedMs);
    if (lastPolledAt === undefined || isLocalClockSet) {
      this.#skewMs += differenceMs;
    } else {
      this.#headerOffsetMs += differenceMs;
    }
  }

  /**
   * Limits the skew to the possible range, which is infinite if no backfill was updated. Returns the correction in
   * milliseconds.
   */
  #clampSkew(minSkewMs: number, maxSkewMs: number): number {
    const nearestMs = Math.min(Math.max(this.#skewMs, minSkewMs), maxSkewMs);
    const correctionMs = nearestMs - this.#skewMs;
    if (Math.abs(correctionMs) < minDifferenceMs) {
      return 0;
    }
    this.#skewMs += correctionMs;
    this.#headerOffsetMs -= correctionMs;
    return correctionMs;
  }
}
