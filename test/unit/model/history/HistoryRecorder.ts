import { type Chart, createChart } from '../../../../src/model/history/chart.ts';
import type { HistoryEvent, ProgressHistory } from '../../../../src/model/history/history.ts';
import { type Observation, recordObservation } from '../../../../src/model/history/recordObservation.ts';
import { trackProgress } from '../../../../src/model/progress/trackProgress.ts';
import { readRecordedSeries } from '../../../bench/series.ts';
import { readSeries } from '../../../recordings/recordings.ts';
import { now } from '../../samples.ts';
import { BackfillObserver } from '../progress/BackfillObserver.ts';

/** Observes a backfill with a simulated clock, and records its history. */
export class HistoryRecorder extends BackfillObserver {
  history: ProgressHistory | undefined;
  #previous: Observation | undefined;

  override observe(): this {
    const { isSinkEdited } = this;
    super.observe();
    if (this.track !== undefined) {
      const observation = { backfill: this.backfill, track: this.track, isSinkEdited };
      this.history = recordObservation(this.history, this.#previous, observation, this.at);
      this.#previous = observation;
    }
    return this;
  }

  get samples(): ProgressHistory['samples'] {
    return this.history?.samples ?? [];
  }

  /** Lists the events of a kind, with times in seconds since the start of the backfill. */
  events<K extends HistoryEvent['kind']>(kind: K): Extract<HistoryEvent, { kind: K }>[] {
    const events = (this.history?.events ?? []).filter(
      (event): event is Extract<HistoryEvent, { kind: K }> => event.kind === kind,
    );
    return events.map((event) => ({
      ...event,
      ...Object.fromEntries(
        Object.entries(event)
          .filter(([key]) => ['at', 'notBefore', 'from', 'to'].includes(key))
          .map(([key, ms]) => [key, (Number(ms) - now) / 1000]),
      ),
    }));
  }

  createChart(): Chart {
    if (this.history === undefined) {
      throw new Error('nothing was observed');
    }
    return createChart(this.history, this.backfill, this.at, this.detectStall()?.idleSince);
  }
}

/**
 * Observes a recorded series every `everyMs` milliseconds. Returns the last observation and the history. `at` is the
 * time of the last observation, and `zeroAt` is the server's time at the start of the recording, both in milliseconds
 * since the epoch.
 */
export function replay(
  name: string,
  everyMs = 500,
): Observation & { history: ProgressHistory; at: number; zeroAt: number } {
  let history: ProgressHistory | undefined;
  let previous: Observation | undefined;
  const { observations } = readRecordedSeries(name, everyMs);
  for (const { at, backfill } of observations) {
    const observation = { backfill, track: trackProgress(previous?.track, backfill, at) };
    history = recordObservation(history, previous, observation, at);
    previous = observation;
  }
  const [first, last] = [observations[0], observations.at(-1)];
  if (history === undefined || previous === undefined || first === undefined || last === undefined) {
    throw new Error(`${name} is empty`);
  }
  return { ...previous, history, at: last.at, zeroAt: first.at - (readSeries(name).samples[0]?.t_ms ?? 0) };
}

/**
 * Adds up the rows of a chart. `known` is the integral of the rates, and `unknown` is the number of rows in intervals
 * without a rate.
 */
export function integrateRates({ times, rows, rates }: Chart): { known: number; unknown: number } {
  const sums = { known: 0, unknown: 0 };
  for (let index = 1; index < times.length; index += 1) {
    const rate = rates[index] ?? null;
    const [seconds, addedRows] = [times, rows].map((list) => (list[index] ?? NaN) - (list[index - 1] ?? NaN));
    if (rate === null) {
      sums.unknown += addedRows ?? NaN;
    } else {
      sums.known += rate * (seconds ?? NaN);
    }
  }
  return sums;
}
