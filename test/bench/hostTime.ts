import { fetchSinksBare } from './bareRequest.ts';
import { EmulatorProcess } from './EmulatorProcess.ts';
import { measureLiveHeap } from './inside/measureLiveHeap.ts';
import { LiveTree } from './LiveTree.ts';
import { type BenchSection, formatMilliseconds, formatRatio, median } from './report.ts';

/** The maximum time of a poll, as a multiple of the time of a bare request. */
const maxRatio = 2;

/** The polls before the measured ones, in which V8 optimizes the code. */
const warmUpPolls = 80;
const polls = 60;

/** The maximum size of the live heap after the polls, as a multiple of the size before them. */
const maxHeapRatio = 1.05;

/** Advances all backfills by more than one percent, so that each of their rows changes. */
const advanceAll = { count: 200, step: 0.012 };

/** The CPU time of all threads, and the time for which the JavaScript thread was active, in milliseconds. */
interface Durations {
  readonly cpu: number;
  readonly thread: number;
}

/** Measures a poll in which all running backfills progressed, compared with a bare request for the same response. */
export async function measureHostTime(): Promise<BenchSection> {
  const emulator = await EmulatorProcess.start();
  const live = await LiveTree.open(emulator);
  const implementations = {
    bare: () => fetchSinksBare(emulator.url, emulator.token),
    extension: () => live.poll(),
  };
  for (let count = 0; count < warmUpPolls; count += 1) {
    await emulator.send({ count: 200, step: 0.001 });
    await implementations.bare();
    await implementations.extension();
  }
  const heapBefore = measureLiveHeap();
  const durations: Record<keyof typeof implementations, Durations[]> = { bare: [], extension: [] };
  for (let count = 0; count < polls; count += 1) {
    await emulator.send(advanceAll);
    durations.bare.push(await measure(implementations.bare));
    durations.extension.push(await measure(implementations.extension));
  }
  // The heap includes the durations, but they take hardly any memory.
  const heapRatio = measureLiveHeap() / heapBefore;
  emulator.stop();

  const table = (['cpu', 'thread'] as const).map((what) => {
    const [bare = NaN, extension = NaN] = [durations.bare, durations.extension].map((side) =>
      median(side.map((duration) => duration[what])),
    );
    return { what, bare, extension, ratio: extension / bare };
  });
  const worst = Math.max(...table.map(({ ratio }) => ratio));
  return {
    title: '2. Extension host time per poll: 1,000 sinks, 200 running backfills that all progressed',
    columns: ['median per poll', 'bare', 'extension', 'ratio'],
    rows: table.map(({ what, bare, extension, ratio }) => [
      what === 'cpu' ? 'processor, all threads' : 'JavaScript thread',
      formatMilliseconds(bare),
      formatMilliseconds(extension),
      formatRatio(ratio),
    ]),
    notes: [
      `“bare” is http.get, gunzip and JSON.parse; “extension” is client, validation, store, tree diff and the ${String(live.firedIds.length)} changed rows.`,
      `The live heap after ${polls} polls: ${heapRatio.toFixed(3)}× the heap before them.`,
    ],
    goals: [
      { isMet: worst <= maxRatio, text: `At most ${formatRatio(maxRatio)}.` },
      { isMet: heapRatio <= maxHeapRatio, text: `The heap grows to at most ${maxHeapRatio}×.` },
    ],
    data: { polls, heapRatio, ...Object.fromEntries(table.map(({ what, ...result }) => [what, result])) },
  };
}

async function measure(work: () => Promise<unknown>): Promise<Durations> {
  const cpu = process.cpuUsage();
  const thread = performance.eventLoopUtilization();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1000, thread: performance.eventLoopUtilization(thread).active };
}
