import type { Page } from '@playwright/test';
import { openConnectedWorkbench } from './connectedWorkbench.ts';
import type { EmulatorProcess } from './EmulatorProcess.ts';

/** The time from a click on the view's icon to the first visible sink, in milliseconds. */
export interface FirstRowTimes {
  /** In a new VS Code, which has no saved snapshot. */
  readonly withoutSnapshot: number;
  /** With a saved snapshot and a server that doesn't respond. */
  readonly withSnapshot: number;
}

/** Measures how long the view takes to open in a new VS Code, and again after the window was reloaded. */
export async function measureFirstRow(emulator: EmulatorProcess): Promise<FirstRowTimes> {
  const { workbench, reload } = await openConnectedWorkbench(emulator);
  const { page } = workbench;
  const withoutSnapshot = await measureOpening(page);

  // After the reload, the view must not be open.
  await page.locator('.part.activitybar').getByRole('tab', { name: 'Explorer' }).click();
  await emulator.send({ hang: true });
  await reload();
  const withSnapshot = await measureOpening(page);
  await emulator.send({ hang: false });
  await workbench.close();
  return { withoutSnapshot, withSnapshot };
}

/**
 * Clicks the view's icon, and returns the time until a sink is visible, in milliseconds. Measures inside the page, so
 * the time doesn't include messages between this process and the browser.
 */
async function measureOpening(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((resolve) => {
    const icon = document.querySelector('.part.activitybar [aria-label^="Sequin"]');
    const startedAt = performance.now();
    const afterPaint = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
    const observer = new MutationObserver(() => {
      const rows = [...document.querySelectorAll('.part.sidebar [role=treeitem]')];
      if (rows.some((row) => row.textContent.includes('sink-'))) {
        observer.disconnect();
        afterPaint(() => resolve(performance.now() - startedAt));
      }
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    for (const type of ['mousedown', 'mouseup', 'click']) {
      icon.dispatchEvent(new MouseEvent(type, { bubbles: true, button: 0 }));
    }
  })`);
}
