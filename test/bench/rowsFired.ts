import { EmulatorProcess } from './EmulatorProcess.ts';
import { LiveTree } from './LiveTree.ts';
import type { Part } from './report.ts';

/** What happens between two polls, in words, and as an order to the emulator. */
const happenings = [
  { name: 'nothing moved', move: 0, step: 0 },
  { name: '1 backfill moved by a percent', move: 1, step: 0.012 },
  { name: '10 moved by a percent', move: 10, step: 0.012 },
  { name: '200 moved by a percent', move: 200, step: 0.012 },
  { name: '200 moved by 1,000 rows', move: 200, step: 0.0001 },
];

/** How many rows of the tree are fired a cycle, against how many show something else than before. */
export async function rowsFired(): Promise<Part> {
  const emulator = await EmulatorProcess.start();
  const live = await LiveTree.open(emulator);
  await live.cycle();
  const counts = [];
  for (const { name, move, step } of happenings) {
    const before = live.texts();
    await emulator.tell({ move, step });
    await live.cycle();
    const fired = live.fired.length;
    const after = live.texts();
    const changed = [...after].filter(([id, text]) => before.get(id) !== text).length;
    counts.push({ name, rows: after.size, changed, fired });
  }
  emulator.stop();
  const exact = counts.every(({ changed, fired }) => changed === fired);
  return {
    title: '3. Rows fired a cycle: 1,000 sinks, 20 of the running ones expanded',
    columns: ['between two polls', 'rows', 'look otherwise', 'fired'],
    rows: counts.map(({ name, rows, changed, fired }) => [
      name,
      String(rows),
      String(changed),
      String(fired),
    ]),
    notes: [exact ? '✓ Only those that changed.' : '✗ Not only those that changed.'],
    data: counts,
  };
}
