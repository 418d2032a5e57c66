import { bareRequest } from './bareRequest.ts';
import { EmulatorProcess } from './EmulatorProcess.ts';
import { LiveTree } from './LiveTree.ts';
import { median, milliseconds, times, type Part } from './report.ts';

/** So many times the least possible is allowed. */
const most = 2;

/** Until V8 has seen it all, and as many writes of each backfill are kept as there ever are. */
const warmUps = 80;
const cycles = 60;

/** All of them, each by a percent and more, so that every row of theirs is another. */
const everything = { move: 200, step: 0.012 };

/** Time in milliseconds: of the processor in all threads, and of the thread that VS Code's extensions share. */
interface Spent {
  readonly cpu: number;
  readonly thread: number;
}

/** What a cycle takes where all is in motion, against the least that can be done with the same answer. */
export async function hostTime(): Promise<Part> {
  const emulator = await EmulatorProcess.start();
  const live = await LiveTree.open(emulator);
  const sides = { bare: () => bareRequest(emulator.url, emulator.token), ours: () => live.cycle() };
  for (let count = 0; count < warmUps; count += 1) {
    await emulator.tell({ move: 200, step: 0.001 });
    await sides.bare();
    await sides.ours();
  }
  const spent: Record<keyof typeof sides, Spent[]> = { bare: [], ours: [] };
  for (let count = 0; count < cycles; count += 1) {
    await emulator.tell(everything);
    spent.bare.push(await measure(sides.bare));
    spent.ours.push(await measure(sides.ours));
  }
  emulator.stop();

  const table = (['cpu', 'thread'] as const).map((what) => {
    const [bare, ours] = [spent.bare, spent.ours].map((side) => median(side.map((it) => it[what])));
    return { what, bare: bare ?? NaN, ours: ours ?? NaN, ratio: (ours ?? NaN) / (bare ?? NaN) };
  });
  const worst = Math.max(...table.map(({ ratio }) => ratio));
  return {
    title: '2. Time of the extension host a cycle: 1,000 sinks, 200 running backfills that all moved',
    columns: ['median of a cycle', 'bare', 'ours', 'ratio'],
    rows: table.map(({ what, bare, ours, ratio }) => [
      what === 'cpu' ? 'processor, all threads' : 'the one JavaScript thread',
      milliseconds(bare),
      milliseconds(ours),
      times(ratio),
    ]),
    notes: [
      `Bare is http.get, gunzip and JSON.parse; ours is client, checks, store, the tree's difference and its ${String(live.fired.length)} new rows.`,
      `${worst <= most ? '✓' : '✗'} At most ${times(most)}.`,
    ],
    data: { cycles, ...Object.fromEntries(table.map(({ what, ...it }) => [what, it])) },
  };
}

async function measure(work: () => Promise<unknown>): Promise<Spent> {
  const cpu = process.cpuUsage();
  const thread = performance.eventLoopUtilization();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1000, thread: performance.eventLoopUtilization(thread).active };
}
