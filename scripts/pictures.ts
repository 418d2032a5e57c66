// `npm run pictures` takes the pictures of the README, an animation and two stills, and the pictures of the
// walkthrough. Look at them before you commit them.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, type Locator } from '@playwright/test';
import { ManualClock } from '../test/e2e/ManualClock.ts';
import { SequinPage } from '../test/e2e/SequinPage.ts';
import { Emulator } from '../test/emulator/Emulator.ts';
import { launchChromium } from '../test/host/chromium.ts';
import { projectDir } from '../test/host/paths.ts';
import { runOrFail } from '../test/host/processes.ts';
import { createTemporaryFolder, redirectTemporaryFiles } from '../test/host/temporaryFolder.ts';
import { Workbench } from '../test/host/Workbench.ts';
import { AnimatedPicture } from './AnimatedPicture.ts';

const folder = 'media/pictures';
const maxAnimationBytes = 1_000_000;
/** The quality of the WebP pictures, from 0 to 1. With this value, text is still sharp. */
const webpQuality = 0.45;

/** The `sequin.yaml` in the picture. The key `batchsize` is a mistake that has a quick fix. */
const yaml = `sinks:
  - name: orders-to-kafka
    database: shop-production
    source:
      include_tables:
        - public.orders
        - public.order_items
    destination:
      type: kafka
      hosts: kafka.shop.internal:9092
      topic: shop.orders

  - name: search-index
    database: shop-production
    source:
      include_tables:
        - catalog.products
    batchsize: 500
    destination:
      type: typesense
      endpoint_url: https://search.shop.internal
      collection_name: products
      api_key: \${TYPESENSE_API_KEY}
`;

