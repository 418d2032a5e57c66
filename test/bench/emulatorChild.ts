// Runs the emulator in a separate process, so that its work isn't measured as the client's: see
// EmulatorProcess.
import { truncateToSeconds } from '../../src/sampleServer/sequinTypes.ts';
import { Emulator } from '../emulator/Emulator.ts';
import type { EmulatorCommand } from './EmulatorProcess.ts';

/** Large enough that one percent is many rows, and that the smallest step is less than one percent. */
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
    move(command.move, command.step);
  }
  process.send?.('done');
});
// Exit together with the parent process.
process.once('disconnect', () => process.exit());
process.send?.({ url: emulator.url, token: emulator.token });
