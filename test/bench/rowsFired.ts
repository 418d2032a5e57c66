import { isDeepStrictEqual } from 'node:util';
import { EmulatorProcess } from './EmulatorProcess.ts';
import { LiveTree } from './LiveTree.ts';
import type { BenchSection } from './report.ts';

/** The progress between two polls: how many backfills advance, and by which share of their rows. */
const progressSteps = [
  { name: 'no progress', count: 0, step: 0 },
  { name: '1 backfill by 1.2 %', count: 1, step: 0.012 },
  { name: '10 backfills by 1.2 %', count: 10, step: 0.012 },
  { name: '200 backfills by 1.2 %', count: 200, step: 0.012 },
  { name: '200 backfills by 1,000 rows', count: 200, step: 0.0001 },
];

/** Compares the rows that the tree fires in a poll with the rows whose content changed. */
export async function countFiredRows(): Promise<BenchSection> {
  const emulator = await EmulatorProcess.start();
  const live = await LiveTree.open(emulator);
  await live.poll();
  const counts = [];
  for (const { name, ...command } of progressSteps) {
    const previousRows = live.renderRows();
    await emulator.send(command);
    await live.poll();
    const rows = live.renderRows();
    const changedIds = [...rows].filter(([id, text]) => previousRows.get(id) !== text).map(([id]) => id);
    counts.push({
      name,
      rows: rows.size,
      changed: changedIds.length,
      fired: live.firedIds.length,
      isExact: isDeepStrictEqual(live.firedIds.toSorted(), changedIds.toSorted()),
    });
  }
  emulator.stop();
  return {
    title: '3. Rows fired per poll: 1,000 sinks, 20 of the running ones expanded',
    columns: ['progress between two polls', 'rows', 'changed', 'fired'],
    rows: counts.map(({ name, rows, changed, fired }) => [
      name,
      String(rows),
      String(changed),
      String(fired),
    ]),
    goals: [{ isMet: counts.every(({ isExact }) => isExact), text: 'Fires exactly the changed rows.' }],
    data: counts,
  };
}
