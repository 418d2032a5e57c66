// Runs the emulator of `EmulatorProcess.ts` in a separate process, so that the CPU time of the emulator isn't measured.
import { truncateToSeconds } from '../../src/sampleServer/sequinTypes.ts';
import { Emulator } from '../emulator/Emulator.ts';
import type { EmulatorCommand } from './EmulatorProcess.ts';

/** The number of rows in each table. The smallest step, 1,000 rows, is far less than one percent of them. */
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

/** Advances the first `count` backfills by a share of their rows. A backfill that would complete goes back to 5%. */
function advance(count: number, step: number): void {
  for (const { json } of running.slice(0, count)) {
    const processed = json.rows_processed_count + Math.round(step * rows);
    json.rows_processed_count = processed < rows ? processed : 0.05 * rows;
    json.rows_ingested_count = json.rows_processed_count;
    json.updated_at = truncateToSeconds(Date.now());
  }
}

process.on('message', (command: EmulatorCommand) => {
  if ('hang' in command) {
    emulator.fault(command.hang ? { hang: true } : undefined);
  } else {
    advance(command.count, command.step);
  }
  process.send?.('done');
});
// Exit together with the parent process.
process.once('disconnect', () => process.exit());
process.send?.({ url: emulator.url, token: emulator.token });
