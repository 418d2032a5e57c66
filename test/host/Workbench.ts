import { randomBytes } from 'node:crypto';

import type { Browser, BrowserContext, Page } from '@playwright/test';

import { launchChromium } from './chromium.ts';
import { runFromPalette } from './palette.ts';
import { type ServerOptions, VscodeServer, type WindowOptions } from './VscodeServer.ts';

/** How to open a workbench: which VS Code, with what in it, and how large. */
export interface WorkbenchOptions extends ServerOptions, WindowOptions {
  readonly theme?: 'dark' | 'light';
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Gets what is written to the console while there are tests in `extensionTestsPath`. */
  readonly onTestLog?: (...args: unknown[]) => void;
  /** Gets the exit code of these tests. */
  readonly onTestExit?: (code: number) => void;
}

/** A window of VS Code with the extension under development in it, to click on and to look at. */
export class Workbench {
  readonly page: Page;
  readonly #server: VscodeServer;
  readonly #browser: Browser;

  private constructor(page: Page, server: VscodeServer, browser: Browser) {
    this.page = page;
    this.#server = server;
    this.#browser = browser;
  }

  /** Opens the workbench and waits until it is drawn. */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const [server, browser] = await Promise.all([VscodeServer.start(options), launchChromium()]);
    const { theme = 'dark', viewport = { width: 1280, height: 800 } } = options;
    const context = await browser.newContext({
      colorScheme: theme,
      viewport,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const address = server.address(options);
    await keepSecrets(context);
    await listenToTests(context, options);

    const page = await context.newPage();
    await page.goto(address);
    await drawn(page);
    return new Workbench(page, server, browser);
  }

  /** Loads the window again, as `Developer: Reload Window` does; secrets and state stay. */
  async reload(): Promise<void> {
    // The page's own reload would lose what VS Code has not written down yet.
    const loaded = this.page.waitForEvent('load');
    await runFromPalette(this.page, 'Developer: Reload Window');
    await loaded;
    await drawn(this.page);
  }

  /** Closes the window and ends everything that was started for it. */
  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
  }
}

async function drawn(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 60_000 });
}

/** The page encrypts secrets with a key that it asks its server for; this server has none to give. */
async function keepSecrets(context: BrowserContext): Promise<void> {
  const key = randomBytes(32);
  await context.route('**/mint-key', (route) => route.fulfill({ body: key }));
}

async function listenToTests(context: BrowserContext, options: WorkbenchOptions): Promise<void> {
  const { onTestLog, onTestExit } = options;
  if (onTestLog !== undefined) {
    await context.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
      onTestLog(...args);
    });
  }
  if (onTestExit !== undefined) await context.exposeFunction('codeAutomationExit', onTestExit);
}
