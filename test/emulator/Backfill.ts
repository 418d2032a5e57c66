import type { Plan } from './plan.ts';
import { type BackfillJson, type BackfillState, cutToSeconds, roundedToSeconds } from './sequinTypes.ts';

/** A stretch of running: from `startedAt` (ms since epoch) the plan unrolls `speed` times as fast as planned. */
interface Run {
  plan: Plan;
  startedAt: number;
  speed: number;
  /** Rows that had been processed before it. */
  before: number;
}

/**
 * One backfill. It has no timer: its counters follow from its plan and the clock, and are brought up to
 * date by `settle` whenever somebody looks.
 */
export class Backfill {
  readonly json: BackfillJson;
  /** Rows that a resumed run reads a second time: the page that was under way when it was stopped (g10). */
  reread = 0;
  #run: Run | undefined;
  #count: { rows: number; at: number } | undefined;
  #endedAt: number | undefined;

  constructor(json: BackfillJson) {
    this.json = json;
    if (!this.isOpen) this.#endedAt = Date.parse(json.updated_at);
  }

  /** Whether it keeps others away from its sink and table. */
  get isOpen(): boolean {
    return this.json.state === 'active' || this.json.state === 'paused';
  }

  get isRunning(): boolean {
    return this.#run !== undefined;
  }

  /** When it ended, in ms since epoch. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  /** Announces the result of `count(*)` for a time (ms since epoch); a paused or cancelled one gets it too. */
  expectCount(rows: number, at: number): void {
    this.#count = { rows, at };
  }

  /** Lets it run. `startedAt` may be in the past: the run is then as far as that. */
  run(plan: Plan, startedAt: number, speed: number): void {
    this.#run = { plan, startedAt, speed, before: this.json.rows_processed_count };
  }

  /** Stops the running time. A page that is under way then counts for nothing and is read again later. */
  hold(now: number): void {
    this.settle(now);
    if (this.#run === undefined) return;
    const { plan, before } = this.#run;
    const done = this.json.rows_processed_count - before;
    const underWay = plan.pages.find((page) => page.rows > done);
    this.reread = done > 0 && underWay !== undefined ? underWay.rows - done : 0;
    this.#run = undefined;
  }

  /** Moves it into another state the way a PATCH does. */
  enter(state: BackfillState, now: number): void {
    this.hold(now);
    this.json.state = state;
    this.json.updated_at = cutToSeconds(now);
    if (state === 'completed') this.json.completed_at = roundedToSeconds(now);
    if (state === 'cancelled') this.json.canceled_at = roundedToSeconds(now);
    if (!this.isOpen) this.#endedAt = now;
  }

  /** Overwrites fields, whatever that makes of it; it stands still from then on. */
  force(fields: Partial<BackfillJson>, now: number): void {
    this.hold(now);
    Object.assign(this.json, fields);
    if ('rows_initial_count' in fields) this.#count = undefined;
    this.#endedAt = this.isOpen ? undefined : now;
  }

  /** Brings the fields up to `now`, ms since epoch. */
  settle(now: number): void {
    if (this.#count !== undefined && now >= this.#count.at) {
      this.json.rows_initial_count = this.#count.rows;
      this.#count = undefined;
    }
    if (this.#run === undefined) return;
    const { plan, startedAt, speed, before } = this.#run;
    const elapsed = (now - startedAt) * speed;
    const page = plan.pages.findLast(({ afterMs }) => afterMs <= elapsed);
    if (page !== undefined) {
      this.json.rows_processed_count = this.json.rows_ingested_count = before + page.rows;
      this.json.updated_at = cutToSeconds(startedAt + page.afterMs / speed);
    }
    if (plan.end !== undefined && plan.end.afterMs <= elapsed) {
      this.#run = undefined;
      this.enter(plan.end.state, startedAt + plan.end.afterMs / speed);
    }
  }
}
