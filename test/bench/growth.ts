import assert from 'node:assert/strict';
import type { ProgressHistory } from '../../src/model/history/history.ts';
import { recordObservation, type Observation } from '../../src/model/history/recordObservation.ts';
import { trackProgress } from '../../src/model/progress/trackProgress.ts';
import { maxYamlLength, findTablesInYaml } from '../../src/yaml/findTablesInYaml.ts';
import { buildScenario, type Scenario } from '../emulator/scenarios.ts';
import { World } from '../emulator/World.ts';
import { backfill, now, sink } from '../unit/samples.ts';
import { hostileYaml } from '../unit/yaml/hostileYaml.ts';
import { median, milliseconds, times, type Part } from './report.ts';

/** So many times as long as in the small case a unit of the large case may take. */
const most = 2;

/** The median time of the same work at two sizes, in milliseconds. */
interface Growth {
  readonly name: string;
  readonly small: number;
  readonly large: number;
  /** How many times as much there is to do in the large case. */
  readonly factor: number;
}

/** How the time of what must stay proportional grows with the input. */
export function growth(): Promise<Part> {
  const rows = [...hostileYaml.map(yamlGrowth), journalGrowth(), worldGrowth()].map((row) => ({
    ...row,
    ratio: row.large / row.small / row.factor,
  }));
  const missed = rows.filter(({ ratio }) => ratio > most).map(({ name }) => name);
  return Promise.resolve({
    title: '7. Growth: the time for a large input, against a small one',
    columns: ['median', 'small', 'large', 'larger by', 'slower per unit'],
    rows: rows.map(({ name, small, large, factor, ratio }) => [
      name,
      milliseconds(small),
      milliseconds(large),
      times(factor),
      times(ratio),
    ]),
    notes: [
      missed.length === 0
        ? `✓ At most ${times(most)} slower per unit.`
        : `✗ More than ${times(most)} slower per unit: ${missed.join('; ')}.`,
    ],
    data: rows,
  });
}

/** A `sequin.yaml` of an eighth of the largest size, and of the largest size. */
function yamlGrowth({ name, text, tables }: (typeof hostileYaml)[number]): Growth {
  const read = (yaml: string) => () => {
    assert.deepEqual(findTablesInYaml(yaml, 'orders'), tables);
  };
  const [small, large] = [text(maxYamlLength / 8), text(maxYamlLength)];
  return {
    name: `sequin.yaml, ${name}`,
    small: medianTime(read(small)),
    large: medianTime(read(large)),
    factor: large.length / small.length,
  };
}

/** A poll of 200 running backfills, while their journals are short and after 1,000 polls. */
function journalGrowth(): Growth {
  const polls = 1_000;
  const looks = Array.from({ length: 200 }, () => undefined as Observation | undefined);
  const journals = Array.from({ length: 200 }, () => undefined as ProgressHistory | undefined);
  const ofSink = sink();
  const spent: number[] = [];
  for (let poll = 0; poll < polls; poll += 1) {
    const at = now + 2_000 * poll;
    const next = looks.map((before, index): Observation => {
      const seen = backfill({
        rowsInitial: 100_000_000,
        rowsProcessed: 40_000 * Math.floor((poll + index) / 4),
        insertedAt: now,
        updatedAt: Math.max(now, at - 2_000 * ((poll + index) % 4)),
      });
      return { backfill: seen, track: trackProgress(before?.track, seen, at, ofSink) };
    });
    spent.push(
      timeOf(() => {
        for (const [index, look] of next.entries()) {
          journals[index] = recordObservation(journals[index], looks[index], look, at);
        }
      }),
    );
    looks.splice(0, looks.length, ...next);
  }
  // The first polls run before V8 has optimized the code.
  return {
    name: 'journals of 200 backfills, a poll',
    small: median(spent.slice(100, 300)),
    large: median(spent.slice(-200)),
    factor: 1,
  };
}

/** The emulator's world of a demo, and the largest one. */
function worldGrowth(): Growth {
  const build = (scenario: Scenario): World => {
    const world = new World({ seed: 1, speed: 1, clock: { now: () => now } });
    buildScenario(world, scenario);
    return world;
  };
  const backfillsIn = (scenario: Scenario) =>
    build(scenario).sinks.reduce((count, { backfills }) => count + backfills.length, 0);
  return {
    name: 'emulator, filling its world',
    small: medianTime(() => build('demo')),
    large: medianTime(() => build('large')),
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
