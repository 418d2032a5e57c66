import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSnapshot, writeSnapshot } from '../../src/servers/snapshotFile.ts';
import { createLargeSnapshot } from '../unit/servers/largeSnapshot.ts';
import { type BenchSection, median, milliseconds } from './report.ts';

const maxBytes = 2_000_000;
const maxReadMs = 50;
const repetitions = 21;

/** Measures the file with the snapshot of the last session, at 1,000 sinks with 200 running backfills. */
export async function savedSnapshot(): Promise<BenchSection> {
  const folder = mkdtempSync(join(tmpdir(), 'sequin-bench-'));
  try {
    const path = join(folder, 'snapshot.json');
    const snapshot = createLargeSnapshot({ sinks: 1_000, running: 200, finishedPerSink: 50 });
    const writeMs = await medianTime(() => {
      writeSnapshot(path, snapshot);
    });
    const { size } = statSync(path);
    const firstReadMs = await timeOf(() => readSnapshot(path));
    const readMs = await medianTime(() => readSnapshot(path));
    const read = await readSnapshot(path);
    const saved = [...(read?.backfills.values() ?? [])].reduce((sum, { size: count }) => sum + count, 0);
    writeFileSync(path, '{"version":1,"sinks":[');
    const damagedMs = await timeOf(() => readSnapshot(path));
    return {
      title: '8. Saved snapshot: 1,000 sinks, 200 running backfills, 50 finished backfills per sink',
      columns: ['', 'size or CPU time'],
      rows: [
        ['size', `${Math.ceil(size / 1_000)} kB`],
        ['saved backfills', String(saved)],
        ['write, median', milliseconds(writeMs)],
        ['first read, with validation', milliseconds(firstReadMs)],
        ['later reads, median', milliseconds(readMs)],
        ['delete a damaged file', milliseconds(damagedMs)],
      ],
      goals: [
        { isMet: size <= maxBytes, text: `At most ${maxBytes / 1_000} kB.` },
        { isMet: firstReadMs <= maxReadMs, text: `Read within ${milliseconds(maxReadMs)}.`, isTime: true },
      ],
      data: { size, saved, writeMs, firstReadMs, readMs, damagedMs },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function medianTime(work: () => unknown): Promise<number> {
  const durations: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    durations.push(await timeOf(work));
  }
  return median(durations);
}

/** The CPU time of work in milliseconds, which other programs on the machine don't affect much. */
async function timeOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
