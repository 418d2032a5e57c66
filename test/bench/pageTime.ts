import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import type { ExtensionMessage } from '../../src/detail/protocol.ts';
import { SequinPage } from '../e2e/SequinPage.ts';
import { Emulator } from '../emulator/Emulator.ts';
import { launchChromium } from '../host/chromium.ts';
import { projectDir } from '../host/paths.ts';
import { runOrFail } from '../host/processes.ts';
import { createTemporaryFolder } from '../host/temporaryFolder.ts';
import { backfillRef, PageHarness } from '../page/PageHarness.ts';
import { sampleChart, samplePage, startedAt } from '../page/samplePages.ts';
import { openConnectedWorkbench } from './connectedWorkbench.ts';
import { installEmptyWebview } from './emptyWebview.ts';
import { type BenchSection, formatMilliseconds, formatRatio, median } from './report.ts';
import { buildInside } from './runInside.ts';

const openingCount = 19;
/** The number of backfills whose pages are opened in turn. */
const backfillCount = 6;
const updateCount = 200;
/** The number of updates before the measured ones, in which V8 optimizes the code. */
const warmUpCount = 20;
const pointCount = 300;

/** The maximum time from click to first content, as a multiple of the time that an empty webview takes. */
const maxOpeningRatio = 1.5;
/** The maximum times in milliseconds: from click to first content, and for the script of an update. */
const maxOpeningMs = 100;
const maxUpdateMs = 4;

/** Measures how soon a backfill's page shows content, compared with an empty webview, and the cost of an update. */
export async function measurePageTime(): Promise<BenchSection> {
  await runOrFail('node esbuild.js --production', { cwd: projectDir });
  await buildInside();
  const openings = await openPages();
  const getMedians = (getTime: (opening: Opening) => number) => ({
    page: median(openings.page.map(getTime)),
    empty: median(openings.empty.map(getTime)),
  });
  const compare = (name: string, getTime: (opening: Opening) => number): string[] => {
    const { page, empty } = getMedians(getTime);
    return [name, formatMilliseconds(page), formatMilliseconds(empty), formatRatio(page / empty)];
  };
  const getTotal = ({ clicked, painted }: Opening): number => painted - clicked;
  const total = getMedians(getTotal);
  const updateTimes = await measureUpdates();
  const updateMs = median(updateTimes);
  return {
    title: '6. A backfill’s page',
    columns: ['median', 'page', 'empty webview', 'ratio'],
    rows: [
      compare('row clicked → first content', getTotal),
      compare(
        'of that, until VS Code has created the document',
        ({ clicked, documentCreated }) => documentCreated - clicked,
      ),
      compare(
        'of that, from the document to the first content',
        ({ documentCreated, painted }) => painted - documentCreated,
      ),
      [`update with a chart of ${pointCount} points`, formatMilliseconds(updateMs), '', ''],
      ['slowest update', formatMilliseconds(Math.max(...updateTimes)), '', ''],
    ],
    goals: [
      {
        isMet: total.page / total.empty <= maxOpeningRatio,
        text: `First content: at most ${formatRatio(maxOpeningRatio)} the time of an empty webview.`,
      },
      {
        isMet: total.page <= maxOpeningMs,
        text: `First content within ${formatMilliseconds(maxOpeningMs)} of the click.`,
        isTime: true,
      },
      {
        isMet: updateMs <= maxUpdateMs,
        text: `An update takes no more than ${formatMilliseconds(maxUpdateMs)} of script.`,
        isTime: true,
      },
    ],
    data: { openings, updateTimes },
  };
}

/** The times of one opening, in milliseconds since the epoch. */
interface Opening {
  readonly clicked: number;
  /** When VS Code created the document of the page. */
  readonly documentCreated: number;
  readonly painted: number;
}

/** Alternately opens the page of a finished backfill and an empty webview. */
async function openPages(): Promise<Record<'page' | 'empty', Opening[]>> {
  const emulator = await Emulator.start({ scenario: 'demo', latency: false });
  const dataDir = createTemporaryFolder();
  await installEmptyWebview(join(dataDir, 'extensions'));
  const { workbench } = await openConnectedWorkbench(emulator, { dataDir });
  const sequin = new SequinPage(workbench);
  await sequin.open();
  await sequin.expand(sequin.row('audit-log-s2'));
  // All backfills of this sink have the same table, so their rows are labeled with times.
  const rows = sequin.rows(/\dK rows/);
  await rows.nth(backfillCount - 1).waitFor();
  await workbench.page.evaluate(
    `addEventListener('mousedown', (event) => { window.clickedAt = performance.timeOrigin + event.timeStamp; }, true)`,
  );
  const openings: Record<'page' | 'empty', Opening[]> = { page: [], empty: [] };
  for (let count = 0; count < openingCount; count += 1) {
    openings.page.push(await measureOpening(sequin, rows.nth(count % backfillCount), 'audit.events'));
    await workbench.page.locator('.part.activitybar').getByRole('tab', { name: 'Empty webview' }).click();
    const emptyRow = sequin.sidebar.getByRole('treeitem', { name: 'row', exact: true });
    openings.empty.push(await measureOpening(sequin, emptyRow, 'Empty'));
    await sequin.open();
  }
  await workbench.close();
  await emulator.stop();
  // Leave out the first openings, because the first webview of a window also starts VS Code's service worker.
  return { page: openings.page.slice(1), empty: openings.empty.slice(1) };
}

/** Clicks a row, waits for the heading of the webview that it opens, and closes the webview. */
async function measureOpening(sequin: SequinPage, row: Locator, heading: string): Promise<Opening> {
  await row.click();
  await sequin.detail.getByRole('heading', { name: heading }).waitFor();
  const clicked = await sequin.page.evaluate<number>('window.clickedAt');
  const [documentCreated, painted] = await sequin.detail.locator('main').evaluate(readPaintTimes);
  await sequin.page.getByRole('tab', { name: heading }).getByLabel('Close').click();
  return { clicked, documentCreated, painted };
}

/** Runs inside the page: returns the times of its document's creation and of its first contentful paint. */
function readPaintTimes(): [number, number] {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return [performance.timeOrigin, performance.timeOrigin + (paint?.startTime ?? Number.NaN)];
}

/** Creates updates of the page of a running backfill, each with a little more progress. */
function createMessages(): ExtensionMessage[] {
  return Array.from({ length: updateCount }, (_, index) => ({
    type: 'show',
    ref: backfillRef,
    notice: null,
    page: samplePage({
      chart: sampleChart(pointCount, {
        rowsInitial: 6_000_000,
        spans: [{ kind: 'paused', from: startedAt, to: startedAt + index, text: 'Paused' }],
      }),
      percent: `${index}%`,
      progress: `${index} rows`,
      figures: samplePage().figures.map(({ label }) => ({ label, value: `${index}` })),
    }),
  }));
}

/** Measures the script time of each update of the page after a warm-up, in milliseconds. */
async function measureUpdates(): Promise<number[]> {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await PageHarness.open(page);
  const times = await page.evaluate<number[]>(
    `(async (all) => {
      const times = [];
      for (const data of all) {
        const begin = performance.now();
        dispatchEvent(new MessageEvent('message', { data, origin }));
        // uPlot and the buttons render in microtasks, before the task ends.
        for (let round = 0; round < 10; round++) await null;
        times.push(performance.now() - begin);
        await new Promise((done) => requestAnimationFrame(done));
      }
      return times;
    })(${JSON.stringify(createMessages())})`,
  );
  await browser.close();
  return times.slice(warmUpCount);
}
