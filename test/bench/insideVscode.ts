import { join } from 'node:path';
import { projectDir } from '../host/paths.ts';
import { runOrFail } from '../host/processes.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { EmulatorProcess } from './EmulatorProcess.ts';
import { type FirstRow, firstRow } from './firstRow.ts';
import type { ActivationTime } from './inside/activationTimes.ts';
import type { Heap } from './inside/heap.ts';
import { emptyId, installPair, sequinId, writeIdleExtension } from './installedPair.ts';
import { type BenchSection, median, milliseconds, times } from './report.ts';
import { buildInside, runInside } from './runInside.ts';

const windows = 12;
const openings = 3;

/** The maximum time in milliseconds, and as a multiple of the time of an extension with an empty tree. */
const maxActivationMs = 15;
const maxActivationRatio = 5;

/** Measures the packaged extension inside VS Code, next to one with an empty tree. */
export async function insideVscode(): Promise<BenchSection> {
  await runOrFail('node esbuild.js --production', { cwd: projectDir });
  await buildInside();
  const activations = await measureActivations();
  const emulator = await EmulatorProcess.start();
  const [heap] = await runInside<Heap>(
    {
      module: 'heap',
      developmentPath: projectDir,
      env: { SEQUIN_BENCH_ADDRESS: emulator.url, SEQUIN_BENCH_TOKEN: emulator.token },
    },
    1,
  );
  const rows: FirstRow[] = [];
  for (let count = 0; count < openings; count += 1) {
    rows.push(await firstRow(emulator));
  }
  emulator.stop();

  const medianOf = (id: string, of: (time: ActivationTime) => number): number =>
    median(activations.flatMap((times) => (times[id] === undefined ? [] : of(times[id]))));
  const compare = (name: string, of: (time: ActivationTime) => number): string[] => {
    const [own, emptyTree] = [medianOf(sequinId, of), medianOf(emptyId, of)];
    return [name, milliseconds(own), milliseconds(emptyTree), times(own / emptyTree)];
  };
  const total = ({ load, finish }: ActivationTime): number => load + finish;
  const ratio = medianOf(sequinId, total) / medianOf(emptyId, total);
  const megabytes = (bytes = NaN): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const [server, snapshot] = [rows.map((it) => it.fromServer), rows.map((it) => it.fromSnapshot)];
  return {
    title: '4. The packaged extension inside VS Code (newest VS Code, in a browser)',
    columns: ['median', 'ours', 'empty tree', 'ratio'],
    rows: [
      compare('load the bundle', ({ load }) => load),
      compare('activate() returns', ({ call }) => call),
      compare('activate() resolves', ({ finish }) => finish),
      compare('load and activate', total),
      ['view opened → first row, from the snapshot', milliseconds(median(snapshot)), '', ''],
      ['view opened → first row, from the server', milliseconds(median(server)), '', ''],
      ['heap before connecting', megabytes(heap?.before), '', ''],
      ['heap with 1,000 sinks rendered', megabytes(heap?.after), '', ''],
    ],
    notes: [
      'The server responds without delay; the heap is that of the whole extension host, after garbage collection.',
    ],
    goals: [
      {
        isMet: ratio <= maxActivationRatio,
        text: `Load and activate: at most ${times(maxActivationRatio)} the time of an empty tree.`,
      },
      {
        isMet: medianOf(sequinId, total) <= maxActivationMs,
        text: `Load and activate: at most ${milliseconds(maxActivationMs)}.`,
        isTime: true,
      },
    ],
    data: { activations, rows, heap },
  };
}

/** Measures both extensions in windows of a VS Code that has them installed. */
async function measureActivations(): Promise<Record<string, ActivationTime>[]> {
  const dataDir = temporaryFolder();
  await installPair(join(dataDir, 'extensions'));
  const developmentPath = join(dataDir, 'idle');
  await writeIdleExtension(developmentPath);
  const env = { SEQUIN_BENCH_EXTENSIONS: `${sequinId},${emptyId}` };
  return runInside({ module: 'activation', developmentPath, env, dataDir }, windows);
}
