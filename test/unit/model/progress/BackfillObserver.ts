import type { Backfill } from '../../../../src/model/Backfill.ts';
import { estimateProgress, type ProgressEstimate } from '../../../../src/model/progress/estimate.ts';
import { forecastFinish } from '../../../../src/model/progress/forecast.ts';
import type { ProgressTrack } from '../../../../src/model/progress/ProgressTrack.ts';
import { detectStall, type Stall } from '../../../../src/model/progress/stall.ts';
import { applyInterruption, trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { restartsReplication } from '../../../../src/model/restartsReplication.ts';
import type { Sink } from '../../../../src/model/Sink.ts';
import { backfill, now, sink } from '../../samples.ts';

/** Observes a backfill with a simulated clock. The backfill was created at 0 s and has 1,000,000 rows by default. */
export class BackfillObserver {
  backfill: Backfill;
  sink: Sink;
  track: ProgressTrack | undefined;
  seconds = 0;
  #observedSink: Sink | undefined;

  constructor(overrides: Partial<Backfill> = {}, sinkFields: Partial<Sink> = {}) {
    const counts = { rowsInitial: 1_000_000, rowsProcessed: 0, rowsIngested: 0 };
    this.backfill = backfill({ ...counts, insertedAt: now, updatedAt: now, ...overrides });
    this.sink = sink(sinkFields);
  }

  /** The server's time in milliseconds since the epoch. */
  get at(): number {
    return now + this.seconds * 1000;
  }

  /** Whether the sink was edited since the last observation in a way that restarted replication. */
  get isSinkEdited(): boolean {
    return this.#observedSink !== undefined && restartsReplication(this.#observedSink, this.sink);
  }

  estimate(): ProgressEstimate | undefined {
    return this.track && estimateProgress(this.track, this.backfill, this.at);
  }

  /** The predicted time left in milliseconds. It changes with every page, unlike the displayed time left. */
  get remainingMs(): number | undefined {
    const forecast = this.track && forecastFinish(this.track, this.backfill, this.at);
    return forecast && Math.max(0, forecast.at - this.at);
  }

  /** The upper bound of the predicted time left divided by the lower bound; NaN while there is no prediction. */
  get spread(): number {
    const forecast = this.track && forecastFinish(this.track, this.backfill, this.at);
    return (forecast?.factor ?? NaN) ** 2;
  }

  detectStall(): Stall | undefined {
    return detectStall(this, this.at);
  }

  /** Advances the clock without an observation. */
  advance(seconds: number): this {
    this.seconds += seconds;
    return this;
  }

  observe(): this {
    if (this.isSinkEdited && this.track !== undefined) {
      this.track = applyInterruption(this.track, this.at);
    }
    this.#observedSink = this.sink;
    this.track = trackProgress(this.track, this.backfill, this.at, this.sink);
    return this;
  }

  /**
   * Observes now, and then every 2 s for `seconds` seconds. Calls `onObservation` after each observation but the first.
   */
  observeFor(seconds: number, onObservation?: () => void): this {
    this.observe();
    for (const end = this.seconds + seconds; this.seconds < end;) {
      this.seconds = Math.min(this.seconds + 2, end);
      this.observe();
      onObservation?.();
    }
    return this;
  }

  /** Changes fields of the backfill, and sets `updatedAt` as the server does. */
  update(overrides: Partial<Backfill>): this {
    this.backfill = { ...this.backfill, updatedAt: Math.floor(this.at / 1000) * 1000, ...overrides };
    return this;
  }

  /** Pauses the backfill, and resumes it after `seconds` seconds. */
  pauseFor(seconds: number): this {
    return this.update({ state: 'paused' }).observeFor(seconds).update({ state: 'active' }).observe();
  }

  /** Adds `count` pages of `rows` rows, one every `seconds` seconds, with observations in between. */
  addPages(count: number, rows = 40_000, seconds = 8): this {
    for (let page = 0; page < count; page += 1) {
      this.observeFor(seconds);
      this.update({ rowsProcessed: Number(this.backfill.rowsProcessed) + rows }).observe();
    }
    return this;
  }

  editSink(overrides: Partial<Sink>): this {
    this.sink = { ...this.sink, ...overrides };
    return this;
  }
}
