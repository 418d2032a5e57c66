/** The number of durations that an estimate is based on. */
const maxDurations = 5;

/** Estimates how long a request takes from the latest durations, in milliseconds. Undefined before the first one. */
export class CostEstimate {
  #durations: readonly number[] = [];

  /** Adds the duration of a request. */
  add(durationMs: number): void {
    this.#durations = [...this.#durations, durationMs].slice(-maxDurations);
  }

  /** The usual duration: the median, so that one slow response doesn't change it. */
  get usualMs(): number | undefined {
    return this.#durations.toSorted((a, b) => a - b)[Math.ceil(this.#durations.length / 2) - 1];
  }

  /** The longest of the latest durations. */
  get slowestMs(): number | undefined {
    return this.#durations.length === 0 ? undefined : Math.max(...this.#durations);
  }
}
