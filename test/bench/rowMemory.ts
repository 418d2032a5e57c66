import { join } from 'node:path';
import { format } from 'node:util';
import type { Page } from '@playwright/test';
import { projectDir } from '../host/paths.ts';
import { runOrFail } from '../host/processes.ts';
import { Workbench } from '../host/Workbench.ts';
import { EmulatorProcess } from './EmulatorProcess.ts';
import { type RefreshStep, refreshStepMarker } from './inside/results.ts';
import { countRefreshedRows } from './refreshedRows.ts';
import type { BenchSection } from './report.ts';
import { buildInside } from './runInside.ts';

/** The maximum growth of the extension host and the window together in 24 hours, in MB. */
const maxDailyMegabytes = 10;

/** Measures the memory that VS Code keeps for each refresh of a row, and how many rows are refreshed in an hour. */
export async function measureRowMemory(): Promise<BenchSection> {
  const perHour = await countRefreshedRows();
  const { host, window } = await measureRefresh();
  const getDailyMegabytes = (bytes: number): number => (24 * perHour * bytes) / 1e6;
  const total = getDailyMegabytes(host) + getDailyMegabytes(window);
  return {
    title: '9. Memory that VS Code keeps for refreshed rows: 10 running backfills, all sinks expanded',
    columns: ['', 'per refreshed row', 'refreshed rows per hour', 'growth in 24 h'],
    rows: Object.entries({ 'extension host': host, window }).map(([name, bytes]) => [
      name,
      `${bytes.toFixed(0)} B`,
      String(perHour),
      `${getDailyMegabytes(bytes).toFixed(1)} MB`,
    ]),
    notes: [
      'The hour is simulated. The bytes were measured with 60,000 refreshed rows in the newest VS Code, after garbage collection.',
    ],
    goals: [{ isMet: total <= maxDailyMegabytes, text: `At most ${maxDailyMegabytes} MB in 24 h.` }],
    data: { perHour, host, window },
  };
}

/** Refreshes rows in a real window. Returns the growth of the heaps of both processes per refreshed row, in bytes. */
async function measureRefresh(): Promise<{ readonly host: number; readonly window: number }> {
  await runOrFail('node esbuild.js', { cwd: projectDir });
  await buildInside();
  const emulator = await EmulatorProcess.start();
  const steps: Promise<RefreshStep & { readonly window: number }>[] = [];
  const exited = Promise.withResolvers<undefined>();
  const opened = Promise.withResolvers<Page>();
  const workbench = await Workbench.open({
    version: 'newest',
    env: { SEQUIN_BENCH_ADDRESS: emulator.url, SEQUIN_BENCH_TOKEN: emulator.token },
    settings: { 'sequin.notifications': 'off', 'sequin.refresh.interval': 0 },
    extensionTestsPath: join(projectDir, 'out/bench/refreshedRows.cjs'),
    onTestLog: (...args) => {
      const [, json] = format(...args).split(refreshStepMarker);
      if (json !== undefined) {
        const step = JSON.parse(json) as RefreshStep;
        steps.push(opened.promise.then(async (page) => ({ ...step, window: await measureWindow(page) })));
      }
    },
    onTestExit: () => {
      exited.resolve(undefined);
    },
  });
  opened.resolve(workbench.page);
  await exited.promise;
  const [first, second] = await Promise.all(steps);
  await workbench.close();
  emulator.stop();
  if (first === undefined || second === undefined) {
    throw new Error("The rows weren't refreshed");
  }
  const created = second.created - first.created;
  return { host: (second.heap - first.heap) / created, window: (second.window - first.window) / created };
}

/** Collects garbage in the window, and returns the size of the window's heap in bytes. */
async function measureWindow(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  for (let count = 0; count < 10; count += 1) {
    await session.send('HeapProfiler.collectGarbage');
  }
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
