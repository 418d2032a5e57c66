import type { Browser, BrowserContext, Page } from '@playwright/test';
import { launchChromium } from './chromium.ts';
import { runFromPalette } from './palette.ts';
import { type ServerOptions, VscodeServer, type WindowOptions } from './VscodeServer.ts';

interface Appearance {
  readonly theme?: 'dark' | 'light';
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** Options of `Workbench.reopen`. */
export interface ReopenOptions extends Pick<ServerOptions, 'settings'>, WindowOptions, Appearance {}

/** Options of `Workbench.open`. */
export interface WorkbenchOptions extends ServerOptions, WindowOptions, Appearance {
  /** The browser that opens the window. By default, the workbench launches its own browser. */
  readonly browser?: Browser;
  /** Receives the console output of the tests in `extensionTestsPath`. */
  readonly onTestLog?: (...args: unknown[]) => void;
  /** Receives the exit code of the tests in `extensionTestsPath`. */
  readonly onTestExit?: (code: number) => void;
}

const defaultTheme = 'dark';
const defaultViewport = { width: 1280, height: 800 };

/** A VS Code window with the extension, in a browser. */
export class Workbench {
  readonly page: Page;
  readonly #server: VscodeServer;
  readonly #ownBrowser: Browser | undefined;

  private constructor(page: Page, server: VscodeServer, ownBrowser: Browser | undefined) {
    this.page = page;
    this.#server = server;
    this.#ownBrowser = ownBrowser;
  }

  /** Opens a window and waits until the workbench is visible. */
  static async open({ browser, ...options }: WorkbenchOptions): Promise<Workbench> {
    const [server, usedBrowser] = await Promise.all([
      VscodeServer.start(options),
      browser ?? launchChromium(),
    ]);
    const { theme = defaultTheme, viewport = defaultViewport } = options;
    const context = await usedBrowser.newContext({
      colorScheme: theme,
      viewport,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const address = server.address(options);
    await listenToTests(context, options);

    const page = await context.newPage();
    await page.goto(address);
    await waitForWorkbench(page);
    return new Workbench(page, server, browser === undefined ? usedBrowser : undefined);
  }

  /** Reloads the window with `Developer: Reload Window`. Secrets and state survive. */
  async reload(): Promise<void> {
    // Reloading the page itself would lose the state that VS Code hasn't saved yet.
    const loaded = this.page.waitForEvent('load');
    await runFromPalette(this.page, 'Developer: Reload Window');
    await loaded;
    await waitForWorkbench(this.page);
  }

  /**
   * Replaces the window with that of a new user, without the settings, state and secrets of the previous user. The
   * browser and the server have already loaded VS Code, so this takes half as long as opening a new workbench.
   */
  async reopen({
    settings,
    theme = defaultTheme,
    viewport = defaultViewport,
    ...options
  }: ReopenOptions): Promise<void> {
    await this.leave();
    const session = await this.page.context().newCDPSession(this.page);
    await session.send('Storage.clearDataForOrigin', { origin: this.#server.origin, storageTypes: 'all' });
    await session.detach();
    await this.#server.reset(settings);
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.setViewportSize(viewport);
    await this.page.goto(this.#server.address(options));
    await waitForWorkbench(this.page);
  }

  /** Leaves the window, which ends its extension host. `reopen` opens another window. */
  async leave(): Promise<void> {
    if (!this.page.isClosed()) {
      await this.page.goto('about:blank');
    }
  }

  /** Closes the window, and stops the server and the browser that were started for it. */
  async close(): Promise<void> {
    await this.page.context().close();
    await this.#ownBrowser?.close();
    await this.#server.stop();
  }
}

async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.activitybar').waitFor({ timeout: 60_000 });
}

async function listenToTests(context: BrowserContext, options: WorkbenchOptions): Promise<void> {
  const { onTestLog, onTestExit } = options;
  if (onTestLog !== undefined) {
    await context.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
      onTestLog(...args);
    });
  }
  if (onTestExit !== undefined) {
    await context.exposeFunction('codeAutomationExit', onTestExit);
  }
}
