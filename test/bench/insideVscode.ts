import { join } from 'node:path';
import { projectDir } from '../host/paths.ts';
import { runOrFail } from '../host/processes.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { EmulatorProcess } from './EmulatorProcess.ts';
import { firstRow, type FirstRow } from './firstRow.ts';
import type { ActivationTime } from './inside/activationTimes.ts';
import type { Heap } from './inside/heap.ts';
import { empty, installPair, ours, writeIdleExtension } from './installedPair.ts';
import { median, milliseconds, times, type Part } from './report.ts';
import { buildInside, runInside } from './runInside.ts';

const windows = 12;
const openings = 3;

/** The goals: milliseconds on a quiet machine, and times what an empty tree takes. */
const mostMs = 15;
const mostTimes = 5;

/** What the extension that ships takes inside VS Code, beside one with an empty tree. */
export async function insideVscode(): Promise<Part> {
  await runOrFail('node esbuild.js --production', { cwd: projectDir });
  await buildInside();
  const activations = await activate();
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

  const middle = (id: string, of: (time: ActivationTime) => number): number =>
    median(activations.flatMap((times) => (times[id] === undefined ? [] : of(times[id]))));
  const compare = (name: string, of: (time: ActivationTime) => number): string[] => {
    const [our, bare] = [middle(ours, of), middle(empty, of)];
    return [name, milliseconds(our), milliseconds(bare), times(our / bare)];
  };
  const total = ({ load, finish }: ActivationTime): number => load + finish;
  const ratio = middle(ours, total) / middle(empty, total);
  const fast = middle(ours, total) <= mostMs && ratio <= mostTimes;
  const megabytes = (bytes = NaN): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const [server, snapshot] = [rows.map((it) => it.fromServer), rows.map((it) => it.fromSnapshot)];
  return {
    title: '4. Inside VS Code, as it ships (newest VS Code, in a browser)',
    columns: ['median', 'ours', 'empty tree', 'ratio'],
    rows: [
      compare('load the bundle', ({ load }) => load),
      compare('activate() returns', ({ call }) => call),
      compare('activate() is done', ({ finish }) => finish),
      compare('load and activate', total),
      ['view opened → first row, from the snapshot', milliseconds(median(snapshot)), '', ''],
      ['view opened → first row, from the server', milliseconds(median(server)), '', ''],
      ['heap before a server is known', megabytes(heap?.before), '', ''],
      ['heap with 1,000 sinks drawn', megabytes(heap?.after), '', ''],
    ],
    notes: [
      `${fast ? '✓' : '✗'} Load and activate: ${milliseconds(mostMs)} on a quiet machine, and ${times(mostTimes)} an empty tree.`,
      'The server answers at once; the heap is that of the whole extension host, after a collection.',
    ],
    data: { activations, rows, heap },
  };
}

/** Times of both extensions, from windows of a VS Code that has both installed. */
async function activate(): Promise<Record<string, ActivationTime>[]> {
  const dataDir = temporaryFolder();
  await installPair(join(dataDir, 'extensions'));
  const developmentPath = join(dataDir, 'idle');
  await writeIdleExtension(developmentPath);
  const env = { SEQUIN_BENCH_EXTENSIONS: `${ours},${empty}` };
  return runInside({ module: 'activation', developmentPath, env, dataDir }, windows);
}
