import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { runFromPalette } from '../host/palette.ts';

const pictures = 'out/pictures';

/** The extension in the workbench, in a user's terms. */
export class SequinPage {
  readonly page: Page;
  readonly sidebar: Locator;
  readonly input: Locator;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(15_000);
    this.sidebar = page.locator('.part.sidebar');
    this.input = page.locator('.quick-input-widget');
  }

  /** Opens the view by its icon in the activity bar. */
  async open(): Promise<void> {
    await this.page.locator('.part.activitybar').getByRole('tab', { name: 'Sequin' }).click();
  }

  /** The rows of the tree that hold a text. */
  rows(text?: string | RegExp): Locator {
    const rows = this.sidebar.getByRole('treeitem');
    return text === undefined ? rows : rows.filter({ hasText: text });
  }

  /** The one row below a sink. */
  row(text: string | RegExp): Locator {
    return this.rows(text).first();
  }

  /** Types into the input that is open, and accepts it. */
  async enter(text: string): Promise<void> {
    await this.input.locator('input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** The page of a backfill, inside the two frames that VS Code puts around it. */
  get detail(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe');
  }

  /** The hover that is shown. */
  get hover(): Locator {
    return this.page.locator('.workbench-hover-container:visible');
  }

  /** Runs a command from the palette by its name there. */
  async runCommand(name: string): Promise<void> {
    await runFromPalette(this.page, name);
  }

  /** Opens what the bell in the status bar holds: under a test driver VS Code shows no notification by itself. */
  async openNotifications(): Promise<void> {
    await this.page.locator('[id="status.notifications"]').click();
  }

  /** Turns the wheel over the tree until a row can be seen. */
  async scrollTo(text: string): Promise<void> {
    await this.page.mouse.move(200, 300);
    while (!(await this.row(text).isVisible())) {
      await this.page.mouse.wheel(0, 1_000);
    }
  }

  /** Begins to watch the rows that are drawn; the result tells the labels of those that were touched since. */
  async watchRows(): Promise<() => Promise<string[]>> {
    await this.page.evaluate(`{
      const labelOf = (node) => {
        const row = (node.closest ? node : node.parentElement)?.closest('.monaco-list-row');
        return row?.querySelector('.label-name')?.textContent;
      };
      window.touchedRows = new Set();
      new MutationObserver((records) => {
        for (const { target, type, attributeName, oldValue } of records) {
          // VS Code writes the attributes of all rows anew when one of them moves: the same values.
          if (type === 'attributes' && target.getAttribute(attributeName) === oldValue) continue;
          const label = labelOf(target);
          if (label) window.touchedRows.add(label);
        }
      }).observe(document.querySelector('.part.sidebar .monaco-list-rows'), {
        subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true,
      });
    }`);
    return () => this.page.evaluate<string[]>('[...window.touchedRows]');
  }

  /** Makes the sidebar wide enough for a whole row. */
  async widenSidebar(width: number): Promise<void> {
    const box = (await this.sidebar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const middle = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, middle);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, middle, { steps: 4 });
    await this.page.mouse.up();
  }

  /** Takes a picture of a part of the window. */
  async picture(name: string, clip?: { x: number; y: number; width: number; height: number }): Promise<void> {
    await mkdir(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`), ...(clip && { clip }) });
  }
}
