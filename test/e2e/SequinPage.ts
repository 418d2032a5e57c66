import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  expect,
  type FrameLocator,
  type Locator,
  type Page,
  type PageScreenshotOptions,
} from '@playwright/test';
import { runFromPalette } from '../host/palette.ts';
import type { Workbench } from '../host/Workbench.ts';

const pictures = 'out/pictures';

/** Whether to save pictures. They are for people: no test compares them, and each takes as long as a short test. */
const savesPictures = process.env['SEQUIN_PICTURES'] !== undefined;

/** The themes in which pictures are taken. Windows open in the last of these themes. */
const themes = ['light', 'dark'] as const;

type Clip = NonNullable<PageScreenshotOptions['clip']>;

/** Page object of the extension in a workbench. */
export class SequinPage {
  readonly workbench: Workbench;
  readonly page: Page;
  readonly sidebar: Locator;
  /** The tree of the Sinks view. */
  readonly sinks: Locator;
  /** The tree of the Activity view. */
  readonly activity: Locator;
  /** The quick input: an input box, a quick pick or the Command Palette. */
  readonly input: Locator;

  constructor(workbench: Workbench) {
    this.workbench = workbench;
    this.page = workbench.page;
    this.sidebar = this.page.locator('.part.sidebar');
    // The second name is that of the pseudo-locale.
    this.sinks = this.sidebar.getByRole('tree', { name: /^(?:Sinks|⟦Sïïnks⟧)/ });
    this.activity = this.sidebar.getByRole('tree', { name: 'Activity' });
    this.input = this.page.locator('.quick-input-widget');
  }

  /** Opens the views with their icon in the Activity Bar. */
  async open(): Promise<void> {
    await this.page.locator('.part.activitybar').getByRole('tab', { name: 'Sequin' }).click();
  }

  /** The rows of the Sinks view, or only those that contain `text`. */
  rows(text?: string | RegExp): Locator {
    const rows = this.sinks.getByRole('treeitem');
    return text === undefined ? rows : rows.filter({ hasText: text });
  }

  /** The first row that contains `text`. */
  row(text: string | RegExp): Locator {
    return this.rows(text).first();
  }

  /** Reads the part of a row's text that fits into the sidebar. */
  async readVisibleText(row: Locator): Promise<string> {
    const id = (await row.getAttribute('id')) ?? '';
    return this.page.evaluate<string>(`(() => {
      const row = document.getElementById(${JSON.stringify(id)});
      const container = row.querySelector('.monaco-icon-label-container');
      const edge = container.getBoundingClientRect().right;
      const isCut = container.scrollWidth > container.clientWidth;
      const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
      let text = '';
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        text += text ? ' ' : '';
        for (let index = 0; index < node.length; index += 1) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + 1);
          // An ellipsis takes the place of about one letter.
          if (range.getBoundingClientRect().right <= edge - (isCut ? 10 : 0)) text += node.data[index];
        }
      }
      return text;
    })()`);
  }

