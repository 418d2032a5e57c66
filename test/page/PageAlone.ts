import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from '@playwright/test';
import type { FromPage } from '../../src/detail/protocol.ts';
import { launchChromium } from '../host/chromium.ts';
import { projectDir } from '../host/paths.ts';
import type { Shown } from './pages.ts';
import themesFile from './themes.json' with { type: 'json' };

const dist = join(projectDir, 'dist');
const pictures = join(projectDir, 'out/pictures');
const types: Readonly<Record<string, string>> = {
  '/page.js': 'text/javascript',
  '/page-style.css': 'text/css',
  '/codicon.ttf': 'font/ttf',
};

/** The themes of VS Code that a page is tried in. */
export const themes = Object.keys(themesFile.themes) as ThemeName[];
export type ThemeName = keyof typeof themesFile.themes;

/** Which backfill the page is told that it shows. */
export const key = { address: 'http://localhost:7376', sinkId: 'sink', backfillId: 'backfill' };

/**
 * The page of a backfill in a browser, without VS Code around it: as it is built, under the policy that the panel
 * gives it, and with the variables of VS Code's themes.
 */
export class PageAlone {
  readonly page: Page;
  /** What was written to the console, thrown, asked in a dialog, or forbidden by the policy: all that is wrong. */
  readonly complaints: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => this.complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.complaints.push(`thrown: ${error.message}`));
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== '127.0.0.1') {
        this.complaints.push(`request: ${request.url()}`);
      }
    });
  }

  /** Opens the page and waits until it listens. `state` is what VS Code kept of it from before. */
  static async open(
    alone: { readonly browser: Browser; readonly address: string },
    {
      theme = 'dark',
      state,
      ...options
    }: BrowserContextOptions & { theme?: ThemeName; state?: unknown } = {},
    language = 'en',
  ): Promise<PageAlone> {
    const context = await alone.browser.newContext({
      viewport: { width: 1280, height: 900 },
      timezoneId: 'Europe/Berlin',
      ...options,
    });
    const opened = new PageAlone(await context.newPage());
    await opened.page.addInitScript({ content: hostScript(state) });
    // The theme is there before the page's own script, as it is in VS Code.
    await opened.page.addInitScript({
      content: `document.addEventListener('readystatechange', () => ${themeScript(theme)}, { once: true });`,
    });
    await opened.page.goto(`${alone.address}?${language}`);
    await opened.drawn();
    return opened;
  }

  /** Shows another theme, as VS Code does. */
  async theme(name: ThemeName): Promise<void> {
    await this.page.evaluate(themeScript(name));
    await this.drawn();
  }

  /** Sends what is to be shown, and waits until it is drawn. */
  async show(shown: Shown): Promise<void> {
    await this.page.evaluate(
      (data) => {
        (globalThis as unknown as { postMessage: (data: unknown, target: string) => void }).postMessage(
          data,
          '*',
        );
      },
      { type: 'show', ...shown },
    );
    await this.drawn();
  }

  /** Waits for the second frame from now: by then what was sent is on the screen. */
  async drawn(): Promise<void> {
    await this.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
  }

  /** What the page said to the extension, without that it listens. */
  async sent(): Promise<FromPage[]> {
    const all = await this.page.evaluate<FromPage[]>('host.sent');
    return all.filter(({ type }) => type !== 'ready');
  }

  /** What the page had VS Code keep. */
  async kept(): Promise<unknown> {
    return this.page.evaluate<unknown>('host.state');
  }

  /** What is wrong for who cannot see, cannot hear or uses no mouse, as axe finds it. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    // It would ask for the style sheets once more, which the policy forbids.
    const { violations } = await this.page.evaluate<Pick<AxeResults, 'violations'>>(
      'axe.run(document, { preload: false, resultTypes: ["violations"] })',
    );
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html: node }) => `${id}: ${node}`));
  }

  /** What is read off the chart. */
  async readings(): Promise<{ rows: string; time: string; rate: string }> {
    const [rows = '', time = '', rate = ''] = await this.page.locator('.readings dd').allTextContents();
    return { rows, time: plainSpaces(time), rate };
  }

  /** How much wider than the window what is on the page is. */
  async overhang(): Promise<number> {
    return this.page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
  }

  /** Takes a picture of the page, or of the beginning of one that is very long. */
  async picture(name: string): Promise<void> {
    await mkdir(pictures, { recursive: true });
    const width = this.page.viewportSize()?.width ?? 0;
    const height = await this.page.evaluate<number>('document.documentElement.scrollHeight');
    await this.page.screenshot({
      path: join(pictures, `page-alone-${name}.png`),
      fullPage: true,
      animations: 'disabled',
      clip: { x: 0, y: 0, width, height: Math.min(height, 2_500) },
    });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** A text with the spaces that everybody types: Intl puts others beside numbers. */
export function plainSpaces(text: string): string {
  return text.replace(/\s/g, ' ');
}

/** A browser, and a server that has the page for it. */
export class PageServer {
  readonly browser: Browser;
  readonly address: string;
  readonly #server: Server;

  private constructor(browser: Browser, server: Server) {
    this.browser = browser;
    this.#server = server;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  static async start(): Promise<PageServer> {
    const files = new Map<string, Buffer>();
    for (const path of Object.keys(types)) {
      files.set(path, await readFile(join(dist, path)));
    }
    const server = createServer(({ url = '/', headers }, response) => {
      // The style sheet asks for its font by a name with a query.
      const [path = '/', language = ''] = url.split('?');
      const file = files.get(path);
      const type = types[path];
      if (file !== undefined && type !== undefined) {
        response.setHeader('Content-Type', type).end(file);
      } else if (path === '/default.css') {
        response.setHeader('Content-Type', 'text/css').end(`${themesFile.defaultStyle} ${editor}`);
      } else {
        response.setHeader('Content-Type', 'text/html').end(html(`http://${headers.host ?? ''}`, language));
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PageServer(await launchChromium(), server);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.#server.close();
  }
}

/** What lies below a webview. */
const editor = 'html { background: var(--vscode-editor-background); }';

/** The same as the panel's, with VS Code's own style before it. */
function html(cspSource: string, language: string): string {
  const nonce = randomUUID();
  const policy = `default-src 'none'; style-src ${cspSource}; font-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="/default.css" />
    <link rel="stylesheet" href="/page-style.css" />
    <script type="module" nonce="${nonce}" src="/page.js"></script>
  </head>
  <body data-key="${encodeURIComponent(JSON.stringify(key))}">
    <main></main>
  </body>
</html>`;
}

/** What VS Code gives to a page, and traps for what a page must not do. */
function hostScript(state: unknown): string {
  return `{
    const host = (window.host = { sent: [], state: ${state === undefined ? 'undefined' : JSON.stringify(state)} });
    window.acquireVsCodeApi = () => ({
      postMessage: (message) => host.sent.push(message),
      getState: () => host.state,
      setState: (state) => (host.state = state),
    });
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
      window[name] = () => console.error('called: ' + name);
    }
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error('forbidden: ' + violatedDirective + ' ' + blockedURI);
    });
  }`;
}

/** Sets the variables and the class of a theme. */
function themeScript(name: ThemeName): string {
  const { variables, bodyClass } = themesFile.themes[name];
  return `{
    const { style } = document.documentElement;
    for (const [variable, value] of Object.entries(${JSON.stringify(variables)})) {
      if (value === null) style.removeProperty(variable);
      else style.setProperty(variable, value);
    }
    document.body.className = ${JSON.stringify(bodyClass)};
  }`;
}
