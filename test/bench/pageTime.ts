import { type ExtensionMessage, handleExtensionMessage } from '../../src/detail/protocol.ts';
import { SequinPage } from '../e2e/SequinPage.ts';
import { Emulator } from '../emulator/Emulator.ts';
import { launchChromium } from '../host/chromium.ts';
import { projectDir } from '../host/paths.ts';
import { runOrFail } from '../host/processes.ts';
import { PageHarness } from '../page/PageHarness.ts';
import { sampleChart, samplePage, startedAt } from '../page/samplePages.ts';
import { openConnectedWorkbench } from './connectedWorkbench.ts';
import { type BenchSection, median, milliseconds } from './report.ts';
import { buildInside } from './runInside.ts';

const openings = 6;
const updates = 200;
const points = 300;

/**
 * The goals in milliseconds on an idle machine: from click to first content, and for the script of an update.
 */
const maxOpeningMs = 100;
const maxUpdateMs = 4;

/** Measures how soon a backfill's page shows content, and the cost of an update. */
export async function pageTime(): Promise<BenchSection> {
  await runOrFail('node esbuild.js --production', { cwd: projectDir });
  await buildInside();
  const openingTimes = await openPages();
  const total = median(openingTimes.map(({ clicked, painted }) => painted - clicked));
  const fromDocument = median(openingTimes.map(({ documentCreated, painted }) => painted - documentCreated));
  const updateTimes = await updatePage();
  const updateMs = median(updateTimes);
  return {
    title: '6. A backfill’s page',
    columns: ['median', 'time'],
    rows: [
      ['row clicked → first content', milliseconds(total)],
      ['of that, until VS Code has created the document', milliseconds(total - fromDocument)],
      ['of that, from the document to the first content', milliseconds(fromDocument)],
      [`update with a chart of ${points} points`, milliseconds(updateMs)],
      ['slowest update', milliseconds(Math.max(...updateTimes))],
      ['least work possible: validation of the same message', milliseconds(median(checkMessages()))],
    ],
    notes: [
      `${total <= maxOpeningMs ? '✓' : '✗'} First content within ${milliseconds(maxOpeningMs)} of the click.`,
      `${updateMs <= maxUpdateMs ? '✓' : '✗'} An update takes no more than ${milliseconds(maxUpdateMs)} of script.`,
    ],
    data: { openingTimes, updateTimes },
  };
}

/** The times of one opening, in milliseconds since the epoch. */
interface Opening {
  readonly clicked: number;
  /** When VS Code created the document of the page. */
  readonly documentCreated: number;
  readonly painted: number;
}

/** Opens the pages of past backfills in a workbench, each for the first time. */
async function openPages(): Promise<Opening[]> {
  const emulator = await Emulator.start({ scenario: 'demo', latency: false });
  const { workbench } = await openConnectedWorkbench(emulator);
  const sequin = new SequinPage(workbench);
  await sequin.open();
  await sequin.row('audit-log-s2').click();
  const rows = sequin.rows('audit.events');
  await rows.nth(openings).waitFor();
  await workbench.page.evaluate(
    `addEventListener('mousedown', (event) => { window.clickedAt = performance.timeOrigin + event.timeStamp; }, true)`,
  );
  const times: Opening[] = [];
  for (let count = 0; count < openings; count += 1) {
    await rows.nth(count).click();
    await sequin.detail.getByRole('heading', { name: 'audit.events' }).waitFor();
    const clicked = await workbench.page.evaluate<number>('window.clickedAt');
    const main = sequin.detail.locator('main');
    const [documentCreated, painted] = await main.evaluate(paintTimes);
    times.push({ clicked, documentCreated, painted });
    await sequin.page.getByRole('tab', { name: 'audit.events' }).getByLabel('Close').click();
  }
  await workbench.close();
  await emulator.stop();
  return times;
}

/**
 * Runs inside the page: returns the creation time of its document and the time of its first contentful paint.
 */
function paintTimes(): [number, number] {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return [performance.timeOrigin, performance.timeOrigin + (paint?.startTime ?? Number.NaN)];
}

/** Updates of the page of a running backfill, each with a little more progress. */
function messages(): ExtensionMessage[] {
  return Array.from({ length: updates }, (_, index) => ({
    type: 'show',
    notice: null,
    page: samplePage({
      chart: sampleChart(points, {
        rowsInitial: 6_000_000,
        spans: [{ kind: 'paused', from: startedAt, to: startedAt + index, text: 'Paused' }],
      }),
      percent: `${index}%`,
      progress: `${index} rows`,
      figures: samplePage().figures.map(({ label }) => ({ label, value: `${index}` })),
    }),
  }));
}

/** Measures the script time of each update of the page, after a warm-up. */
async function updatePage(): Promise<number[]> {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await PageHarness.open(page);
  const times = await page.evaluate<number[]>(
    `(async (all) => {
      const times = [];
      for (const data of all) {
        const begin = performance.now();
        dispatchEvent(new MessageEvent('message', { data }));
        // uPlot and the buttons render in microtasks, before the task ends.
        for (let round = 0; round < 10; round++) await null;
        times.push(performance.now() - begin);
        await new Promise((done) => requestAnimationFrame(done));
      }
      return times;
    })(${JSON.stringify(messages())})`,
  );
  await browser.close();
  return times.slice(20);
}

function checkMessages(): number[] {
  return messages()
    .map((message) => {
      const begin = performance.now();
      handleExtensionMessage(message, { show: () => undefined });
      return performance.now() - begin;
    })
    .slice(20);
}