  /** Fills in the open quick input and accepts it. */
  async enter(text: string): Promise<void> {
    await this.input.locator('input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** The page of a backfill or a sink, inside the two frames that VS Code wraps around a webview. */
  get detail(): FrameLocator {
    // While another page replaces this one, VS Code loads that page in a second frame.
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Clicks a row and expects its page, which must have this heading. */
  async openPage(row: Locator, heading: string | RegExp): Promise<void> {
    // VS Code loses a click while it renders the row.
    await expect(async () => {
      await row.click();
      // The hover of the row would cover the page.
      await this.moveMouseAway();
      await expect(this.detail.getByRole('heading', { name: heading, exact: true })).toBeVisible({
        timeout: 10_000,
      });
    }).toPass();
  }

  /** Moves the mouse to a place without hovers. */
  async moveMouseAway(): Promise<void> {
    await this.page.mouse.move(900, 700);
  }

  /** The visible hover. */
  get hover(): Locator {
    return this.page.locator('.workbench-hover-container:visible');
  }

  /** Moves the mouse to a row repeatedly until the hover of the row contains all texts. */
  async expectHover(row: Locator, ...texts: string[]): Promise<void> {
    await expect(async () => {
      // A row shows no hover if it was refreshed under the mouse, and its old hover if it wasn't refreshed yet.
      await this.moveMouseAway();
      await row.hover();
      for (const text of texts) {
        await expect(this.hover.getByText(text).first()).toBeVisible({ timeout: 5_000 });
      }
    }).toPass({ timeout: 45_000 });
  }

  /** The modal dialog. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Clicks a button of the modal dialog. */
  async clickInDialog(button: string): Promise<void> {
    await this.dialog.getByRole('button', { name: button, exact: true }).click();
  }

  /** Reads the text on the clipboard. */
  async readClipboard(): Promise<string> {
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** The items of the status bar. */
  get statusBar(): Locator {
    return this.page.locator('.part.statusbar');
  }

  /** Reads the labels of the buttons that a row shows while the mouse is over it, without their key bindings. */
  async readButtons(row: Locator): Promise<string[]> {
    await row.hover();
    const buttons = row.locator('.actions-container .action-label');
    await buttons.first().waitFor();
    const labels = (await buttons.all()).map((button) => button.getAttribute('aria-label'));
    return (await Promise.all(labels)).map((label) => String(label).replace(/ \([^)]*\)$/, ''));
  }

  /** Clicks a button of a row. */
  async clickInRow(row: Locator, button: string): Promise<void> {
    // A row shows its buttons only while the mouse is over the row, and the mouse doesn't follow a row that moves.
    await expect(async () => {
      await row.hover();
      // A label ends with the key binding, such as "(Del)", while the binding applies.
      const labels = [`[aria-label="${button}"]`, `[aria-label^="${button} ("]`];
      await row.locator(`.action-label:is(${labels.join()})`).click({ timeout: 3_000 });
    }).toPass();
  }

  /** Clicks a button of a row until its confirmation dialog opens. VS Code loses a click while it renders the row. */
  async clickUntilConfirmation(row: Locator, button: string, question: string): Promise<void> {
    await expect(async () => {
      if (!(await this.dialog.isVisible())) {
        await this.clickInRow(row, button);
      }
      await expect(this.dialog.getByText(question)).toBeVisible({ timeout: 5_000 });
    }).toPass();
  }

  /** Expands a row with its arrow. */
  async expand(row: Locator): Promise<void> {
    await this.#setExpanded(row, true);
  }

  /** Collapses a row with its arrow. */
  async collapse(row: Locator): Promise<void> {
    await this.#setExpanded(row, false);
  }

  async #setExpanded(row: Locator, isExpanded: boolean): Promise<void> {
    // VS Code loses a click while it renders the row.
    await expect(async () => {
      if ((await row.getAttribute('aria-expanded')) !== String(isExpanded)) {
        // The hover of another row could cover this one.
        await this.moveMouseAway();
        await row.locator('.monaco-tl-twistie').click({ timeout: 3_000 });
      }
      await expect(row).toHaveAttribute('aria-expanded', String(isExpanded), { timeout: 3_000 });
    }).toPass();
  }

  /** The item with this name in the open menu, or all items of the menu. */
  #menuItem(name?: string): Locator {
    const items = this.page.locator('.monaco-menu').getByRole('menuitem');
    // The accessible name ends with the key binding, if there is one.
    return name === undefined ? items : items.filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** Reads the names of the items in a row's context menu, and closes the menu again. */
  async readMenu(row: Locator): Promise<string[]> {
    const items = this.#menuItem();
    // VS Code may lose a click while it renders the row.
    await expect(async () => {
      await row.click({ button: 'right' });
      await items.first().waitFor({ timeout: 5_000 });
    }).toPass();
    const names = await items.locator('.action-label').allTextContents();
    await this.page.keyboard.press('Escape');
    await items.first().waitFor({ state: 'hidden' });
    return names.map((name) => name.trim()).filter((name) => name !== '');
  }

  /** Chooses an item in a row's context menu. */
  async choose(row: Locator, item: string): Promise<void> {
    // Rows move while backfills load, so the menu may be that of another row.
    await expect(async () => {
      await row.click({ button: 'right' });
      await this.#menuItem().first().waitFor({ timeout: 5_000 });
      if (!(await this.#menuItem(item).isVisible())) {
        await this.page.keyboard.press('Escape');
      }
      // For a moment after it opens, a menu ignores clicks.
      await this.#menuItem(item).hover({ timeout: 5_000 });
    }).toPass();
    await this.page.keyboard.press('Enter');
  }

  /** Waits for a notification in the notification center and returns it. */
  async waitForNotification(text: string | RegExp): Promise<Locator> {
    const center = this.page.locator('.notifications-center.visible');
    const notification = center.locator('.notification-list-item', { hasText: text }).first();
    await expect(async () => {
      // The center closes by itself when it is empty.
      if (!(await center.isVisible())) {
        await this.openNotifications();
        // The hover of the bell would cover the buttons.
        await this.page.mouse.move(640, 500);
      }
      await expect(notification).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 45_000 });
    return notification;
  }

  /** Removes all notifications. */
  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** Runs a command from the Command Palette. */
  async runCommand(name: string): Promise<void> {
    await runFromPalette(this.page, name);
  }

  /** Opens the notification center. In tests, VS Code shows no notification toasts. */
  async openNotifications(): Promise<void> {
    await this.page.locator('[id="status.notifications"]').click();
  }

  /** Moves the tree's focus to a row by typing its name. A mouse wheel could skip the row in a busy window. */
  async goTo(name: string): Promise<void> {
    await this.sinks.focus();
    await this.page.keyboard.type(name);
    await this.row(name).waitFor();
  }

  /** Starts to watch the rendered rows. The returned function reads the labels of the rows that have changed since. */
  async watchRows(): Promise<() => Promise<string[]>> {
    await this.page.evaluate(`{
      const findLabel = (node) => {
        const row = (node.closest ? node : node.parentElement)?.closest('.monaco-list-row');
        return row?.querySelector('.label-name')?.textContent;
      };
      window.changedRows = new Set();
      new MutationObserver((records) => {
        for (const { target, type, attributeName, oldValue } of records) {
          // When one row moves, VS Code sets the attributes of all rows again, to the same values.
          if (type === 'attributes' && target.getAttribute(attributeName) === oldValue) continue;
          const label = findLabel(target);
          if (label) window.changedRows.add(label);
        }
      }).observe(document.querySelector('.part.sidebar .monaco-list-rows'), {
        subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true,
      });
    }`);
    return () => this.page.evaluate<string[]>('[...window.changedRows]');
  }

  /** Drags the edge of the sidebar to a width in pixels. */
  async widenSidebar(width: number): Promise<void> {
    const box = (await this.sidebar.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const middle = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, middle);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, middle, { steps: 4 });
    await this.page.mouse.up();
  }

  /** With `SEQUIN_PICTURES`, saves a screenshot of the window, or of a part of it, to `out/pictures`. */
  async savePicture(name: string, clip?: Clip): Promise<void> {
    if (!savesPictures) {
      return;
    }
    await mkdir(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`), ...(clip && { clip }) });
  }

  /** With `SEQUIN_PICTURES`, saves one picture in the light and one in the dark theme. Closes an open hover. */
  async saveThemedPictures(name: string, clip?: Clip): Promise<void> {
    if (!savesPictures) {
      return;
    }
    for (const theme of themes) {
      await this.#setTheme(theme);
      await this.savePicture(`${name}-${theme}`, clip);
    }
  }

  /** Switches to VS Code's default light or dark theme. */
  async #setTheme(theme: (typeof themes)[number]): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.locator(`.monaco-workbench.${theme === 'dark' ? 'vs-dark' : 'vs'}`).waitFor();
  }
}
