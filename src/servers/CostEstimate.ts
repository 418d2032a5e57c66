/** An estimate is based on at most this number of the latest durations. */
const maxDurations = 5;

/**
 * Estimates how long the next request takes, in milliseconds, from the durations of the latest requests. The estimates
 * are undefined before the first request.
 */
export class CostEstimate {
  #durations: readonly number[] = [];

  /** Adds the duration of a request. */
  add(durationMs: number): void {
    this.#durations = [...this.#durations, durationMs].slice(-maxDurations);
  }

  /** The usual duration: the median, which a single slow response doesn't distort. */
  get usualMs(): number | undefined {
    return this.#durations.toSorted((a, b) => a - b)[Math.ceil(this.#durations.length / 2) - 1];
  }

  /** The longest of the latest durations. */
  get slowestMs(): number | undefined {
    return this.#durations.length === 0 ? undefined : Math.max(...this.#durations);
  }
}
