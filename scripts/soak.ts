// `npm run soak` runs the extension in VS Code for 30 minutes against a server that restarts every 30 s, behind a
// gateway whose clock is wrong, with a destination that fails every few minutes. It exits with code 1 if a message was
// shown twice, requests stopped, memory grew, or a rejection was unhandled. `-- --minutes 5` changes the duration.
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { SoakResult } from '../test/bench/inside/soak.ts';
import { buildInside, runInside } from '../test/bench/runInside.ts';
import { Emulator } from '../test/emulator/Emulator.ts';
import { parseNumber, parseOptions, runMain } from '../test/host/options.ts';
import { projectDir } from '../test/host/paths.ts';
import { runOrFail } from '../test/host/processes.ts';
import { Gateway } from '../test/soak/Gateway.ts';
import { UnreliableSink } from '../test/soak/UnreliableSink.ts';

const restartEveryMs = 30_000;
const restartTakesMs = 2_000;
const clockOffsetMs = 600_000;
/** The maximum time between two requests. The view is visible during the whole run. */
const maxGapMs = 60_000;
/** The maximum heap size at the end, as a multiple of the heap size after a third of the time. */
const maxHeapRatio = 1.05;

process.chdir(projectDir);
const minutes = await runMain(() => {
  const values = parseOptions({ options: { minutes: { type: 'string', default: '30' } } });
  return parseNumber('--minutes', [1, 1_440], values.minutes);
});

await runOrFail('node esbuild.js --production', { cwd: projectDir });
await buildInside();
const emulator = await Emulator.start({ scenario: 'demo' });
const unreliableSink = new UnreliableSink(emulator.world);
const gateway = await Gateway.start(emulator.url);
const startedAt = Date.now();
const end = new AbortController();
const disturbances = Promise.all([restartRepeatedly(), skewClock(), failDeliveries()]);
const env = {
  SEQUIN_BENCH_ADDRESS: gateway.url,
  SEQUIN_BENCH_TOKEN: emulator.token,
  SEQUIN_SOAK_MINUTES: String(minutes),
};
console.log(`Running for ${String(minutes)} minutes…`);
const [result] = await runInside<SoakResult>({ module: 'soak', developmentPath: projectDir, env }, 1);
const longestGap = findLongestGap([startedAt, ...gateway.requestTimes, Date.now()]);
end.abort();
await disturbances;
await gateway.stop();
await emulator.stop();
await report(result ?? { notices: [], heap: [], unhandledRejections: ['VS Code wrote no result'] });
process.exit();

/** Restarts the server every 30 s. */
async function restartRepeatedly(): Promise<void> {
  while (await waitWhileRunning(restartEveryMs)) {
    await emulator.stop();
    await delay(restartTakesMs);
    await emulator.restart();
  }
}

/** Changes the gateway's clock every minute: ten minutes ahead, ten minutes behind, and correct again. */
async function skewClock(): Promise<void> {
  for (let turn = 0; await waitWhileRunning(60_000); turn += 1) {
    gateway.clockOffsetMs = ([clockOffsetMs, -clockOffsetMs, 0] as const)[turn % 3] ?? 0;
  }
}

/** Makes the destination fail during the last three of every five minutes. */
async function failDeliveries(): Promise<void> {
  for (let second = 0; await waitWhileRunning(1_000); second += 1) {
    unreliableSink.advance(second % 300 >= 120);
  }
}

/** Waits for `ms` milliseconds, and returns true. Returns false as soon as the run ends. */
function waitWhileRunning(ms: number): Promise<boolean> {
  return delay(ms, true, { signal: end.signal }).catch(() => false);
}

function findLongestGap(times: readonly number[]): number {
  return times.reduce((longest, time, index) => Math.max(longest, time - (times[index - 1] ?? time)), 0);
}

async function report({ notices, heap, unhandledRejections }: SoakResult): Promise<void> {
  const megabytes = heap.map((bytes) => (bytes / 1e6).toFixed(1));
  const heapAfterThird = heap[Math.floor(heap.length / 3)] ?? NaN;
  const heapRatio = (heap.at(-1) ?? NaN) / heapAfterThird;
  const texts = notices.map(({ text }) => text);
  const repeated = texts.filter((text, index) => texts.indexOf(text) < index);
  for (const { minute, text } of notices) {
    console.log(`${minute.toFixed(1).padStart(5)} min  ${text}`);
  }
  console.log(`Heap in MB, each minute: ${megabytes.join(' ')}`);
  const checks = [
    { holds: repeated.length === 0, text: `messages shown more than once: ${String(repeated.length)}` },
    {
      holds: longestGap <= maxGapMs,
      text: `longest time without a request: ${(longestGap / 1_000).toFixed(1)} s`,
    },
    {
      holds: heapRatio <= maxHeapRatio,
      text: `heap at the end: ${heapRatio.toFixed(2)}× the heap after a third of the time`,
    },
    {
      holds: unhandledRejections.length === 0,
      text: `unhandled rejections: ${String(unhandledRejections.length)}`,
    },
  ];
  for (const { holds, text } of checks) {
    console.log(`${holds ? '✓' : '✗'} ${text}`);
  }
  await mkdir('out', { recursive: true });
  await writeFile(
    'out/soak.json',
    JSON.stringify({ notices, heap, longestGap, unhandledRejections }, undefined, 2),
  );
  process.exitCode = checks.every(({ holds }) => holds) ? 0 : 1;
}
