import { join } from 'node:path';
import { projectDir } from '../host/paths.ts';
import { runOrFail } from '../host/processes.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { EmulatorProcess } from './EmulatorProcess.ts';
import { type FirstRowTimes, measureFirstRow } from './firstRow.ts';
import type { ActivationTimes } from './inside/activationTimes.ts';
import type { Heap } from './inside/heap.ts';
import { emptyId, installPair, sequinId, writeIdleExtension } from './installedPair.ts';
import { type BenchSection, formatMilliseconds, formatRatio, median } from './report.ts';
import { buildInside, runInside } from './runInside.ts';

const windowCount = 12;
const openingCount = 3;

/**
 * The maximum time to load and activate the extension, in milliseconds, and as a multiple of the time that an extension
 * with an empty tree takes.
 */
const maxActivationMs = 15;
const maxActivationRatio = 5;

/** Measures the packaged extension inside VS Code, compared with an extension that has an empty tree. */
export async function measureInsideVscode(): Promise<BenchSection> {
  await runOrFail('node esbuild.js --production', { cwd: projectDir });
  await buildInside();
  const activations = await measureActivations();
  const activationsWithConnection = await measureActivations({
    'sequin.connections': [{ id: 'bench', address: 'http://localhost:7376' }],
  });
  const emulator = await EmulatorProcess.start();
  const [heap] = await runInside<Heap>(
    {
      module: 'heap',
      developmentPath: projectDir,
      env: { SEQUIN_BENCH_ADDRESS: emulator.url, SEQUIN_BENCH_TOKEN: emulator.token },
    },
    1,
  );
  const firstRows: FirstRowTimes[] = [];
  for (let count = 0; count < openingCount; count += 1) {
    firstRows.push(await measureFirstRow(emulator));
  }
  emulator.stop();

  const getMedian = (
    id: string,
    getTime: (times: ActivationTimes) => number,
    windows = activations,
  ): number =>
    medianOfBothOrders(windows.flatMap((times) => (times[id] === undefined ? [] : getTime(times[id]))));
  const compare = (
    name: string,
    getTime: (times: ActivationTimes) => number,
    windows = activations,
  ): string[] => {
    const sequin = getMedian(sequinId, getTime, windows);
    const emptyTree = getMedian(emptyId, getTime, windows);
    return [name, formatMilliseconds(sequin), formatMilliseconds(emptyTree), formatRatio(sequin / emptyTree)];
  };
  const getTotal = ({ load, finish }: ActivationTimes): number => load + finish;
  const totalMs = getMedian(sequinId, getTotal);
  const ratio = totalMs / getMedian(emptyId, getTotal);
  const formatMegabytes = (bytes = NaN): string => `${(bytes / 1e6).toFixed(1)} MB`;
  const fromServer = median(firstRows.map(({ withoutSnapshot }) => withoutSnapshot));
  const fromSnapshot = median(firstRows.map(({ withSnapshot }) => withSnapshot));
  return {
    title: '4. The packaged extension inside VS Code (newest VS Code, in a browser)',
    columns: ['median', 'extension', 'empty tree', 'ratio'],
    rows: [
      compare('load the bundle', ({ load }) => load),
      compare('activate() returns', ({ call }) => call),
      compare('activate() resolves', ({ finish }) => finish),
      compare('load and activate', getTotal),
      compare('load and activate, with a connection that is signed out', getTotal, activationsWithConnection),
      ['view opened → first row, from the snapshot', formatMilliseconds(fromSnapshot), '', ''],
      ['view opened → first row, from the server', formatMilliseconds(fromServer), '', ''],
      ['heap before connecting', formatMegabytes(heap?.before), '', ''],
      ['heap with 1,000 sinks rendered', formatMegabytes(heap?.after), '', ''],
    ],
    notes: [
      'The server responds without delay, but not at all while the first row from the snapshot is measured. The heap is that of the whole extension host, after garbage collection.',
    ],
    goals: [
      {
        isMet: ratio <= maxActivationRatio,
        text: `Load and activate: at most ${formatRatio(maxActivationRatio)} the time of an empty tree.`,
      },
      {
        isMet: totalMs <= maxActivationMs,
        text: `Load and activate: at most ${formatMilliseconds(maxActivationMs)}.`,
        isTime: true,
      },
    ],
    data: { activations, activationsWithConnection, firstRows, heap },
  };
}

/**
 * Returns the mean of two medians: of the windows that activate this extension first, and of those that activate it
 * second. An extension is faster if it is second, so a median of all windows would be anything in between.
 */
function medianOfBothOrders(values: readonly number[]): number {
  const [evens, odds] = [0, 1].map((rest) => median(values.filter((_, index) => index % 2 === rest)));
  return ((evens ?? NaN) + (odds ?? NaN)) / 2;
}

/** Measures the activation of both extensions in several windows of a VS Code that has both installed. */
async function measureActivations(
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, ActivationTimes>[]> {
  const dataDir = createTemporaryFolder();
  await installPair(join(dataDir, 'extensions'));
  const developmentPath = join(dataDir, 'idle');
  await writeIdleExtension(developmentPath);
  const env = { SEQUIN_BENCH_EXTENSIONS: `${sequinId},${emptyId}` };
  return runInside({ module: 'activation', developmentPath, env, dataDir, settings }, windowCount);
}
