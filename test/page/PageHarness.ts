import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import axe, { type AxeResults } from 'axe-core';
import { createPageHtml } from '../../src/detail/createPageHtml.ts';
import type { PageContent, PageMessage } from '../../src/detail/protocol.ts';
import { getRefKey, type PageRef } from '../../src/model/BackfillRef.ts';
import { projectDir } from '../host/paths.ts';
import themesFile from './themes.json' with { type: 'json' };

const dist = join(projectDir, 'dist');
const pictures = join(projectDir, 'out/pictures');

/** The origin of the page. No server listens there: the harness answers every request itself. */
const origin = 'https://page.test';

/** The themes of VS Code that the page is tested in. */
export const { themes } = themesFile;
export type ThemeName = keyof typeof themes;
export const themeNames = Object.keys(themes) as ThemeName[];

/** The backfill that the page shows unless a test names another one. */
export const backfillRef = { connectionId: 'c1', sinkId: 'sink', backfillId: 'backfill' };

export interface HarnessOptions {
  readonly theme: ThemeName;
  /** VS Code's display language. */
  readonly language: string;
  /** The state that the page saved before VS Code discarded the page. */
  readonly savedState: unknown;
  /** The content that is embedded in the document. Its id is `content`. */
  readonly initialContent: PageContent | null;
}

/**
 * A page in a browser without VS Code: the built files under the panel's content security policy, with a stub of VS
 * Code's webview API and the variables of VS Code's themes.
 */
export class PageHarness {
  readonly page: Page;
  /** Console messages, exceptions, requests to other origins and violations of the content security policy. */
  readonly errors: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page and waits until it has rendered and accepts messages. */
  static async open(page: Page, options: Partial<HarnessOptions> = {}): Promise<PageHarness> {
    const harness = new PageHarness(page);
    const { errors } = harness;
    const html = createWebviewHtml({
      theme: 'dark',
      language: 'en',
      savedState: undefined,
      initialContent: null,
      ...options,
    });
    page.on('console', (message) => errors.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', ({ message }) => errors.push(`exception: ${message}`));
    await page.route('**/*', async (route) => {
      const url = new URL(route.request().url());
      if (url.origin !== origin) {
        errors.push(`request: ${url.href}`);
        await route.abort();
      } else if (url.pathname === '/') {
        await route.fulfill({ contentType: 'text/html', body: html });
      } else {
        await route.fulfill({ path: join(dist, url.pathname) });
      }
    });
    await page.goto(origin);
    await harness.waitForFrames();
    return harness;
  }

  /** Switches to another theme the way VS Code does. */
  async setTheme(theme: ThemeName): Promise<void> {
    await this.page.evaluate(`applyTheme(${JSON.stringify(themes[theme])})`);
    await this.waitForFrames();
  }

  /** Sends the content to the page and waits until it is rendered. */
  async show(
    { page = null, notice = null }: Partial<PageContent>,
    ref: PageRef = backfillRef,
  ): Promise<void> {
    await this.postMessage({ type: 'show', ref, page, notice });
  }

  /** Sends any message to the page and waits until the page has handled it and rendered. */
  async postMessage(message: unknown): Promise<void> {
    await this.page.evaluate((data) => {
      (globalThis as unknown as { postMessage(data: unknown): void }).postMessage(data);
    }, message);
    await this.waitForFrames();
  }

  /** Waits for two animation frames and the plot, after which every pending change is on screen. */
  async waitForFrames(): Promise<void> {
    const waitForTwoFrames = () =>
      this.page.evaluate(
        'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
      );
    await waitForTwoFrames();
    // The page loads the library of the plot after the first frame. A new plot adapts to its container in the next
    // frame.
    const missingPlot = this.page.locator('.plot:empty:visible');
    if ((await missingPlot.count()) > 0) {
      await expect(missingPlot).toHaveCount(0);
      await waitForTwoFrames();
    }
  }

  /** Returns the messages about `ref` that the page sent to the extension, without their `ref`. */
  async getSentMessages(ref: PageRef = backfillRef): Promise<unknown[]> {
    const messages = await this.page.evaluate<PageMessage[]>('host.sent');
    return messages
      .filter((message) => message.type !== 'ready' && getRefKey(message.ref) === getRefKey(ref))
      .map((message) => ({ ...message, ref: undefined }));
  }

  /** Returns the state that the page last saved with `setState`. */
  async getSavedState(): Promise<unknown> {
    return this.page.evaluate<unknown>('host.state');
  }

  /**
   * Finds accessibility violations with axe. Returns the rule and the HTML of the element for each.
   * @param rules the ids of the rules to check; by default all rules
   */
  async findA11yViolations(rules?: readonly string[]): Promise<string[]> {
    if (!(await this.page.evaluate('"axe" in window'))) {
      await this.page.evaluate(axe.source);
    }
    // With `preload`, axe would fetch the style sheets, which the content security policy forbids.
    const options = { preload: false, resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
    const { violations } = await this.page.evaluate<Pick<AxeResults, 'violations'>>(
      `axe.run(document, ${JSON.stringify(options)})`,
    );
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  /** Measures by how many pixels the content is wider than the window. */
  async measureHorizontalOverflow(): Promise<number> {
    return this.page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
  }

  /**
   * Saves a picture of the page, at most of its top 2,500 pixels, in `out/pictures` for visual review. Does nothing
   * without `SEQUIN_PICTURES=1`, because no test compares the pictures.
   */
  async savePicture(name: string): Promise<void> {
    if (process.env['SEQUIN_PICTURES'] !== '1') {
      return;
    }
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
}

/** The style that VS Code gives to every webview, and the editor's background, which is visible behind a webview. */
const defaultCss = `${themesFile.defaultStyle} html { background: var(--vscode-editor-background); }`;

/** Creates the document of the panel, with what VS Code adds to a webview: its style, its API and the theme. */
function createWebviewHtml({ theme, language, savedState, initialContent }: HarnessOptions): string {
  const nonce = 'test';
  const html = createPageHtml({
    language,
    cspSource: origin,
    nonce,
    script: readFileSync(join(dist, 'page.js'), 'utf8'),
    style: readFileSync(join(dist, 'page-style.css'), 'utf8'),
    modules: { uplot: `${origin}/uplot.js` },
    content:
      initialContent === null
        ? null
        : { id: 'content', message: { type: 'show', ref: backfillRef, ...initialContent } },
  });
  const api = `<script nonce="${nonce}">
      const host = { sent: [], state: ${JSON.stringify(savedState)} };
      function acquireVsCodeApi() {
        return {
          postMessage: (message) => host.sent.push(message),
          getState: () => host.state,
          setState: (state) => (host.state = state),
        };
      }
      for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
        window[name] = () => console.error('called: ' + name);
      }
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        console.error('blocked: ' + violatedDirective + ' ' + blockedURI);
      });
      function applyTheme({ variables, bodyClass }) {
        const { style } = document.documentElement;
        for (const [variable, value] of Object.entries(variables)) style.setProperty(variable, value);
        document.body.className = bodyClass;
      }
      applyTheme(${JSON.stringify(themes[theme])});
    </script>`;
  return html
    .replace('<style', () => `<style nonce="${nonce}">${defaultCss}</style>\n    <style`)
    .replace(/<body[^>]*>/, (body) => body + api);
}
