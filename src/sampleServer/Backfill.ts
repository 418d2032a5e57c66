import type { Plan } from './plan.ts';
import { type BackfillJson, type BackfillState, roundToSeconds, truncateToSeconds } from './sequinTypes.ts';

/**
 * A period in which a backfill runs. The plan begins at `startedAt` (ms since epoch); its times are divided by `speed`.
 */
interface Run {
  plan: Plan;
  startedAt: number;
  speed: number;
  /** Rows processed before this run. */
  rowsBefore: number;
}

/** A backfill. It has no timer: before its fields are read, `advance` computes them from the plan and the time. */
export class Backfill {
  /** The fields of the API. */
  readonly json: BackfillJson;
  /** Rows that are read twice: after an interruption, the next run reads the last page again (recording g10). */
  #repeatedRows = 0;
  #run: Run | undefined;
  #expectedCount: { rows: number; at: number } | undefined;
  #finishedAt: number | undefined;

  constructor(json: BackfillJson) {
    this.json = json;
    if (!this.isUnfinished) {
      this.#finishedAt = Date.parse(json.updated_at);
    }
  }

  /** Whether the backfill is active or paused, which prevents another backfill of the same sink and table. */
  get isUnfinished(): boolean {
    return this.json.state === 'active' || this.json.state === 'paused';
  }

  /** Whether a run is in progress. */
  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** Whether the next run continues an earlier run. */
  get isResumed(): boolean {
    return this.json.rows_processed_count > 0;
  }

  /** Returns how many rows of a table with `tableRows` rows a run still has to process. */
  countRemainingRows(tableRows: number): number {
    return Math.max(tableRows + this.#repeatedRows - this.json.rows_processed_count, 0);
  }

  /** When the backfill finished, in ms since epoch; undefined while it is unfinished. */
  get finishedAt(): number | undefined {
    return this.#finishedAt;
  }

  /**
   * Schedules the result of `count(*)` for `at` (ms since epoch). Paused and cancelled backfills get the result, too.
   */
  expectCount(rows: number, at: number): void {
    this.#expectedCount = { rows, at };
  }

  /** Starts a run. If `startedAt` is in the past, the run has already made the progress since then. */
  startRun(plan: Plan, startedAt: number, speed: number): void {
    this.#run = { plan, startedAt, speed, rowsBefore: this.json.rows_processed_count };
  }

  /** Stops the run. Discards the page being read; the next run also reads the last complete page again. */
  stopRun(now: number): void {
    this.advance(now);
    if (this.#run === undefined) {
      return;
    }
    const { plan, rowsBefore } = this.#run;
    const processedRows = this.json.rows_processed_count - rowsBefore;
    const rowsBeforeLastPage = plan.pages.findLast((page) => page.rows < processedRows)?.rows ?? 0;
    this.#repeatedRows += processedRows - rowsBeforeLastPage;
    this.#run = undefined;
  }

  /** Changes the state as a PATCH request does. */
  setState(state: BackfillState, now: number): void {
    this.stopRun(now);
    this.json.state = state;
    this.json.updated_at = truncateToSeconds(now);
    if (state === 'completed') {
      this.json.completed_at = roundToSeconds(now);
    }
    if (state === 'cancelled') {
      this.json.canceled_at = roundToSeconds(now);
    }
    this.#finishedAt = this.isUnfinished ? undefined : now;
  }

  /** Overwrites fields without any check, and stops the run. */
  overwrite(fields: Partial<BackfillJson>, now: number): void {
    this.stopRun(now);
    Object.assign(this.json, fields);
    if ('rows_initial_count' in fields) {
      this.#expectedCount = undefined;
    }
    this.#finishedAt = this.isUnfinished ? undefined : now;
  }

  /** Updates the fields to their values at `now` (ms since epoch). */
  advance(now: number): void {
    if (this.#expectedCount !== undefined && now >= this.#expectedCount.at) {
      this.json.rows_initial_count = this.#expectedCount.rows;
      this.#expectedCount = undefined;
    }
    if (this.#run === undefined) {
      return;
    }
    const { plan, startedAt, speed, rowsBefore } = this.#run;
    const elapsed = (now - startedAt) * speed;
    const page = plan.pages.findLast(({ afterMs }) => afterMs <= elapsed);
    // If the clock was set back, `page` is an earlier page, and the progress stays as it is.
    if (page !== undefined && rowsBefore + page.rows > this.json.rows_processed_count) {
      this.json.rows_processed_count = this.json.rows_ingested_count = rowsBefore + page.rows;
      this.json.updated_at = truncateToSeconds(startedAt + page.afterMs / speed);
    }
    if (plan.end !== undefined && plan.end.afterMs <= elapsed) {
      this.#run = undefined;
      this.setState(plan.end.state, startedAt + plan.end.afterMs / speed);
    }
  }
}
