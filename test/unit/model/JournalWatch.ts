import { chartOf, type Chart } from '../../../src/model/chart.ts';
import { record, type Journal, type JournalEvent, type Look } from '../../../src/model/journal.ts';
import { observe } from '../../../src/model/track.ts';
import { recordedSeries } from '../../bench/series.ts';
import { readSeries } from '../../recordings/recordings.ts';
import { now } from '../samples.ts';
import { Watch } from './Watch.ts';

/** A watch that takes down what it sees. */
export class JournalWatch extends Watch {
  journal: Journal | undefined;
  #before: Look | undefined;

  override look(): this {
    super.look();
    if (this.track !== undefined) {
      const look = { backfill: this.backfill, track: this.track };
      this.journal = record(this.journal, this.#before, look, this.at);
      this.#before = look;
    }
    return this;
  }

  get samples(): Journal['samples'] {
    return this.journal?.samples ?? [];
  }

  /** The events of a kind, their times in seconds since the create. */
  events<K extends JournalEvent['kind']>(kind: K): Extract<JournalEvent, { kind: K }>[] {
    const found = (this.journal?.events ?? []).filter(
      (event): event is Extract<JournalEvent, { kind: K }> => event.kind === kind,
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
    if (this.journal === undefined) {
      throw new Error('nothing was seen');
    }
    return chartOf(this.journal, this.backfill, this.at, this.track);
  }
}

/** What was taken down of a recorded series by somebody who looked every `everyMs`, and its server's time at 0 ms. */
export function replay(name: string, everyMs = 500): Look & { journal: Journal; at: number; zero: number } {
  let journal: Journal | undefined;
  let before: Look | undefined;
  const { looks } = recordedSeries(name, everyMs);
  for (const { at, backfill } of looks) {
    const look = { backfill, track: observe(before?.track, backfill, at) };
    journal = record(journal, before, look, at);
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
