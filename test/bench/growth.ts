import assert from 'node:assert/strict';
import type { ProgressHistory } from '../../src/model/history/history.ts';
import { type Observation, recordObservation } from '../../src/model/history/recordObservation.ts';
import { trackProgress } from '../../src/model/progress/trackProgress.ts';
import { World } from '../../src/sampleServer/World.ts';
import { findTablesInYaml, maxYamlLength } from '../../src/yaml/findTablesInYaml.ts';
import { buildScenario, type Scenario } from '../emulator/scenarios.ts';
import { backfill, now, sink } from '../unit/samples.ts';
import { aliasFreeYaml } from '../unit/yaml/hostileYaml.ts';
import { type BenchSection, median, milliseconds, times } from './report.ts';

/** How many times slower a unit of the large case may be than one of the small case. */
const maxSlowdown = 2;

/** The median time of the same work at two sizes, in milliseconds. */
interface Growth {
  readonly name: string;
  readonly small: number;
  readonly large: number;
  /** The size of the large case divided by that of the small case. */
  readonly factor: number;
}

/** Measures work whose time must be proportional to the size of the input. */
export function growth(): Promise<BenchSection> {
  const rows = [...aliasFreeYaml.map(yamlGrowth), historyGrowth(), worldGrowth()].map((row) => ({
    ...row,
    ratio: row.large / row.small / row.factor,
  }));
  const missed = rows.filter(({ ratio }) => ratio > maxSlowdown).map(({ name }) => name);
  return Promise.resolve({
    title: '7. Growth: the time for a large input compared with a small one',
    columns: ['median', 'small', 'large', 'size ratio', 'time ratio per unit'],
    rows: rows.map(({ name, small, large, factor, ratio }) => [
      name,
      milliseconds(small),
      milliseconds(large),
      times(factor),
      times(ratio),
    ]),
    notes: missed.map((name) => `Too slow: ${name}.`),
    goals: [{ isMet: missed.length === 0, text: `At most ${times(maxSlowdown)} slower per unit.` }],
    data: rows,
  });
}

/** Reads a `sequin.yaml` of an eighth of the maximum size, and one of the maximum size. */
function yamlGrowth({ name, text, expectedTables }: (typeof aliasFreeYaml)[number]): Growth {
  const read = (yaml: string) => () => {
    assert.deepEqual(findTablesInYaml(yaml, 'orders'), expectedTables);
  };
  const [small, large] = [text(maxYamlLength / 8), text(maxYamlLength)];
  return {
    name: `sequin.yaml, ${name}`,
    small: medianTime(read(small)),
    large: medianTime(read(large)),
    factor: large.length / small.length,
  };
}

/** Records polls of 200 running backfills with short histories, and after 1,000 polls. */
function historyGrowth(): Growth {
  const polls = 1_000;
  const observations = Array.from({ length: 200 }, () => undefined as Observation | undefined);
  const histories = Array.from({ length: 200 }, () => undefined as ProgressHistory | undefined);
  const sampleSink = sink();
  const durations: number[] = [];
  for (let poll = 0; poll < polls; poll += 1) {
    const at = now + 2_000 * poll;
    const next = observations.map((previous, index): Observation => {
      const observed = backfill({
        rowsInitial: 100_000_000,
        rowsProcessed: 40_000 * Math.floor((poll + index) / 4),
        insertedAt: now,
        updatedAt: Math.max(now, at - 2_000 * ((poll + index) % 4)),
      });
      return { backfill: observed, track: trackProgress(previous?.track, observed, at, sampleSink) };
    });
    durations.push(
      timeOf(() => {
        for (const [index, observation] of next.entries()) {
          histories[index] = recordObservation(histories[index], observations[index], observation, at);
        }
      }),
    );
    observations.splice(0, observations.length, ...next);
  }
  // The first polls run before V8 has optimized the code.
  return {
    name: 'histories of 200 backfills, per poll',
    small: median(durations.slice(100, 300)),
    large: median(durations.slice(-200)),
    factor: 1,
  };
}

/** Fills the emulator's world of the demo, and the largest one. */
function worldGrowth(): Growth {
  const buildWorld = (scenario: Scenario): World => {
    const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
    buildScenario(world, scenario);
    return world;
  };
  const backfillsIn = (scenario: Scenario) =>
    buildWorld(scenario).sinks.reduce((count, { backfills }) => count + backfills.length, 0);
  return {
    name: 'filling the emulator’s world',
    small: medianTime(() => buildWorld('demo')),
    large: medianTime(() => buildWorld('large')),
    factor: backfillsIn('large') / backfillsIn('demo'),
  };
}

function medianTime(work: () => unknown): number {
  return median(Array.from({ length: 5 }, () => timeOf(work)));
}

function timeOf(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
