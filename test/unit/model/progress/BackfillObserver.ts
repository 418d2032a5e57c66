import type { Backfill } from '../../../../src/model/Backfill.ts';
import { estimateProgress, type ProgressEstimate } from '../../../../src/model/progress/estimate.ts';
import type { Sink } from '../../../../src/model/Sink.ts';
import { detectStall, type Stall } from '../../../../src/model/progress/stall.ts';
import type { ProgressTrack } from '../../../../src/model/progress/ProgressTrack.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { backfill, now, sink } from '../../samples.ts';

/** Somebody who looks at a backfill on a turned clock: it was created at second 0 and has 1,000,000 rows. */
export class BackfillObserver {
  backfill: Backfill;
  sink: Sink;
  track: ProgressTrack | undefined;
  seconds = 0;

  constructor(different: Partial<Backfill> = {}, ofSink: Partial<Sink> = {}) {
    const counts = { rowsInitial: 1_000_000, rowsProcessed: 0, rowsIngested: 0 };
    this.backfill = backfill({ ...counts, insertedAt: now, updatedAt: now, ...different });
    this.sink = sink(ofSink);
  }

  get at(): number {
    return now + this.seconds * 1000;
  }

  estimate(): ProgressEstimate | undefined {
    return this.track && estimateProgress(this.track, this.backfill, this.at);
  }

  stall(): Stall | undefined {
    return detectStall(this.track, this.backfill, this.sink, this.at);
  }

  /** Turns the clock without a look. */
  sleep(seconds: number): this {
    this.seconds += seconds;
    return this;
  }

  look(): this {
    this.track = trackProgress(this.track, this.backfill, this.at, this.sink);
    return this;
  }

  /** Looks every 2 s for so long; tells what it saw each time. */
  watch(seconds: number, see?: (watch: this) => void): this {
    this.look();
    for (const until = this.seconds + seconds; this.seconds < until;) {
      this.seconds = Math.min(this.seconds + 2, until);
      this.look();
      see?.(this);
    }
    return this;
  }

  /** Changes fields, and `updated_at` with them, as the server does. */
  change(different: Partial<Backfill>): this {
    this.backfill = { ...this.backfill, updatedAt: Math.floor(this.at / 1000) * 1000, ...different };
    return this;
  }

  /** So many pages land, one each so many seconds; the watch goes on meanwhile. */
  pages(count: number, rows = 40_000, seconds = 8): this {
    for (let page = 0; page < count; page += 1) {
      this.watch(seconds);
      this.change({ rowsProcessed: Number(this.backfill.rowsProcessed) + rows }).look();
    }
    return this;
  }

  /** Changes the sink. */
  edit(different: Partial<Sink>): this {
    this.sink = { ...this.sink, ...different };
    return this;
  }
}
