import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSnapshot, writeSnapshot } from '../../src/servers/snapshotFile.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { createLargeSnapshot } from '../unit/servers/largeSnapshot.ts';
import { type BenchSection, formatMilliseconds, median } from './report.ts';

/** The maximum size of the file in bytes, and the maximum CPU time of the first read in milliseconds. */
const maxBytes = 2_000_000;
const maxReadMs = 50;
const repetitions = 21;

/** Measures writing and reading the file of a saved snapshot with 1,000 sinks and 200 running backfills. */
export async function measureSavedSnapshot(): Promise<BenchSection> {
  const path = join(createTemporaryFolder(), 'snapshot.json');
  const snapshot = createLargeSnapshot({ sinks: 1_000, running: 200, finishedPerSink: 50 });
  const writeMs = await measureMedianTime(() => {
    writeSnapshot(path, snapshot);
  });
  const { size } = statSync(path);
  const firstReadMs = await measureTime(() => readSnapshot(path));
  const readMs = await measureMedianTime(() => readSnapshot(path));
  const read = await readSnapshot(path);
  const savedCount = [...(read?.backfills.values() ?? [])].reduce(
    (sum, backfills) => sum + backfills.size,
    0,
  );
  writeFileSync(path, '{"version":1,"sinks":[');
  const damagedMs = await measureTime(() => readSnapshot(path));
  return {
    title: '8. Saved snapshot: 1,000 sinks, 200 running backfills, 50 finished backfills per sink',
    columns: ['', 'size or CPU time'],
    rows: [
      ['size', `${Math.ceil(size / 1_000)} kB`],
      ['saved backfills', String(savedCount)],
      ['write, median', formatMilliseconds(writeMs)],
      ['first read', formatMilliseconds(firstReadMs)],
      ['later reads, median', formatMilliseconds(readMs)],
      ['delete a damaged file', formatMilliseconds(damagedMs)],
    ],
    goals: [
      { isMet: size <= maxBytes, text: `At most ${maxBytes / 1_000} kB.` },
      {
        isMet: firstReadMs <= maxReadMs,
        text: `Read within ${formatMilliseconds(maxReadMs)}.`,
        isTime: true,
      },
    ],
    data: { size, savedCount, writeMs, firstReadMs, readMs, damagedMs },
  };
}

async function measureMedianTime(work: () => unknown): Promise<number> {
  const durations: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    durations.push(await measureTime(work));
  }
  return median(durations);
}

/** Measures the CPU time of work, in milliseconds. Other programs on the machine hardly affect it. */
async function measureTime(work: () => unknown): Promise<number> {
  const cpuBefore = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return (user + system) / 1_000;
}
