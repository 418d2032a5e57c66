// Runs the emulator of EmulatorProcess in a separate process, so that its work isn't measured as the client's.
import { truncateToSeconds } from '../../src/sampleServer/sequinTypes.ts';
import { Emulator } from '../emulator/Emulator.ts';
import type { EmulatorCommand } from './EmulatorProcess.ts';

/** The rows of each table: so many that the 1,000 rows of the smallest step are far less than one percent. */
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

/** Advances backfills by a share of their rows. Those that would complete start over at 5%. */
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
