import assert from 'node:assert/strict';
import type { ProgressHistory } from '../../src/model/history/history.ts';
import { type Observation, recordObservation } from '../../src/model/history/recordObservation.ts';
import { trackProgress } from '../../src/model/progress/trackProgress.ts';
import { findTablesInYaml, maxYamlLength } from '../../src/yaml/searchYaml.ts';
import { EmulatedWorld } from '../emulator/EmulatedWorld.ts';
import { buildScenario, type Scenario } from '../emulator/scenarios.ts';
import { backfill, now, sink } from '../unit/samples.ts';
import { aliasFreeYaml } from '../unit/yaml/hostileYaml.ts';
import { type BenchSection, formatMilliseconds, formatRatio, median } from './report.ts';

/** The maximum time per unit in the large case, as a multiple of the time per unit in the small case. */
const maxRatio = 2;

/** The median times of the same work with a small and a large input, in milliseconds. */
interface Growth {
  readonly name: string;
  readonly small: number;
  readonly large: number;
  /** The size of the large case divided by that of the small case. */
  readonly factor: number;
}

/** Measures work whose time must be at most proportional to the size of the input. */
export function measureGrowth(): Promise<BenchSection> {
  const rows = [...aliasFreeYaml.map(measureYamlGrowth), measureHistoryGrowth(), measureWorldGrowth()].map(
    (row) => ({
      ...row,
      ratio: row.large / row.small / row.factor,
    }),
  );
  const missed = rows.filter(({ ratio }) => ratio > maxRatio).map(({ name }) => name);
  return Promise.resolve({
    title: '7. Growth: the time for a large input compared with a small one',
    columns: ['median', 'small', 'large', 'size ratio', 'time ratio per unit'],
    rows: rows.map(({ name, small, large, factor, ratio }) => [
      name,
      formatMilliseconds(small),
      formatMilliseconds(large),
      formatRatio(factor),
      formatRatio(ratio),
    ]),
    notes: missed.map((name) => `Too slow: ${name}.`),
    goals: [{ isMet: missed.length === 0, text: `At most ${formatRatio(maxRatio)} the time per unit.` }],
    data: rows,
  });
}

/** Measures reading a `sequin.yaml` of the maximum size, compared with one of an eighth of that size. */
function measureYamlGrowth({ name, text, expectedTables }: (typeof aliasFreeYaml)[number]): Growth {
  const readTables = (yaml: string) => () => {
    assert.deepEqual(findTablesInYaml(yaml, 'orders'), expectedTables);
  };
  const [small, large] = [text(maxYamlLength / 8), text(maxYamlLength)];
  return {
    name: `sequin.yaml, ${name}`,
    small: measureMedianTime(readTables(small)),
    large: measureMedianTime(readTables(large)),
    factor: large.length / small.length,
  };
}

/**
 * Records 1,000 polls of 200 running backfills. Compares polls 100 to 299, when the histories are short, with the last
 * 200 polls. The time of a poll must not grow with the histories, so the factor is 1.
 */
function measureHistoryGrowth(): Growth {
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
      measureTime(() => {
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

/** Measures filling an emulator's world with the scenario `large`, compared with `demo`. The unit is a backfill. */
function measureWorldGrowth(): Growth {
  const buildWorld = (scenario: Scenario): EmulatedWorld => {
    const world = new EmulatedWorld({ seed: 1, speed: 1, clock: { now: () => now } });
    buildScenario(world, scenario);
    return world;
  };
  const countBackfills = (scenario: Scenario) =>
    buildWorld(scenario).sinks.reduce((count, { backfills }) => count + backfills.length, 0);
  return {
    name: 'filling the emulator’s world',
    small: measureMedianTime(() => buildWorld('demo')),
    large: measureMedianTime(() => buildWorld('large')),
    factor: countBackfills('large') / countBackfills('demo'),
  };
}

function measureMedianTime(work: () => unknown): number {
  return median(Array.from({ length: 5 }, () => measureTime(work)));
}

function measureTime(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
