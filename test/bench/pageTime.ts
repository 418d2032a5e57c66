import { handleExtensionMessage, type ExtensionMessage } from '../../src/detail/protocol.ts';
import { Emulator } from '../emulator/Emulator.ts';
import { connectTo } from '../e2e/connecting.ts';
import { SequinPage } from '../e2e/SequinPage.ts';
import { launchChromium } from '../host/chromium.ts';
import { projectDir } from '../host/paths.ts';
import { runOrFail } from '../host/processes.ts';
import { Workbench } from '../host/Workbench.ts';
import { PageHarness } from '../page/PageHarness.ts';
import { sampleChart, samplePage, startedAt } from '../page/samplePages.ts';
import { median, milliseconds, type Part } from './report.ts';

const openings = 6;
const updates = 200;
const points = 300;

/** The goals, in milliseconds on a quiet machine: from the press to the first content, and an update's script. */
const mostOpening = 100;
const mostUpdate = 4;

/** How soon a backfill's page shows something, and what an update of it costs. */
export async function pageTime(): Promise<Part> {
  await runOrFail('node esbuild.js --production', { cwd: projectDir });
  const opened = await openPages();
  const total = median(opened.map(({ pressed, painted }) => painted - pressed));
  const own = median(opened.map(({ begun, painted }) => painted - begun));
  const updating = await updatePage();
  const middle = median(updating);
  return {
    title: '6. A backfill’s page',
    columns: ['median', 'time'],
    rows: [
      ['row pressed → first content', milliseconds(total)],
      ['of that, until VS Code has made its document', milliseconds(total - own)],
      ['of that, from its document to the first content', milliseconds(own)],
      [`an update, with a chart of ${points} points`, milliseconds(middle)],
      ['the dearest of them', milliseconds(Math.max(...updating))],
      ['the least work possible: the check of the same message', milliseconds(median(checkMessages()))],
    ],
    notes: [
      `${total <= mostOpening ? '✓' : '✗'} First content within ${milliseconds(mostOpening)} of the press.`,
      `${middle <= mostUpdate ? '✓' : '✗'} An update takes no more than ${milliseconds(mostUpdate)} of script.`,
    ],
    data: { opened, updating },
  };
}

/** Moments of one opening, in milliseconds since the epoch. */
interface Opening {
  readonly pressed: number;
  /** VS Code has made the document that the page is in. */
  readonly begun: number;
  readonly painted: number;
}

/** Opens the pages of past backfills in a workbench, each for the first time. */
async function openPages(): Promise<Opening[]> {
  const emulator = await Emulator.start({ scenario: 'demo', latency: false });
  const workbench = await Workbench.open({
    version: 'newest',
    settings: { 'sequin.notifications': 'off' },
  });
  const sequin = new SequinPage(workbench);
  await sequin.open();
  await connectTo(sequin, emulator.url, { token: emulator.token, sink: 'audit-log-s2' });
  await sequin.row('audit-log-s2').click();
  const rows = sequin.rows('audit.events');
  await rows.nth(openings).waitFor();
  await workbench.page.evaluate(
    `addEventListener('mousedown', (event) => { window.pressedAt = performance.timeOrigin + event.timeStamp; }, true)`,
  );
  const times: Opening[] = [];
  for (let count = 0; count < openings; count += 1) {
    await rows.nth(count).click();
    await sequin.detail.getByRole('heading', { name: 'audit.events' }).waitFor();
    const pressed = await workbench.page.evaluate<number>('window.pressedAt');
    const main = sequin.detail.locator('main');
    const [begun, painted] = await main.evaluate(paintTimes);
    times.push({ pressed, begun, painted });
    await sequin.page.getByRole('tab', { name: 'audit.events' }).getByLabel('Close').click();
  }
  await workbench.close();
  await emulator.stop();
  return times;
}

/** Runs inside the page: when its document began, and when the first of its content was painted. */
function paintTimes(): [number, number] {
  const [paint] = performance.getEntriesByName('first-contentful-paint');
  return [performance.timeOrigin, performance.timeOrigin + (paint?.startTime ?? Number.NaN)];
}

/** A page of a running backfill, time after time a little further. */
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

/** What each update of the page takes its script, once it is warm. */
async function updatePage(): Promise<number[]> {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await PageHarness.open(page);
  const times = await page.evaluate<number[]>(
    `(async (all) => {
      const times = [];
      for (const data of all) {
        const begun = performance.now();
        dispatchEvent(new MessageEvent('message', { data }));
        // uPlot draws, and the buttons do, before the task ends.
        for (let round = 0; round < 10; round++) await null;
        times.push(performance.now() - begun);
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
      const begun = performance.now();
      handleExtensionMessage(message, { show: () => undefined });
      return performance.now() - begun;
    })
    .slice(20);
}
