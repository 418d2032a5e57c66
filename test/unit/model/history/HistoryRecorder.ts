import { createChart, type Chart } from '../../../../src/model/history/chart.ts';
import type { HistoryEvent, ProgressHistory } from '../../../../src/model/history/history.ts';
import { recordObservation, type Observation } from '../../../../src/model/history/recordObservation.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { recordedSeries } from '../../../bench/series.ts';
import { readSeries } from '../../../recordings/recordings.ts';
import { now } from '../../samples.ts';
import { BackfillObserver } from '../progress/BackfillObserver.ts';

/** A watch that takes down what it sees. */
export class HistoryRecorder extends BackfillObserver {
  history: ProgressHistory | undefined;
  #previous: Observation | undefined;

  override look(): this {
    super.look();
    if (this.track !== undefined) {
      const look = { backfill: this.backfill, track: this.track };
      this.history = recordObservation(this.history, this.#previous, look, this.at);
      this.#previous = look;
    }
    return this;
  }

  get samples(): ProgressHistory['samples'] {
    return this.history?.samples ?? [];
  }

  /** The events of a kind, their times in seconds since the create. */
  events<K extends HistoryEvent['kind']>(kind: K): Extract<HistoryEvent, { kind: K }>[] {
    const found = (this.history?.events ?? []).filter(
      (event): event is Extract<HistoryEvent, { kind: K }> => event.kind === kind,
    );
    return found.map((event) => ({
      ...event,
      ...Object.fromEntries(
        Object.entries(event)
          .filter(([key]) => ['at', 'notBefore', 'from', 'to'].includes(key))
          .map(([key, ms]) => [key, (Number(ms) - now) / 1000]),
      ),
    }));
  }

  chart(): Chart {
    if (this.history === undefined) {
      throw new Error('nothing was seen');
    }
    return createChart(this.history, this.backfill, this.at, this.track);
  }
}

/** What was taken down of a recorded series by somebody who looked every `everyMs`, and its server's time at 0 ms. */
export function replay(
  name: string,
  everyMs = 500,
): Observation & { journal: ProgressHistory; at: number; zero: number } {
  let journal: ProgressHistory | undefined;
  let before: Observation | undefined;
  const { looks } = recordedSeries(name, everyMs);
  for (const { at, backfill } of looks) {
    const look = { backfill, track: trackProgress(before?.track, backfill, at) };
    journal = recordObservation(journal, before, look, at);
    before = look;
  }
  const [first, last] = [looks[0], looks.at(-1)];
  if (journal === undefined || before === undefined || first === undefined || last === undefined) {
    throw new Error(`${name} is empty`);
  }
  return { ...before, journal, at: last.at, zero: first.at - (readSeries(name).samples[0]?.t_ms ?? 0) };
}

/** The rows that a chart's rates make, and those of the stretches that have none. */
export function integralOf({ times, rows, rates }: Chart): { told: number; untold: number } {
  const sums = { told: 0, untold: 0 };
  for (let index = 1; index < times.length; index += 1) {
    const rate = rates[index] ?? null;
    const [seconds, more] = [times, rows].map((list) => (list[index] ?? NaN) - (list[index - 1] ?? NaN));
    if (rate === null) {
      sums.untold += more ?? NaN;
    } else {
      sums.told += rate * (seconds ?? NaN);
    }
  }
  return sums;
}
