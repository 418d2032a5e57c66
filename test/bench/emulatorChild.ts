// The emulator in a process of its own, so that its work is not taken for the client's: see EmulatorProcess.
import { Emulator } from '../emulator/Emulator.ts';
import { cutToSeconds } from '../emulator/sequinTypes.ts';
import type { Order } from './EmulatorProcess.ts';

/** Large enough that a percent is many rows, and that the smallest step is no percent. */
const rows = 10_000_000;

const emulator = await Emulator.start({ scenario: 'large', latency: false });
const running = emulator.world.sinks.flatMap(({ backfills }) =>
  backfills.filter(({ isRunning }) => isRunning),
);
for (const { json } of running) {
  emulator.world.setBackfill(json.id, {
    rows_initial_count: rows,
    rows_processed_count: 0.05 * rows,
    rows_ingested_count: 0.05 * rows,
  });
}

function move(count: number, step: number): void {
  for (const { json } of running.slice(0, count)) {
    const done = json.rows_processed_count + Math.round(step * rows);
    json.rows_processed_count = done < rows ? done : 0.05 * rows;
    json.rows_ingested_count = json.rows_processed_count;
    json.updated_at = cutToSeconds(Date.now());
  }
}

process.on('message', (order: Order) => {
  if ('hang' in order) {
    emulator.fault(order.hang ? { hang: true } : undefined);
  } else {
    move(order.move, order.step);
  }
  process.send?.('done');
});
// It ends with the one that started it.
process.once('disconnect', () => process.exit());
process.send?.({ url: emulator.url, token: emulator.token });
