import type { BackfillJson } from '../../../src/sampleServer/sequinTypes.ts';
import { readSeries } from '../../recordings/recordings.ts';

/** A backfill at `t_ms`, in ms since the start of its series. */
export type Sample = Pick<
  BackfillJson,
  'state' | 'rows_processed_count' | 'rows_initial_count' | 'updated_at'
> & {
  t_ms: number;
};

/** A sample with more rows than the previous one. */
export interface Step {
  rows: number;
  /** Time since the previous step or the start, in ms. */
  idleMs: number;
}

/** Reads the samples of recorded series, up to the time when the backfill was paused or finished. */
export function readActiveSamples(names: readonly string[]): Sample[][] {
  return names.map((name) => takeActiveSamples(readSamples(name)));
}

function readSamples(name: string): Sample[] {
  return readSeries(name).samples.flatMap(({ backfill, t_ms }) => (backfill ? [{ ...backfill, t_ms }] : []));
}

/** Returns the samples up to the time when the backfill was paused or finished. */
function takeActiveSamples(samples: Sample[]): Sample[] {
  const end = samples.findIndex(({ state }) => state !== 'active');
  return samples.slice(0, end);
}

/** Finds the samples with more rows than the previous one. */
export function findSteps(samples: Sample[]): Step[] {
  const steps: Step[] = [];
  let [previous] = samples;
  for (const sample of samples) {
    if (!previous || sample.rows_processed_count === previous.rows_processed_count) {
      continue;
    }
    const rows = sample.rows_processed_count - previous.rows_processed_count;
    steps.push({ rows, idleMs: sample.t_ms - previous.t_ms });
    previous = sample;
  }
  return steps;
}
