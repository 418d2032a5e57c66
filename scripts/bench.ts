// `npm run bench` runs all sections, prints a table for each, and writes `out/bench.json`. `-- --only 1,3` runs only
// some sections. ✗ marks a missed goal. With `-- --check`, a missed goal makes the run fail, except for a goal that
// limits a time, because times depend on the machine.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { measureGrowth } from '../test/bench/growth.ts';
import { measureHostTime } from '../test/bench/hostTime.ts';
import { measureInsideVscode } from '../test/bench/insideVscode.ts';
import { measurePageTime } from '../test/bench/pageTime.ts';
import { type BenchSection, formatSection } from '../test/bench/report.ts';
import { measureRowMemory } from '../test/bench/rowMemory.ts';
import { countFiredRows } from '../test/bench/rowsFired.ts';
import { measureSavedSnapshot } from '../test/bench/savedSnapshot.ts';
import { measureServerCost } from '../test/bench/serverCost.ts';
import { measureTimeLeft } from '../test/bench/timeLeft.ts';
import { measureYamlChecks } from '../test/bench/yamlChecks.ts';
import { parseChoice, parseOptions, runMain } from '../test/host/options.ts';
import { projectDir } from '../test/host/paths.ts';

const sections: readonly (() => Promise<BenchSection>)[] = [
  measureServerCost,
  measureHostTime,
  countFiredRows,
  measureInsideVscode,
  measureTimeLeft,
  measurePageTime,
  measureGrowth,
  measureSavedSnapshot,
  measureRowMemory,
  measureYamlChecks,
];

const { only, check } = await runMain(() => {
  const values = parseOptions({ options: { only: { type: 'string' }, check: { type: 'boolean' } } });
  const numbers = sections.map((_, index) => String(index + 1));
  return {
    only: values.only?.split(',').map((number) => parseChoice('--only', numbers, number)) ?? numbers,
    check: values.check === true,
  };
});

process.chdir(projectDir);
const results: BenchSection[] = [];
for (const [index, run] of sections.entries()) {
  if (only.includes(String(index + 1))) {
    const section = await run();
    console.log(`${formatSection(section)}\n`);
    results.push(section);
  }
}
await mkdir('out', { recursive: true });
const machine = {
  cpu: cpus()[0]?.model,
  cpus: cpus().length,
  node: process.version,
  platform: process.platform,
};
await writeFile(
  'out/bench.json',
  JSON.stringify({ at: new Date(), machine, sections: results }, undefined, 2),
);
const missed = results.flatMap(({ goals }) => goals).filter(({ isMet, isTime }) => !isMet && isTime !== true);
process.exit(check && missed.length > 0 ? 1 : 0);
