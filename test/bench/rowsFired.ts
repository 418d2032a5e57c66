import { EmulatorProcess } from './EmulatorProcess.ts';
import { LiveTree } from './LiveTree.ts';
import type { BenchSection } from './report.ts';

/** The progress between two polls: a description, and a command for the emulator. */
const progressSteps = [
  { name: 'no progress', move: 0, step: 0 },
  { name: '1 backfill by 1 %', move: 1, step: 0.012 },
  { name: '10 backfills by 1 %', move: 10, step: 0.012 },
  { name: '200 backfills by 1 %', move: 200, step: 0.012 },
  { name: '200 backfills by 1,000 rows', move: 200, step: 0.0001 },
];

/** Compares the number of rows that the tree fires per poll with the number of rows that changed. */
export async function rowsFired(): Promise<BenchSection> {
  const emulator = await EmulatorProcess.start();
  const live = await LiveTree.open(emulator);
  await live.poll();
  const counts = [];
  for (const { name, move, step } of progressSteps) {
    const previousRows = live.renderRows();
    await emulator.send({ move, step });
    await live.poll();
    const fired = live.firedRows.length;
    const rows = live.renderRows();
    const changed = [...rows].filter(([id, text]) => previousRows.get(id) !== text).length;
    counts.push({ name, rows: rows.size, changed, fired });
  }
  emulator.stop();
  const exact = counts.every(({ changed, fired }) => changed === fired);
  return {
    title: '3. Rows fired per poll: 1,000 sinks, 20 of the running ones expanded',
    columns: ['progress between two polls', 'rows', 'changed', 'fired'],
    rows: counts.map(({ name, rows, changed, fired }) => [
      name,
      String(rows),
      String(changed),
      String(fired),
    ]),
    goals: [{ isMet: exact, text: 'Exactly the changed rows.' }],
    data: counts,
  };
}
