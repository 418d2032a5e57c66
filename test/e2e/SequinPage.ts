import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator, Locator, Page } from '@playwright/test';
import { runFromPalette } from '../host/palette.ts';
import { until } from './until.ts';

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

  /** The dialog in the middle of the window. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The names of the buttons that a row shows under the mouse. */
  async buttonsOf(row: Locator): Promise<string[]> {
    await row.hover();
    const buttons = row.locator('.actions-container .action-label');
    await buttons.first().waitFor();
    const labels = (await buttons.all()).map((button) => button.getAttribute('aria-label'));
    return (await Promise.all(labels)).map(String);
  }

  /** Presses a button of a row. */
  async press(row: Locator, button: string): Promise<void> {
    await row.hover();
    await row.locator(`.action-label[aria-label="${button}"]`).click();
  }

  /** An item of the menu that is open; all, where none is named. */
  menuItem(name?: string): Locator {
    const menu = this.page.locator('.monaco-menu');
    return name === undefined
      ? menu.getByRole('menuitem')
      : menu.getByRole('menuitem', { name, exact: true });
  }

  /** The names in the menu of a row, which is closed again. */
  async menuOf(row: Locator): Promise<string[]> {
    await row.click({ button: 'right' });
    const items = this.menuItem();
    await items.first().waitFor();
    const names = await items.allTextContents();
    await this.page.keyboard.press('Escape');
    await items.first().waitFor({ state: 'hidden' });
    return names.map((name) => name.trim()).filter((name) => name !== '');
  }

  /** Chooses an item in the menu of a row. */
  async choose(row: Locator, item: string): Promise<void> {
    await row.click({ button: 'right' });
    // A menu takes no click for a moment after it was opened, so that the one that opened it does no more.
    await this.menuItem(item).hover();
    await this.page.keyboard.press('Enter');
  }

  /** Waits for a notification, in the list of the bell, and gives it. */
  async notification(text: string | RegExp): Promise<Locator> {
    const center = this.page.locator('.notifications-center.visible');
    const notification = center.locator('.notification-list-item', { hasText: text }).first();
    await until(
      () => notification.isVisible(),
      async () => {
        // It closes by itself once it is empty.
        if (!(await center.isVisible())) {
          await this.openNotifications();
          // The bell's own hover would lie above the buttons.
          await this.page.mouse.move(640, 500);
        }
      },
    );
    return notification;
  }

  /** Empties the list of the bell. */
  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** Runs a command from the palette by its name there. */
  async runCommand(name: string): Promise<void> {
    await runFromPalette(this.page, name);
  }

  /** Opens what the bell in the status bar holds: under a test driver VS Code shows no notification by itself. */
  async openNotifications(): Promise<void> {
    await this.page.locator('[id="status.notifications"]').click();
  }

  /** Types the name of a row into the tree, which goes to it: a wheel may pass it by in a busy window. */
  async goTo(name: string): Promise<void> {
    await this.sidebar.getByRole('tree').focus();
    await this.page.keyboard.type(name);
    await this.row(name).waitFor();
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
