import { bareRequest } from './bareRequest.ts';
import { EmulatorProcess } from './EmulatorProcess.ts';
import { measureLiveHeap } from './inside/measureLiveHeap.ts';
import { LiveTree } from './LiveTree.ts';
import { type BenchSection, median, milliseconds, times } from './report.ts';

/** The maximum time, as a multiple of the least possible. */
const maxRatio = 2;

/** Until V8 has optimized the code and each backfill has the maximum number of updates. */
const warmUpPolls = 80;
const polls = 60;

/** The maximum size of the live heap after the polls, as a multiple of the size before them. */
const maxHeapRatio = 1.05;

/** Moves all backfills by more than one percent, so that each of their rows changes. */
const moveAll = { move: 200, step: 0.012 };

/** Times in milliseconds: of the processor in all threads, and of the extension host's JavaScript thread. */
interface Durations {
  readonly cpu: number;
  readonly thread: number;
}

/**
 * Measures a poll in which all running backfills progressed, relative to the least possible work with the same
 * response.
 */
export async function hostTime(): Promise<BenchSection> {
  const emulator = await EmulatorProcess.start();
  const live = await LiveTree.open(emulator);
  const implementations = { bare: () => bareRequest(emulator.url, emulator.token), ours: () => live.poll() };
  for (let count = 0; count < warmUpPolls; count += 1) {
    await emulator.send({ move: 200, step: 0.001 });
    await implementations.bare();
    await implementations.ours();
  }
  const heapBefore = measureLiveHeap();
  const durations: Record<keyof typeof implementations, Durations[]> = { bare: [], ours: [] };
  for (let count = 0; count < polls; count += 1) {
    await emulator.send(moveAll);
    durations.bare.push(await measure(implementations.bare));
    durations.ours.push(await measure(implementations.ours));
  }
  // Durations are numbers, so that they take next to nothing.
  const heapRatio = measureLiveHeap() / heapBefore;
  emulator.stop();

  const table = (['cpu', 'thread'] as const).map((what) => {
    const [bare, ours] = [durations.bare, durations.ours].map((side) => median(side.map((it) => it[what])));
    return { what, bare: bare ?? NaN, ours: ours ?? NaN, ratio: (ours ?? NaN) / (bare ?? NaN) };
  });
  const worst = Math.max(...table.map(({ ratio }) => ratio));
  return {
    title: '2. Extension host time per poll: 1,000 sinks, 200 running backfills that all progressed',
    columns: ['median per poll', 'bare', 'ours', 'ratio'],
    rows: table.map(({ what, bare, ours, ratio }) => [
      what === 'cpu' ? 'processor, all threads' : 'JavaScript thread',
      milliseconds(bare),
      milliseconds(ours),
      times(ratio),
    ]),
    notes: [
      `“bare” is http.get, gunzip and JSON.parse; “ours” is client, validation, store, tree diff and the ${String(live.firedRows.length)} changed rows.`,
      `The live heap after ${polls} polls: ${heapRatio.toFixed(3)}× that before.`,
    ],
    goals: [
      { isMet: worst <= maxRatio, text: `At most ${times(maxRatio)}.` },
      { isMet: heapRatio <= maxHeapRatio, text: `The heap grows to at most ${maxHeapRatio}×.` },
    ],
    data: { polls, heapRatio, ...Object.fromEntries(table.map(({ what, ...it }) => [what, it])) },
  };
}

async function measure(work: () => Promise<unknown>): Promise<Durations> {
  const cpu = process.cpuUsage();
  const thread = performance.eventLoopUtilization();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1000, thread: performance.eventLoopUtilization(thread).active };
}