/** VS Code, connected to an emulated server whose clock the script advances. */
interface DemoWindow {
  readonly sequin: SequinPage;
  readonly emulator: Emulator;
  /** Advances the server's clock, and waits until the window has the server's responses from after that. */
  readonly advance: (seconds: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

process.chdir(projectDir);
redirectTemporaryFiles();
await runOrFail('node esbuild.js');
await mkdir(folder, { recursive: true });
await takeAnimation();
await takeStills();
await takeWalkthrough();
process.exit();

async function openDemoWindow(viewport: {
  readonly width: number;
  readonly height: number;
}): Promise<DemoWindow> {
  const workspace = createTemporaryFolder();
  await writeFile(join(workspace, 'sequin.yaml'), yaml);
  const clock = new ManualClock();
  const emulator = await Emulator.start({ scenario: 'demo', latency: false, clock });
  const workbench = await Workbench.open({
    version: 'newest',
    // If VS Code loaded the extension as one under development, the title of the window would say so.
    installsExtension: true,
    env: { SEQUIN_ADDRESS: emulator.url, SEQUIN_TOKEN: emulator.token },
    settings: {
      'sequin.refresh.interval': 0.1,
      'sequin.notifications': 'off',
      'workbench.reduceMotion': 'on',
      'editor.minimap.enabled': false,
      'window.commandCenter': false,
      'window.title': 'shop',
    },
    viewport,
    workspace,
  });
  const sequin = new SequinPage(workbench);
  await sequin.open();
  await sequin.row('orders-to-kafka').waitFor();
  await sequin.runCommand('Sequin: Rename Connection');
  await sequin.enter('Staging');
  return {
    sequin,
    emulator,
    advance: async (seconds) => {
      const requestCount = emulator.requests.length;
      clock.advance(seconds);
      // When the third request arrives, the window has the responses to the earlier ones.
      await expect.poll(() => emulator.requests.length - requestCount).toBeGreaterThan(2);
    },
    close: async () => {
      await workbench.close();
      await emulator.stop();
    },
  };
}

/** Takes the animation: a stalled backfill is opened, its sink is resumed, and the backfill continues. */
async function takeAnimation(): Promise<void> {
  const demo = await openDemoWindow({ width: 1120, height: 680 });
  const { sequin } = demo;
  const { page } = sequin;
  const picture = new AnimatedPicture();
  const addFrame = (ms: number) => picture.addFrame(page, ms);
  const point = createPointer(sequin);

  await sequin.widenSidebar(390);
  await sequin.expand(sequin.row('orders-to-kafka'));
  await sequin.row(/^public\.orders7 d ago/).waitFor();
  await page.mouse.move(900, 600);
  for (let count = 0; count < 3; count += 1) {
    await addFrame(700);
    await demo.advance(4);
  }
  const stalled = sequin.activity.getByRole('treeitem', { name: /^public\.sessions/ });
  await point(stalled);
  await addFrame(700);
  await stalled.click();
  const resume = sequin.detail.getByRole('button', { name: 'Resume Sink' });
  await resume.waitFor();
  await sequin.detail.getByRole('slider').waitFor();
  await addFrame(2_500);
  await point(resume);
  await addFrame(500);
  await resume.click();
  const confirm = sequin.dialog.getByRole('button', { name: 'Resume' });
  await confirm.waitFor();
  await point(confirm);
  await addFrame(2_000);
  await confirm.click();
  await resume.waitFor({ state: 'hidden' });
  for (let count = 0; count < 8; count += 1) {
    await demo.advance(6);
    await addFrame(600);
  }
  await demo.advance(6);
  await addFrame(3_000);
  await demo.close();

  const file = picture.encode();
  if (file.length > maxAnimationBytes) {
    throw new Error(`The animation is larger than ${maxAnimationBytes / 1000} kB: ${file.length}.`);
  }
  await writeFile(`${folder}/overview.png`, file);
  console.log(`overview.png: ${Math.ceil(file.length / 1000)} kB`);
}

/** Returns a function that moves the mouse to an element and draws a pointer there, since screenshots have none. */
function createPointer({ page }: SequinPage): (target: Locator) => Promise<void> {
  return async (target) => {
    await target.hover();
    const box = (await target.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const [left, top] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.evaluate(`{
      const createElement = (name, attributes) => {
        const element = document.createElementNS('http://www.w3.org/2000/svg', name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        return element;
      };
      const pointer = document.getElementById('pointer') ?? createElement('svg', { id: 'pointer', width: 20, height: 24 });
      if (!pointer.isConnected) {
        const path = 'M1 1 L1 18 L5.5 14 L8.5 21 L12 19.5 L9 13 L15 13 Z';
        pointer.append(createElement('path', { d: path, fill: 'white', stroke: 'black', 'stroke-width': 1.2 }));
        document.body.append(pointer);
      }
      pointer.style = 'position: fixed; z-index: 1000000; pointer-events: none; left: ${left}px; top: ${top}px';
    }`);
  };
}

/** Takes the picture of a backfill's page and the picture of `sequin.yaml`. */
async function takeStills(): Promise<void> {
  const demo = await openDemoWindow({ width: 1280, height: 800 });
  const { sequin, emulator } = demo;
  const { page } = sequin;
  // The chart shows only what VS Code observed, so start a new backfill and observe it from its start.
  const sink = emulator.world.getSink('orders-to-kafka');
  for (const backfill of sink.backfills.filter(({ isRunning }) => isRunning)) {
    emulator.world.changeState(sink, backfill, 'cancelled');
  }
  emulator.world.addBackfill('orders-to-kafka', { table: 'public.orders' });
  await sequin.expand(sequin.row('orders-to-kafka'));
  await sequin.row(/^public\.orderscounting/).click();
  await sequin.detail.getByText('Sink health').waitFor();
  await page.mouse.move(1_000, 430);
  // Advance in real time. If the server's clock ran faster than the window's, the chart would be distorted.
  for (let count = 0; count < 45; count += 1) {
    await Promise.all([demo.advance(2), delay(2_000)]);
  }
  await page.screenshot({ path: `${folder}/page.png` });

  await sequin.runCommand('View: Close All Editors');
  await sequin.runCommand('Sequin: Go to sequin.yaml');
  await sequin.input.getByText('orders-to-kafka').first().click();
  await page.locator('.codelens-decoration').first().waitFor();
  await page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
  await page.locator('.view-line', { hasText: 'batchsize' }).getByText('batchsize').hover();
  await page.locator('.monaco-editor .monaco-hover:visible').first().waitFor();
  // Skip the animation with which the hover fades in.
  await page.screenshot({ path: `${folder}/yaml.png`, animations: 'disabled' });
  await demo.close();
}

/** Runs the workbench test that takes the walkthrough's pictures, and converts them to WebP, a quarter of the size. */
async function takeWalkthrough(): Promise<void> {
  await runOrFail('playwright test --project=e2e test/e2e/gettingStarted.test.ts', {
    env: { ...process.env, SEQUIN_PICTURES: '1' },
  });
  await mkdir('media/walkthrough', { recursive: true });
  const browser = await launchChromium();
  const page = await browser.newPage();
  const steps = ['sample', 'connect', 'find', 'read', 'act', 'yaml'];
  for (const name of steps.flatMap((step) => [`${step}-light`, `${step}-dark`])) {
    const png = await readFile(`out/pictures/walkthrough-${name}.png`, 'base64');
    const dataUrl = await page.evaluate<string>(`(async () => {
      const image = new Image();
      image.src = 'data:image/png;base64,${png}';
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      canvas.getContext('2d').drawImage(image, 0, 0);
      return canvas.toDataURL('image/webp', ${String(webpQuality)});
    })()`);
    const webp = Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64');
    await writeFile(`media/walkthrough/${name}.webp`, webp);
  }
  await browser.close();
}
